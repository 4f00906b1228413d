"""The seam between kube-proxy and the kernel of its node, where hops are recorded: one for each sync that changes a rule."""

from __future__ import annotations

from collections.abc import Iterable

from cluster.engine.trace import Trace
from cluster.machinery.meta import Obj
from cluster.machinery.netfilter.rules import SERVICES, ServiceRule, storage_key, to_obj
from cluster.machinery.node_storage import NodeStorage


class Kernel:
    """The rules of a node as kube-proxy writes them."""

    def __init__(self, disk: NodeStorage, trace: Trace, node: str) -> None:
        self._disk, self._trace, self._node = disk, trace, node

    def services(self) -> list[str]:
        """Return ``namespace/name`` of the Services that have rules, sorted."""
        return sorted({key.removeprefix(SERVICES).partition(":")[0] for key, _ in self._disk.list(SERVICES)})

    def sync(self, services: Iterable[tuple[str, list[ServiceRule]]]) -> int:
        """Make the rules of Services (``namespace/name``) what they should be. Returns how many were written or removed.

        Rules that are right already are left alone; when all are, nothing happened.
        """
        changed: list[str] = []
        revision = 0
        for service, rules in services:
            wanted = {storage_key(rule): to_obj(rule) for rule in rules}
            present = {key: record for key, record in self._disk.list(SERVICES + service) if _belongs(key, service)}
            writes: list[tuple[str, Obj | None]] = [(key, record) for key, record in wanted.items() if present.get(key) != record]
            writes += [(key, None) for key in present if key not in wanted]
            for key, record in writes:
                revision = self._disk.put(key, record)
            if writes:
                changed.append(service)
        if changed:
            key = f"services/{changed[0]}" if len(changed) == 1 else ""
            hop = self._trace.record(f"node/{self._node}/kube-proxy", f"node/{self._node}/netfilter", "sync", key)
            hop.revision, hop.outcome, hop.detail = revision, f"services: {len(changed)}", {"services": changed}
        return len(changed)


def _belongs(key: str, service: str) -> bool:
    return key.removeprefix(SERVICES).partition(":")[0] == service
