"""Reads and writes the ControllerRevisions of an owner.

Upstream: ``pkg/controller/history/controller_history.go`` (``realHistory``).
"""

from __future__ import annotations

from cluster.client.client import Client
from cluster.client.informer import OWNER, Lister
from cluster.controller_manager.base import ORPHANS, copy_of
from cluster.controller_manager.controller_ref import reference_to
from cluster.controller_manager.history.revisions import hash_of, in_order, revision_name
from cluster.machinery.errors import ApiError, not_found
from cluster.machinery.kinds.apps import CONTROLLERREVISIONS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.labels import Selector
from cluster.machinery.meta import Obj, controller_of


class History:
    """The revisions of the objects of one kind. ``lister``: has the index ``ORPHANS``."""

    def __init__(self, client: Client, lister: Lister, kind: Kind) -> None:
        self._client, self._lister, self._kind = client, lister, kind

    def list(self, owner: Obj, selector: Selector) -> list[Obj]:
        """Return the revisions that match, owned by ``owner`` or by nobody, in order."""
        meta = owner["metadata"]
        candidates = [*self._lister.by_index(OWNER, meta["uid"]), *self._lister.by_index(ORPHANS, meta["namespace"])]
        return in_order(one for one in candidates if selector.matches(one["metadata"].get("labels")))

    def create(self, owner: Obj, revision: Obj, collision_count: int) -> tuple[Obj, int]:
        """Create a revision, under another name when its own is taken by other data; return it and the count of collisions."""
        revision, namespace = copy_of(revision), owner["metadata"]["namespace"]
        while True:
            revision["metadata"]["name"] = revision_name(owner["metadata"]["name"], hash_of(revision["data"], collision_count))
            try:
                return self._client.create(CONTROLLERREVISIONS, revision), collision_count
            except ApiError as refusal:
                if refusal.reason != "AlreadyExists":
                    raise
            present = self._client.get(CONTROLLERREVISIONS, revision["metadata"]["name"], namespace)
            if present["data"] == revision["data"]:
                return present, collision_count
            collision_count += 1

    def renumber(self, revision: Obj, number: int) -> Obj:
        """Make an old revision the newest. Raises ApiError."""
        return self._client.update(CONTROLLERREVISIONS, copy_of(revision) | {"revision": number})

    def delete(self, revision: Obj) -> None:
        """Delete a revision. Raises ApiError."""
        self._client.delete(CONTROLLERREVISIONS, revision["metadata"]["name"], revision["metadata"]["namespace"])

    def adopt_orphans(self, owner: Obj, selector: Selector) -> None:
        """Take over the matching revisions that nobody owns. Raises ApiError."""
        orphans = [one for one in self.list(owner, selector) if controller_of(one) is None]
        if not orphans:
            return
        meta = owner["metadata"]
        fresh = self._client.get(self._kind, meta["name"], meta["namespace"])["metadata"]
        if fresh["uid"] != meta["uid"] or "deletionTimestamp" in fresh:
            raise not_found(self._kind.group, self._kind.plural, meta["name"])
        for one in orphans:
            patch = {"metadata": {"ownerReferences": [reference_to(owner, self._kind)], "uid": one["metadata"]["uid"]}}
            self._client.patch(CONTROLLERREVISIONS, one["metadata"]["name"], meta["namespace"], patch)
