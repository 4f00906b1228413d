"""Deletes dependents whose owners are gone, and carries out the three ways of deleting an owner.

Background: the owner goes at once, its dependents after it. Foreground: the owner stays, marked, until the dependents
that block it are gone. Orphan: the dependents lose their reference first and stay. What the graph of owners says is
never trusted for a deletion: the object and its owners are read from the API server first.

Events are not collected, as upstream. Owners of a kind that is not served count as present.

Upstream: ``pkg/controller/garbagecollector/garbagecollector.go`` and ``operations.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cluster.apiserver.request import PatchType
from cluster.client.events import WARNING
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, is_deleting
from cluster.controller_manager.garbagecollector.graph import FOREGROUND, ORPHAN, Graph, Node, has_finalizer
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.core import EVENTS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Key, Obj, SimTime

IGNORED = frozenset({EVENTS.qualified})
CONFLICT_RETRIES = 5


@dataclass(frozen=True, slots=True)
class References:
    """An object's owner references: to owners that are there, that are gone, that wait for their dependents' end."""

    solid: Sequence[Obj]
    dangling: Sequence[Obj]
    waiting: Sequence[Obj]


class GarbageCollector:
    """The lane ``kube-controller-manager/garbagecollector``. Its keys are uids."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder = lane.client, lane.recorder
        self._delete_queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._orphan_queue = WorkQueue(lane.name, lane.engine, self.orphan)
        self._kinds_queue = WorkQueue(lane.name, lane.engine, self.follow_what_is_served)
        self._lane = lane
        self._graph = Graph(
            lambda uid: self._delete_queue.add(Key(uid)), lambda uid: self._orphan_queue.add(Key(uid)), lambda: self._client.kinds
        )
        self._followed = self._collected()
        for kind in self._followed.values():
            self._follow(kind)
        lane.follow(
            CUSTOMRESOURCEDEFINITIONS,
            self,
            on_add=self._on_definition,
            on_update=lambda _, new: self._on_definition(new),
            on_delete=self._on_definition,
        )

    @property
    def adds(self) -> int:
        """How often something was put into one of its queues."""
        return self._delete_queue.adds + self._orphan_queue.adds + self._kinds_queue.adds

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Delete one object if no owner holds it any more, or let it go if nothing blocks it. Raises ApiError."""
        node = self._graph.get(key)
        if node is None or node.kind is None:
            return Result()
        kind = node.kind
        self._tell_of_foreign_owners(node, kind)
        if node.is_being_deleted and not node.is_deleting_dependents:
            return Result()
        obj = self._read(kind, node.namespace, node.name)
        if obj is None or obj["metadata"]["uid"] != node.uid:
            self._graph.remove(node.uid)
            return Result()
        if node.is_deleting_dependents:
            self._process_deleting_dependents(node, kind)
            return Result()
        self._process_owners(node, kind, obj)
        return Result()

    def orphan(self, key: Key, now: SimTime) -> Result:
        """Take an owner's reference from its dependents, then let it go. Raises ApiError."""
        node = self._graph.get(key)
        if node is None or node.kind is None:
            return Result()
        for dependent in list(node.dependents.values()):
            self._drop_references(dependent, [node.uid])
        self._remove_finalizer(node, node.kind, ORPHAN)
        return Result()

    def follow_what_is_served(self, key: Key, now: SimTime) -> Result:
        """Look at kinds that have come, and no longer at those that have gone or are served anew. Raises ApiError."""
        wanted, informers = self._collected(), self._lane.informers
        before, self._followed = self._followed, wanted
        lost: dict[str, None] = {}
        for name, kind in before.items():
            if wanted.get(name) is not kind:
                lost |= dict.fromkeys(obj["metadata"]["uid"] for obj in informers.informer(kind).lister.list())
                informers.forget(kind)
        for name, kind in wanted.items():
            if before.get(name) is not kind:
                self._follow(kind)
                informers.informer(kind).start()
                for obj in informers.informer(kind).lister.list():
                    lost.pop(obj["metadata"]["uid"], None)
        for uid in lost:
            self._graph.remove(uid)
        return Result()

    def _process_owners(self, node: Node, kind: Kind, obj: Obj) -> None:
        references = self._classify(node, obj["metadata"].get("ownerReferences") or ())
        lost = [*references.dangling, *references.waiting]
        if references.solid:
            if lost:
                self._drop_references(node, [reference["uid"] for reference in lost])
        elif references.waiting and node.dependents:
            if any(dependent.is_deleting_dependents for dependent in node.dependents.values()):
                # Two objects that wait for each other would wait for ever: this one stops blocking its owners.
                self._unblock_owners(node, kind, obj)
            self._delete(node, kind, obj, "Foreground")
        elif lost:
            self._delete(node, kind, obj, _policy_of(obj))

    def _classify(self, node: Node, references: Sequence[Obj]) -> References:
        solid: list[Obj] = []
        dangling: list[Obj] = []
        waiting: list[Obj] = []
        for reference in references:
            kind = self._client.kinds.by_kind(reference["apiVersion"], reference["kind"])
            if kind is None:
                solid.append(reference)
                continue
            owner = self._read(kind, node.namespace if kind.namespaced else "", reference["name"])
            if owner is None or owner["metadata"]["uid"] != reference["uid"]:
                dangling.append(reference)
            elif is_deleting(owner) and has_finalizer(owner, FOREGROUND):
                waiting.append(reference)
            else:
                solid.append(reference)
        return References(solid, dangling, waiting)

    def _process_deleting_dependents(self, node: Node, kind: Kind) -> None:
        blocking = node.blocking_dependents
        if not blocking:
            self._remove_finalizer(node, kind, FOREGROUND)
        for dependent in blocking:
            if not dependent.is_deleting_dependents:
                self._delete_queue.add(Key(dependent.uid))

    def _delete(self, node: Node, kind: Kind, obj: Obj, policy: str) -> None:
        version = obj["metadata"]["resourceVersion"]
        try:
            self._client.delete(kind, node.name, node.namespace, uid=node.uid, resource_version=version, propagation_policy=policy)
        except ApiError as refusal:
            if refusal.code != 404:
                raise

    def _drop_references(self, node: Node, owner_uids: Sequence[str]) -> None:
        if node.kind is None:
            return
        drops = [{"$patch": "delete", "uid": uid} for uid in owner_uids]
        patch = {"metadata": {"ownerReferences": drops, "uid": node.uid}}
        try:
            self._client.patch(node.kind, node.name, node.namespace, patch)
        except ApiError as refusal:
            if refusal.code == 415:
                self._replace_references(node, node.kind, owner_uids)
            elif refusal.code not in (404, 422):
                raise

    def _replace_references(self, node: Node, kind: Kind, owner_uids: Sequence[str]) -> None:
        """For kinds without strategic merge patches: write the references that are left."""
        obj = self._read(kind, node.namespace, node.name)
        if obj is None or obj["metadata"]["uid"] != node.uid:
            return
        meta = obj["metadata"]
        left = [reference for reference in meta.get("ownerReferences") or () if reference["uid"] not in owner_uids]
        patch = {"metadata": {"resourceVersion": meta["resourceVersion"], "uid": node.uid, "ownerReferences": left}}
        self._client.patch(kind, node.name, node.namespace, patch, type=PatchType.MERGE)

    def _unblock_owners(self, node: Node, kind: Kind, obj: Obj) -> None:
        meta = obj["metadata"]
        references = [reference | {"blockOwnerDeletion": False} for reference in meta["ownerReferences"]]
        patch = {"metadata": {"resourceVersion": meta["resourceVersion"], "uid": node.uid, "ownerReferences": references}}
        obj["metadata"] = self._client.patch(kind, node.name, node.namespace, patch, type=PatchType.MERGE)["metadata"]

    def _remove_finalizer(self, node: Node, kind: Kind, finalizer: str) -> None:
        for attempt in range(CONFLICT_RETRIES):
            obj = self._read(kind, node.namespace, node.name)
            if obj is None or obj["metadata"]["uid"] != node.uid or not has_finalizer(obj, finalizer):
                return
            meta = obj["metadata"]
            left = [name for name in meta["finalizers"] if name != finalizer]
            patch = {"metadata": {"resourceVersion": meta["resourceVersion"], "uid": node.uid, "finalizers": left}}
            try:
                self._client.patch(kind, node.name, node.namespace, patch, type=PatchType.MERGE)
            except ApiError as refusal:
                if refusal.code == 404:
                    return
                if refusal.reason != "Conflict" or attempt == CONFLICT_RETRIES - 1:
                    raise
            else:
                return

    def _read(self, kind: Kind, namespace: str, name: str) -> Obj | None:
        try:
            return self._client.get(kind, name, namespace)
        except ApiError as refusal:
            if refusal.code == 404:
                return None
            raise

    def _tell_of_foreign_owners(self, node: Node, kind: Kind) -> None:
        """Say of which owners that are in another namespace: they are looked for where their dependent is."""
        place = node.namespace
        meta = {"name": node.name, "uid": node.uid} | ({"namespace": place} if place else {})
        while node.foreign:
            reference = node.foreign.pop(0)
            owner = "[{apiVersion}/{kind}, namespace: {place}, name: {name}, uid: {uid}]".format(place=place, **reference)
            self._recorder.event(
                {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": meta},
                WARNING,
                "OwnerRefInvalidNamespace",
                f'ownerRef {owner} does not exist in namespace "{place}"',
            )

    def _collected(self) -> dict[str, Kind]:
        kinds = self._client.kinds.stored
        return {kind.qualified: kind for kind in kinds if kind.qualified not in IGNORED and "delete" in kind.verbs}

    def _on_definition(self, definition: Obj) -> None:
        if self._collected() != self._followed:
            self._kinds_queue.add(Key("kinds"))

    def _follow(self, kind: Kind) -> None:
        def put(old: Obj | None) -> Callable[[Obj], None]:
            return lambda obj: self._graph.put(kind, obj, old)

        self._lane.follow(
            kind,
            self,
            on_add=put(None),
            on_update=lambda old, new: put(old)(new),
            on_delete=lambda obj: self._graph.remove(obj["metadata"]["uid"]),
        )


def _policy_of(obj: Obj) -> str:
    """Return how an object whose owners are gone is deleted: as its own finalizers ask for."""
    if has_finalizer(obj, ORPHAN):
        return "Orphan"
    return "Foreground" if has_finalizer(obj, FOREGROUND) else "Background"
