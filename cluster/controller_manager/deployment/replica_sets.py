"""Counting, sorting and telling apart the ReplicaSets of a Deployment. Pure.

Upstream: ``pkg/controller/deployment/util/deployment_util.go`` and ``pkg/controller/controller_utils.go``
(``ReplicaSetsByCreationTimestamp`` and its kin).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cluster.controller_manager.deployment.annotations import POD_TEMPLATE_HASH, revision_of
from cluster.machinery.meta import Obj

MAX_NAME_LENGTH = 253

_MAPS = frozenset({"labels", "annotations", "nodeSelector", "limits", "requests", "matchLabels"})


def replicas_of(obj: Obj) -> int:
    """Return the replicas that an object asks for; 1 when it does not say."""
    replicas: int | None = obj["spec"].get("replicas")
    return 1 if replicas is None else replicas


def replica_count(sets: Iterable[Obj]) -> int:
    """Return how many pods are asked for."""
    return sum(replicas_of(rs) for rs in sets)


def actual_replica_count(sets: Iterable[Obj]) -> int:
    """Return how many pods there are."""
    return _status_count(sets, "replicas")


def ready_replica_count(sets: Iterable[Obj]) -> int:
    """Return how many pods are ready."""
    return _status_count(sets, "readyReplicas")


def available_replica_count(sets: Iterable[Obj]) -> int:
    """Return how many pods have been ready for long enough."""
    return _status_count(sets, "availableReplicas")


def terminating_replica_count(sets: Iterable[Obj]) -> int | None:
    """Return how many pods are going; None when the controller of a ReplicaSet has looked at it and does not count them."""
    total = 0
    for rs in sets:
        status = rs.get("status", {})
        if "terminatingReplicas" not in status and status.get("observedGeneration"):
            return None
        total += status.get("terminatingReplicas", 0)
    return total


def active_sets(sets: Iterable[Obj]) -> list[Obj]:
    """Return the ReplicaSets that ask for pods."""
    return [rs for rs in sets if replicas_of(rs) > 0]


def by_creation(sets: Iterable[Obj]) -> list[Obj]:
    """Sort: oldest first, then by name."""
    return sorted(sets, key=_age)


def by_revision(sets: Iterable[Obj]) -> list[Obj]:
    """Sort: lowest revision first, then oldest."""
    return sorted(sets, key=lambda rs: (revision_of(rs), _age(rs)))


def by_size_older(sets: Iterable[Obj]) -> list[Obj]:
    """Sort: largest first, then oldest."""
    return sorted(by_creation(sets), key=replicas_of, reverse=True)


def by_size_newer(sets: Iterable[Obj]) -> list[Obj]:
    """Sort: largest first, then youngest."""
    return sorted(sorted(sets, key=_age, reverse=True), key=replicas_of, reverse=True)


def find_new(deployment: Obj, sets: Iterable[Obj]) -> Obj | None:
    """Return the oldest ReplicaSet that has the deployment's template."""
    for rs in by_creation(sets):
        if is_same_template(rs["spec"]["template"], deployment["spec"]["template"]):
            return rs
    return None


def find_old(sets: Iterable[Obj], new: Obj | None) -> list[Obj]:
    """Return every ReplicaSet but the new one."""
    return [rs for rs in sets if new is None or rs["metadata"].get("uid") != new["metadata"].get("uid")]


def find_active_or_latest(new: Obj | None, old: Sequence[Obj]) -> Obj | None:
    """Return the only ReplicaSet with pods; with none, the newest one; with several, None."""
    everything = [*old, new] if new is not None else list(old)
    active = active_sets(everything)
    if len(active) > 1 or not everything:
        return None
    if active:
        return active[0]
    return new if new is not None else by_creation(old)[-1]


def is_same_template(one: Obj, other: Obj) -> bool:
    """Whether two pod templates are equal but for the hash in their labels; unset and empty are the same."""
    if one is other:
        return True
    return _without_hash(one) == _without_hash(other) or _pruned(_without_hash(one)) == _pruned(_without_hash(other))


def replica_set_name(deployment: str, template_hash: str) -> str:
    """Return the name of a revision's ReplicaSet; a long deployment name is cut so that the hash stays whole.

    A hash that leaves no room at all (none that is made here) cuts nothing.
    """
    room = MAX_NAME_LENGTH - len(template_hash) - 1
    return f"{deployment[:room] if room > 0 else deployment}-{template_hash}"


def _status_count(sets: Iterable[Obj], field: str) -> int:
    return sum(rs.get("status", {}).get(field, 0) for rs in sets)


def _age(rs: Obj) -> tuple[str, str]:
    return rs["metadata"].get("creationTimestamp") or "", rs["metadata"].get("name", "")


def _without_hash(template: Obj) -> Obj:
    meta = template.get("metadata") or {}
    labels = {key: value for key, value in (meta.get("labels") or {}).items() if key != POD_TEMPLATE_HASH}
    return {"metadata": meta | {"labels": labels}, "spec": template.get("spec")}


def _pruned(value: object, field: str = "") -> object:
    """Drop what Go's encoding would leave out: empty texts, lists and maps (but not empty objects)."""
    if isinstance(value, list):
        return [_pruned(item) for item in value]
    if not isinstance(value, dict):
        return value
    pruned = {name: _pruned(inner, name) for name, inner in value.items()}
    return {name: inner for name, inner in pruned.items() if inner not in (None, "", []) and not (inner == {} and name in _MAPS)}
