"""Where a DaemonSet's pods run. Pure.

A pod belongs on a node when the template's node name, selector and affinity suit it and every NoSchedule and NoExecute taint is
tolerated. One that is there already stays while it tolerates the NoExecute taints. What the kubelet reports of a node counts for
nothing: daemon pods tolerate the taints of a node in trouble, and of a cordoned one.

Upstream: ``pkg/controller/daemon/daemon_controller.go`` (``NodeShouldRunDaemonPod``), ``pkg/controller/daemon/util/daemonset_util.go``
(``AddOrUpdateDaemonPodTolerations``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cluster.machinery.meta import Obj
from cluster.machinery.node_selector import RequiredNodeAffinity, required_affinity
from cluster.machinery.taints import NO_EXECUTE, NO_SCHEDULE, UNSCHEDULABLE, find_untolerated

NOT_READY = "node.kubernetes.io/not-ready"
UNREACHABLE = "node.kubernetes.io/unreachable"
DISK_PRESSURE = "node.kubernetes.io/disk-pressure"
MEMORY_PRESSURE = "node.kubernetes.io/memory-pressure"
PID_PRESSURE = "node.kubernetes.io/pid-pressure"
NETWORK_UNAVAILABLE = "node.kubernetes.io/network-unavailable"

_TOLERATED = (
    (NOT_READY, NO_EXECUTE),
    (UNREACHABLE, NO_EXECUTE),
    (DISK_PRESSURE, NO_SCHEDULE),
    (MEMORY_PRESSURE, NO_SCHEDULE),
    (PID_PRESSURE, NO_SCHEDULE),
    (UNSCHEDULABLE, NO_SCHEDULE),
)


class Verdict(NamedTuple):
    """What a node means for a daemon pod: whether one is to be made there, and whether one that is there stays."""

    should_run: bool
    should_continue: bool


class Placement:
    """The demands of one DaemonSet's template, read once and asked for many nodes."""

    def __init__(self, daemon_set: Obj) -> None:
        template = daemon_set["spec"]["template"]
        self._node_name: str = template["spec"].get("nodeName", "")
        self._affinity: RequiredNodeAffinity = required_affinity(template)
        self._tolerations = daemon_tolerations(template["spec"])

    def verdict(self, node: Obj) -> Verdict:
        """Judge a Node."""
        is_named = self._node_name in ("", node["metadata"]["name"])
        if not is_named or not self._affinity.matches_node(node):
            return Verdict(False, False)
        taints = node["spec"].get("taints") or ()
        should_continue = find_untolerated(taints, self._tolerations, (NO_EXECUTE,)) is None
        return Verdict(should_continue and find_untolerated(taints, self._tolerations, (NO_SCHEDULE,)) is None, should_continue)


def daemon_tolerations(spec: Obj) -> list[Obj]:
    """Return the tolerations of a daemon pod: its template's, and those that every daemon pod has, without a limit of time."""
    tolerations: list[Obj] = list(spec.get("tolerations") or ())
    for key, effect in (*_TOLERATED, *(((NETWORK_UNAVAILABLE, NO_SCHEDULE),) if spec.get("hostNetwork") else ())):
        _put(tolerations, {"key": key, "operator": "Exists", "effect": effect})
    return tolerations


def looks_the_same(old: Obj, node: Obj) -> bool:
    """Whether nothing of what a verdict depends on has changed: most updates of a Node are heartbeats."""
    has_same_labels = old["metadata"].get("labels") == node["metadata"].get("labels")
    has_same_taints = old["spec"].get("taints") == node["spec"].get("taints")
    return bool(has_same_labels and has_same_taints)


def _put(tolerations: list[Obj], wanted: Obj) -> None:
    for position, present in enumerate(tolerations):
        if _names_of(present) == _names_of(wanted):
            tolerations[position] = wanted
            return
    tolerations.append(wanted)


def _names_of(toleration: Obj) -> Sequence[object]:
    return tuple(toleration.get(name) or "" for name in ("key", "operator", "value", "effect"))
