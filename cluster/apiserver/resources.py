"""What is installed: for every served kind its registry, and a Rest for each of its paths.

Upstream: ``staging/src/k8s.io/apiserver/pkg/server/genericapiserver.go`` (``InstallAPIGroups``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cluster.apiserver.fieldmanager.versions import Siblings
from cluster.apiserver.reader import Reader
from cluster.apiserver.registry.core.service.addresses import ServiceStore
from cluster.apiserver.registry.store import GenericStore
from cluster.apiserver.rest import Installation, Rest
from cluster.apiserver.rest.scale import ScaleRest
from cluster.apiserver.rest.status import StatusRest
from cluster.apiserver.rest.stored import StoredRest
from cluster.apiserver.strategy import Strategy
from cluster.apiserver.subresources import aggregated_rests, rests
from cluster.apiserver.traced_store import TracedStore
from cluster.engine.clock import Clock
from cluster.engine.rng import Rng
from cluster.machinery.errors import not_found_path
from cluster.machinery.kinds import BUILT_IN
from cluster.machinery.kinds.core import SERVICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.storage import KeyValue

REGISTRIES: Mapping[Kind, type[GenericStore]] = {SERVICES: ServiceStore}
"""Of the kinds whose objects others stand beside, which are written with them."""
Rests = Mapping[tuple[Kind, str], Callable[[GenericStore], Rest]]
"""Makes what serves a path, by kind and subresource."""

_GENERIC: Mapping[str, Callable[[GenericStore], Rest]] = {"status": StatusRest, "scale": ScaleRest}
"""Subresources that kinds share, where a kind has no Rest of its own for them."""


class Resources:
    """The registries and Rests of one API server. ``kinds`` is replaced when a kind comes or goes."""

    def __init__(self, store: TracedStore, reader: Reader, clock: Clock, rng: Rng, pods_on: Callable[[str], Sequence[KeyValue]]) -> None:
        self.kinds = BUILT_IN
        self._store, self._reader, self._clock, self._rng, self._pods_on = store, reader, clock, rng, pods_on
        self._registries: dict[Kind, GenericStore] = {}
        self._rests: dict[tuple[Kind, str], Rest] = {}

    def registry(self, kind: Kind) -> GenericStore:
        """Return the registry of a kind that is kept. Raises KeyError."""
        return self._registries[kind]

    def rest(self, kind: Kind, subresource: str) -> Rest:
        """Return what serves a path. Raises ApiError 404 when it is served no longer."""
        try:
            return self._rests[kind, subresource]
        except KeyError:
            raise not_found_path() from None

    def install(self, strategies: Sequence[Strategy]) -> None:
        """Make the registries of some kinds and what serves them, their statuses and scales."""
        for strategy in strategies:
            store, siblings = self._store.speaking(strategy.conversion), self._siblings(strategy)
            make = REGISTRIES.get(strategy.kind, GenericStore)
            registry = make(strategy, store, self._reader, self._clock, self._rng, siblings)
            self._registries[strategy.kind] = registry
            self._rests[strategy.kind, ""] = StoredRest(registry, self._pods_on)
            for subresource in strategy.kind.subresources:
                if subresource.name in _GENERIC:
                    self._rests[strategy.kind, subresource.name] = _GENERIC[subresource.name](registry)

    def install_rests(self, installation: Installation) -> None:
        """Serve the paths that have a Rest of their own."""
        for path, make in rests.items():
            self._rests[path] = make(installation)

    def add_aggregated(self, kinds: Sequence[Kind], installation: Installation) -> None:
        """Serve kinds that another API server of the cluster has."""
        for kind in kinds:
            self._rests[kind, ""] = aggregated_rests[kind](installation)
        self._serve_besides(kinds)

    def _siblings(self, strategy: Strategy) -> Siblings:
        """Return what finds the strategy of the same kind in another version."""

        def find(api_version: str) -> Strategy | None:
            kind = self.kinds.by_kind(api_version, strategy.kind.kind)
            if kind is None or kind.group != strategy.kind.group or kind not in self._registries:
                return None
            return self._registries[kind].strategy

        return find

    def add(self, strategies: Sequence[Strategy], rests: Rests) -> None:
        """Serve kinds that are not in the table; behind it they stand in the order of their groups and names."""
        self.install(strategies)
        for path, make in rests.items():
            self._rests[path] = make(self._registries[path[0]])
        self._serve_besides([strategy.kind for strategy in strategies])

    def remove(self, kinds: Sequence[Kind]) -> None:
        """Serve kinds no longer that were added."""
        gone = frozenset(kinds)
        for kind in gone:
            self._registries.pop(kind, None)
        self._rests = {path: rest for path, rest in self._rests.items() if path[0] not in gone}
        self.kinds = ServedKinds(kind for kind in self.kinds.all if kind not in gone)

    def _serve_besides(self, kinds: Sequence[Kind]) -> None:
        added = (*self.kinds.all[len(BUILT_IN.all) :], *kinds)
        self.kinds = ServedKinds((*BUILT_IN.all, *sorted(added, key=lambda kind: (kind.group, kind.plural))))
