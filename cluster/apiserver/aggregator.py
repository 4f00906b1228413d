"""The aggregation layer: group versions that another API server of the cluster serves, behind an APIService.

The real kube-aggregator sends such requests on to the Service that an APIService names. Here the one such server is
metrics-server, and what it would answer is worked out in place (``subresources/metrics.py``): as long as its APIService exists, its
kinds are in discovery and in the documents, in every process that has the cluster open. An APIService of any other group can be kept
and tells its state, and nothing is served behind it.

Upstream: ``staging/src/k8s.io/kube-aggregator/pkg/apiserver/{apiserver,handler_proxy}.go``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from cluster.apiserver.reader import Reader
from cluster.machinery.kinds import metrics
from cluster.machinery.kinds.apiregistration import APISERVICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Event

AVAILABLE = "Available"
"""The condition that says whether the server behind an APIService answers."""


def api_service_name(group: str, version: str) -> str:
    """Return the name of the APIService of a group version: ``v1.apps``, and ``v1.`` for the group without a name."""
    return f"{version}.{group}"


AGGREGATED: Mapping[str, tuple[Kind, ...]] = {api_service_name(metrics.GROUP, metrics.VERSION): metrics.KINDS}
"""Kinds by the name of the APIService behind which they are served."""


def is_available(api_service: Obj | None) -> bool:
    """Whether the server behind an APIService answers."""
    conditions = ((api_service or {}).get("status") or {}).get("conditions") or ()
    return any(each.get("type") == AVAILABLE and each.get("status") == "True" for each in conditions)


class Server(Protocol):
    """What aggregated kinds are served by."""

    def add_aggregated(self, kinds: Sequence[Kind]) -> None:
        """Serve kinds that another API server of the cluster has."""
        ...

    def remove_aggregated(self, kinds: Sequence[Kind]) -> None:
        """Serve them no longer."""
        ...


class Aggregator:
    """Follows the stored APIServices."""

    def __init__(self, server: Server, reader: Reader) -> None:
        self._server, self._reader = server, reader
        self._served: set[str] = set()

    def start(self) -> None:
        """Serve what the stored APIServices say."""
        for name in AGGREGATED:
            self._follow(name, self._reader.get(APISERVICES, "", name))

    def changed(self, event: Event) -> None:
        """Follow a change of an APIService."""
        name = event.key.rpartition("/")[2]
        if name in AGGREGATED:
            self._follow(name, event.kv.obj if event.kv is not None else None)

    def _follow(self, name: str, api_service: Obj | None) -> None:
        is_wanted = api_service is not None and bool(api_service["spec"].get("service"))
        if is_wanted and name not in self._served:
            self._served.add(name)
            self._server.add_aggregated(AGGREGATED[name])
        elif not is_wanted and name in self._served:
            self._served.discard(name)
            self._server.remove_aggregated(AGGREGATED[name])
