"""Who owns whom: one node per object, edges from dependents to owners, kept up to date by watch events. Pure.

An owner that a dependent names and nobody has seen yet is a virtual node: it may be that the watch of its kind is
behind, or that there is no such object. The collector asks the API server about it.

Upstream: ``pkg/controller/garbagecollector/graph.go`` and ``graph_builder.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import Obj

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"


@dataclass(slots=True, eq=False)
class Node:
    """An object. ``kind`` is None for a virtual node whose owner reference names a kind that is not served; ``foreign``: references to
    owners of another namespace that nobody has been told of yet."""

    uid: str
    kind: Kind | None
    namespace: str
    name: str
    owners: Sequence[Obj] = ()
    dependents: dict[str, Node] = field(default_factory=dict)
    is_virtual: bool = False
    is_being_deleted: bool = False
    is_deleting_dependents: bool = False
    foreign: list[Obj] = field(default_factory=list)

    @property
    def blocking_dependents(self) -> list[Node]:
        """Dependents that the end of this object has to wait for."""
        return [dependent for dependent in self.dependents.values() if dependent.is_blocking(self.uid)]

    def is_blocking(self, owner_uid: str) -> bool:
        """Whether this object's reference to an owner holds up the owner's end."""
        return any(ref["uid"] == owner_uid and ref.get("blockOwnerDeletion") for ref in self.owners)


class Graph:
    """Nodes by uid. Calls ``to_delete`` and ``to_orphan`` with the uid of what the collector has to look at; ``kinds``: what is served."""

    def __init__(self, to_delete: Callable[[str], None], to_orphan: Callable[[str], None], kinds: Callable[[], ServedKinds]) -> None:
        self._to_delete, self._to_orphan, self._kinds = to_delete, to_orphan, kinds
        self._nodes: dict[str, Node] = {}

    def get(self, uid: str) -> Node | None:
        """Return an object's node."""
        return self._nodes.get(uid)

    def put(self, kind: Kind, obj: Obj, old: Obj | None = None) -> None:
        """Take in an object that was added or changed; ``old`` is what it was."""
        meta = obj["metadata"]
        owners = meta.get("ownerReferences") or ()
        node = self._nodes.get(meta["uid"])
        if node is None:
            node = Node(meta["uid"], kind, meta.get("namespace", ""), meta["name"])
            self._nodes[node.uid] = node
        was_virtual = node.is_virtual
        node.is_virtual, node.kind, node.namespace, node.name = False, kind, meta.get("namespace", ""), meta["name"]
        if was_virtual:
            for dependent in list(node.dependents.values()):
                self._judge(dependent, next(ref for ref in dependent.owners if ref["uid"] == node.uid), node)
        self._set_owners(node, owners)
        node.is_being_deleted = node.is_being_deleted or "deletionTimestamp" in meta
        self._note_start_of_deletion(node, old, obj)

    def remove(self, uid: str) -> None:
        """Take an object out: its dependents, and owners that waited for it, are looked at."""
        node = self._nodes.pop(uid, None)
        if node is None:
            return
        self._unlink(node, node.owners)
        for dependent in node.dependents.values():
            self._to_delete(dependent.uid)
        for reference in node.owners:
            owner = self._nodes.get(reference["uid"])
            if owner is not None and owner.is_deleting_dependents:
                self._to_delete(owner.uid)

    def _set_owners(self, node: Node, owners: Sequence[Obj]) -> None:
        if list(node.owners) == list(owners):
            return
        before, after = {ref["uid"]: ref for ref in node.owners}, {ref["uid"]: ref for ref in owners}
        removed = [ref for uid, ref in before.items() if uid not in after]
        unblocked = [
            ref
            for uid, ref in before.items()
            if ref.get("blockOwnerDeletion") and not (uid in after and after[uid].get("blockOwnerDeletion"))
        ]
        node.owners = tuple(owners)
        self._unlink(node, removed)
        for reference in owners:
            self._link(node, reference)
        for reference in unblocked:
            owner = self._nodes.get(reference["uid"])
            if owner is not None and owner.is_deleting_dependents:
                self._to_delete(owner.uid)

    def _link(self, node: Node, reference: Obj) -> None:
        owner = self._nodes.get(reference["uid"])
        if owner is None:
            kind = self._kinds().by_kind(reference["apiVersion"], reference["kind"])
            namespace = node.namespace if kind is None or kind.namespaced else ""
            owner = Node(reference["uid"], kind, namespace, reference["name"], is_virtual=True)
            self._nodes[owner.uid] = owner
            self._to_delete(owner.uid)
        else:
            self._judge(node, reference, owner)
        owner.dependents[node.uid] = node

    def _judge(self, node: Node, reference: Obj, owner: Node) -> None:
        """Let a dependent be looked at that does not name its owner as it is: with another name, or from another namespace."""
        if owner.namespace and owner.namespace != node.namespace:
            if not owner.is_virtual:
                node.foreign.append(reference)
            self._to_delete(node.uid)
        elif owner.kind is not None and not _names(reference, owner, owner.kind):
            self._to_delete(node.uid)

    def _unlink(self, node: Node, references: Iterable[Obj]) -> None:
        for reference in references:
            owner = self._nodes.get(reference["uid"])
            if owner is not None:
                owner.dependents.pop(node.uid, None)

    def _note_start_of_deletion(self, node: Node, old: Obj | None, obj: Obj) -> None:
        if _starts(old, obj, ORPHAN):
            self._to_orphan(node.uid)
        elif _starts(old, obj, FOREGROUND):
            node.is_deleting_dependents = True
            for dependent in node.dependents.values():
                self._to_delete(dependent.uid)
            self._to_delete(node.uid)


def _names(reference: Obj, owner: Node, kind: Kind) -> bool:
    return (reference["apiVersion"], reference["kind"], reference["name"]) == (kind.api_version, kind.kind, owner.name)


def has_finalizer(obj: Obj, finalizer: str) -> bool:
    """Whether an object waits for a finalizer to be removed."""
    return finalizer in (obj["metadata"].get("finalizers") or ())


def _starts(old: Obj | None, obj: Obj, finalizer: str) -> bool:
    """Whether a deletion that waits for ``finalizer`` began between ``old`` and ``obj``."""
    return _is_waiting(obj, finalizer) and (old is None or not _is_waiting(old, finalizer))


def _is_waiting(obj: Obj, finalizer: str) -> bool:
    return "deletionTimestamp" in obj["metadata"] and has_finalizer(obj, finalizer)
