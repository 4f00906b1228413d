"""The annotations in which a Deployment remembers: revisions, and the size its ReplicaSets were made for. Pure.

``revision`` counts templates; a ReplicaSet whose template returns takes the newest number and keeps its old ones in
``revision-history``. ``desired-replicas`` and ``max-replicas`` tell a change of scale from a change of template.

Upstream: ``pkg/controller/deployment/util/deployment_util.go``.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.machinery.meta import Obj

POD_TEMPLATE_HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas"
MAX_REPLICAS = "deployment.kubernetes.io/max-replicas"
NOT_COPIED = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        REVISION,
        REVISION_HISTORY,
        DESIRED_REPLICAS,
        MAX_REPLICAS,
        "deprecated.deployment.rollback.to",
    }
)
REVISION_HISTORY_LIMIT = 2000
"""Characters of ``revision-history``; the oldest numbers go first."""


def annotations_of(obj: Obj) -> dict[str, str]:
    """Return an object's annotations, empty when it has none."""
    return obj["metadata"].get("annotations") or {}


def revision_of(obj: Obj) -> int:
    """Return an object's revision; 0 when it has none that can be read."""
    return _integer(annotations_of(obj).get(REVISION, "")) or 0


def max_revision(sets: Iterable[Obj]) -> int:
    """Return the highest revision of ReplicaSets."""
    return max((revision_of(rs) for rs in sets), default=0)


def desired_replicas_annotation(rs: Obj) -> int | None:
    """Return how many replicas the deployment asked for when it last scaled ``rs``."""
    return non_negative(rs, DESIRED_REPLICAS)


def max_replicas_annotation(rs: Obj) -> int | None:
    """Return how many pods the deployment could have when it last scaled ``rs``."""
    return non_negative(rs, MAX_REPLICAS)


def non_negative(rs: Obj, annotation: str) -> int | None:
    """Return a 32-bit number of 0 or more from an annotation, or None."""
    number = _integer(annotations_of(rs).get(annotation, ""))
    return number if number is not None and 0 <= number < 2**31 else None


def with_replicas(annotations: dict[str, str], desired: int, maximum: int) -> dict[str, str]:
    """Return annotations that carry the deployment's size."""
    return annotations | {DESIRED_REPLICAS: str(desired), MAX_REPLICAS: str(maximum)}


def new_replica_set_annotations(deployment: Obj, annotations: dict[str, str], revision: int) -> dict[str, str]:
    """Return the annotations of the new ReplicaSet: the deployment's own, and the revision with its history."""
    copied = {key: value for key, value in annotations_of(deployment).items() if key not in NOT_COPIED}
    result = annotations | copied
    before = annotations.get(REVISION)
    number = _integer(before or "")
    if before and number is None:
        return result
    if (number or 0) >= revision:
        return result
    result[REVISION] = str(revision)
    if before is not None:
        result[REVISION_HISTORY] = _history(annotations.get(REVISION_HISTORY, ""), before)
    return result


def _history(history: str, revision: str) -> str:
    numbers = history.split(",") if history else []
    while numbers and len(",".join([*numbers, revision])) > REVISION_HISTORY_LIMIT:
        del numbers[0]
    return ",".join([*numbers, revision])


def _integer(text: str) -> int | None:
    digits = text[1:] if text[:1] in ("+", "-") else text
    return int(text) if digits.isascii() and digits.isdigit() else None
