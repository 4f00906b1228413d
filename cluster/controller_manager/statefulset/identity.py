"""Who a pod of a StatefulSet is: ``db-2`` is the third of ``db``, on first use and for ever after. Pure.

Upstream: ``pkg/controller/statefulset/stateful_set_utils.go``.
"""

from __future__ import annotations

import re

from cluster.machinery.meta import Obj

POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name"
POD_INDEX_LABEL = "apps.kubernetes.io/pod-index"
REVISION_LABEL = "controller-revision-hash"

_NAME = re.compile(r"(.*)-([0-9]+)")
_MAX_ORDINAL = 2**31 - 1


def parent_and_ordinal(pod: Obj) -> tuple[str, int]:
    """Return the name of the StatefulSet and the ordinal that a pod's name tells; ``("", -1)`` when it tells none."""
    match = _NAME.fullmatch(pod["metadata"]["name"])
    if match is None:
        return "", -1
    ordinal = int(match[2])
    return match[1], ordinal if ordinal <= _MAX_ORDINAL else -1


def ordinal_of(pod: Obj) -> int:
    """Return the pod's ordinal, -1 when it has none."""
    return parent_and_ordinal(pod)[1]


def is_member(stateful_set: Obj, pod: Obj) -> bool:
    """Whether the pod's name says that it belongs to the StatefulSet."""
    return bool(parent_and_ordinal(pod)[0] == stateful_set["metadata"]["name"])


def replicas_of(stateful_set: Obj) -> int:
    """Return how many pods are asked for."""
    return int(stateful_set["spec"].get("replicas", 1))


def start_ordinal(stateful_set: Obj) -> int:
    """Return the ordinal of the first pod."""
    return int((stateful_set["spec"].get("ordinals") or {}).get("start", 0))


def is_in_range(stateful_set: Obj, pod: Obj) -> bool:
    """Whether the pod is one of those asked for."""
    start = start_ordinal(stateful_set)
    return start <= ordinal_of(pod) < start + replicas_of(stateful_set)


def revision_of(pod: Obj) -> str:
    """Return the name of the revision that a pod was made from."""
    return str((pod["metadata"].get("labels") or {}).get(REVISION_LABEL, ""))


def has_identity(stateful_set: Obj, pod: Obj) -> bool:
    """Whether the pod's name and label are those of a member."""
    meta, (parent, ordinal) = pod["metadata"], parent_and_ordinal(pod)
    name = f"{parent}-{ordinal}"
    return ordinal >= 0 and is_member(stateful_set, pod) and meta["name"] == name == (meta.get("labels") or {}).get(POD_NAME_LABEL)


def give_identity(stateful_set: Obj, pod: Obj) -> None:
    """Write name and labels into a pod that has an ordinal."""
    ordinal, meta = ordinal_of(pod), pod["metadata"]
    meta |= {"name": f"{stateful_set['metadata']['name']}-{ordinal}", "namespace": stateful_set["metadata"]["namespace"]}
    meta["labels"] = (meta.get("labels") or {}) | {POD_NAME_LABEL: meta["name"], POD_INDEX_LABEL: str(ordinal)}
