"""The revisions of a StatefulSet: which one its template is, which one its pods had, and which are forgotten.

Upstream: ``pkg/controller/statefulset/stateful_set_control.go`` (``getStatefulSetRevisions``, ``truncateHistory``).
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.controller_manager.controller_ref import reference_to
from cluster.controller_manager.history.history import History
from cluster.controller_manager.history.revisions import new_revision, next_number, template_patch
from cluster.controller_manager.statefulset.identity import revision_of
from cluster.controller_manager.statefulset.pods import Revisions
from cluster.machinery.kinds.apps import STATEFULSETS
from cluster.machinery.meta import Obj


def decide_revisions(history: History, stateful_set: Obj, revisions: Sequence[Obj]) -> tuple[Revisions, int]:
    """Find or write the revision of the present template; return it with the current one and the count of collisions."""
    status, data = stateful_set.get("status", {}), template_patch(stateful_set)
    collisions = status.get("collisionCount", 0)
    equal = [one for one in revisions if one["data"] == data]
    if equal and equal[-1] is revisions[-1]:
        update = revisions[-1]
    elif equal:
        update = history.renumber(equal[-1], next_number(revisions))
    else:
        labels = stateful_set["spec"]["template"]["metadata"].get("labels") or {}
        reference = reference_to(stateful_set, STATEFULSETS)
        fresh = new_revision(stateful_set, reference, labels, data, next_number(revisions), collisions)
        update, collisions = history.create(stateful_set, fresh, collisions)
    current = next((one for one in revisions if one["metadata"]["name"] == status.get("currentRevision")), update)
    return Revisions(current, update), collisions


def truncate_history(history: History, stateful_set: Obj, pods: Sequence[Obj], listed: Sequence[Obj], revisions: Revisions) -> None:
    """Delete the oldest revisions that nobody uses, down to ``revisionHistoryLimit``. Raises ApiError."""
    live = {*revisions.names, *map(revision_of, pods)}
    past = [one for one in listed if one["metadata"]["name"] not in live]
    limit = stateful_set["spec"].get("revisionHistoryLimit", 10)
    for one in past[: max(0, len(past) - limit)] if limit >= 0 else ():
        history.delete(one)
