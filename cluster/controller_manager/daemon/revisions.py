"""The revisions of a DaemonSet: which one its template is, and which ones are forgotten.

Unlike a StatefulSet's, a revision is named by the hash of the template itself, as a ReplicaSet is.

Upstream: ``pkg/controller/daemon/update.go`` (``constructHistory``, ``snapshot``, ``cleanupHistory``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cluster.client.client import Client
from cluster.controller_manager.base import copy_of
from cluster.controller_manager.controller_ref import reference_to
from cluster.controller_manager.daemon.pods import HASH_LABEL
from cluster.controller_manager.history.revisions import in_order, template_patch
from cluster.controller_manager.template_hash import compute_hash
from cluster.machinery.errors import ApiError, conflict
from cluster.machinery.kinds.apps import CONTROLLERREVISIONS, DAEMONSETS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj


class DaemonRevisions:
    """Reads and writes the revisions of DaemonSets."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def construct(self, daemon_set: Obj, owned: Iterable[Obj], pods: Sequence[Obj]) -> tuple[Obj, list[Obj]]:
        """Find or write the revision of the present template; return it and the others, in order. Raises ApiError."""
        data = template_patch(daemon_set)
        listed = [self._labelled(one) for one in owned]
        present = [one for one in listed if one["data"] == data]
        old = in_order(one for one in listed if one["data"] != data)
        number = old[-1]["revision"] + 1 if old else 1
        if not present:
            return self._snapshot(daemon_set, data, number), old
        current = self._deduplicated(present, pods)
        if current["revision"] < number:
            current = self._client.update(CONTROLLERREVISIONS, copy_of(current) | {"revision": number})
        return current, old

    def clean_up(self, daemon_set: Obj, old: Sequence[Obj], pods: Iterable[Obj]) -> None:
        """Delete the oldest revisions that no pod has, down to ``revisionHistoryLimit``. Raises ApiError."""
        surplus = len(old) - daemon_set["spec"]["revisionHistoryLimit"]
        live = {(pod["metadata"].get("labels") or {}).get(HASH_LABEL) for pod in pods} if surplus > 0 else set()
        for one in [one for one in old if one["metadata"]["labels"][HASH_LABEL] not in live][: max(0, surplus)]:
            self._delete(one)

    def _labelled(self, revision: Obj) -> Obj:
        """Give a revision of a foreign hand a hash: its name."""
        labels = revision["metadata"].get("labels") or {}
        if HASH_LABEL in labels:
            return revision
        fresh = copy_of(revision)
        fresh["metadata"]["labels"] = {**labels, HASH_LABEL: fresh["metadata"]["name"]}
        return self._client.update(CONTROLLERREVISIONS, fresh)

    def _deduplicated(self, present: Sequence[Obj], pods: Sequence[Obj]) -> Obj:
        """Keep the last of several revisions with the same data, and give its hash to the pods."""
        kept = max(present, key=lambda one: one["revision"])
        if len(present) == 1:
            return kept
        hashed = kept["metadata"]["labels"][HASH_LABEL]
        for pod in pods:
            meta = pod["metadata"]
            if (meta.get("labels") or {}).get(HASH_LABEL) != hashed:
                self._client.patch(PODS, meta["name"], meta["namespace"], {"metadata": {"labels": {HASH_LABEL: hashed}}})
        for one in present:
            if one is not kept:
                self._delete(one)
        return kept

    def _snapshot(self, daemon_set: Obj, data: Obj, number: int) -> Obj:
        spec, meta, collisions = daemon_set["spec"], daemon_set["metadata"], daemon_set["status"].get("collisionCount")
        hashed = compute_hash(spec["template"], collisions)
        name = f"{meta['name']}-{hashed}"
        revision_meta = {
            "name": name,
            "namespace": meta["namespace"],
            "labels": {**(spec["template"]["metadata"].get("labels") or {}), HASH_LABEL: hashed},
            "annotations": dict(meta.get("annotations") or {}),
            "ownerReferences": [reference_to(daemon_set, DAEMONSETS)],
        }
        revision = {
            "apiVersion": CONTROLLERREVISIONS.api_version,
            "kind": CONTROLLERREVISIONS.kind,
            "metadata": revision_meta,
            "data": data,
            "revision": number,
        }
        try:
            return self._client.create(CONTROLLERREVISIONS, copy_of(revision))
        except ApiError as refusal:
            if refusal.reason != "AlreadyExists":
                raise
            present = self._client.get(CONTROLLERREVISIONS, name, meta["namespace"])
            if present["data"] == data:
                return present
            self._count_collision(daemon_set)
            raise

    def _count_collision(self, daemon_set: Obj) -> None:
        """Note that another template has the hash already; the next look computes another one. Raises ApiError."""
        meta = daemon_set["metadata"]
        fresh = self._client.get(DAEMONSETS, meta["name"], meta["namespace"])
        known = daemon_set["status"].get("collisionCount")
        if fresh["status"].get("collisionCount") != known:
            raise conflict(DAEMONSETS.group, DAEMONSETS.plural, meta["name"], "found a stale collision count")
        fresh["status"]["collisionCount"] = (known or 0) + 1
        self._client.update_status(DAEMONSETS, fresh)

    def _delete(self, revision: Obj) -> None:
        meta = revision["metadata"]
        self._client.delete(CONTROLLERREVISIONS, meta["name"], meta["namespace"])
