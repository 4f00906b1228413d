"""The conditions that a kubelet writes into a pod's status. Pure.

Upstream: ``pkg/kubelet/status/generate.go``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cluster.kubelet.actions import is_sidecar
from cluster.machinery.errors import quote
from cluster.machinery.meta import Obj

Verdict = tuple[bool, str, str]
"""(is it true, reason, message)."""

TRUE: Verdict = (True, "", "")


def containers_ready(pod: Obj, statuses: Mapping[str, Obj], phase: str) -> Verdict:
    """ContainersReady, from the statuses of all containers by name."""
    if phase == "Succeeded":
        return False, "PodCompleted", ""
    if phase == "Failed":
        return False, "PodFailed", ""
    spec = pod["spec"]
    watched = [c for c in spec.get("initContainers") or () if is_sidecar(c)] + spec["containers"]
    unready = [c["name"] for c in watched if not statuses[c["name"]]["ready"]]
    return (False, "ContainersNotReady", f"containers with unready status: [{' '.join(unready)}]") if unready else TRUE


def ready(pod: Obj, are_containers_ready: Verdict, others: Sequence[Obj]) -> Verdict:
    """Ready: ContainersReady and every readiness gate. ``others``: the conditions that somebody else has set."""
    if not are_containers_ready[0]:
        return are_containers_ready
    by_type = {condition["type"]: condition["status"] for condition in others}
    faults = []
    for gate in pod["spec"].get("readinessGates") or ():
        name = gate["conditionType"]
        if name not in by_type:
            faults.append(f"corresponding condition of pod readiness gate {quote(name)} does not exist.")
        elif by_type[name] != "True":
            faults.append(f'the status of pod readiness gate {quote(name)} is not "True", but {by_type[name]}')
    return (False, "ReadinessGatesNotReady", ", ".join(faults)) if faults else TRUE


def initialized(pod: Obj, statuses: Mapping[str, Obj], phase: str) -> Verdict:
    """Initialized: every init container has succeeded, or is a sidecar that has started."""
    spec = pod["spec"]
    if phase == "Succeeded":
        return True, "PodCompleted", ""
    if any(_has_started(statuses[c["name"]]) for c in spec["containers"]):
        return TRUE
    incomplete = [
        c["name"]
        for c in spec.get("initContainers") or ()
        if not (statuses[c["name"]]["started"] if is_sidecar(c) else statuses[c["name"]]["ready"])
    ]
    return (False, "ContainersNotInitialized", f"containers with incomplete status: [{' '.join(incomplete)}]") if incomplete else TRUE


def condition(kind: str, verdict: Verdict, generation: int, before: Mapping[str, Obj], now: str) -> Obj:
    """Return a condition; its transition time is kept from ``before`` (by type) while the status stays."""
    is_true, reason, message = verdict
    status = "True" if is_true else "False"
    old = before.get(kind)
    since = old["lastTransitionTime"] if old is not None and old["status"] == status else now
    made: Obj = {"type": kind, "status": status, "observedGeneration": generation, "lastProbeTime": None, "lastTransitionTime": since}
    if reason:
        made["reason"] = reason
    if message:
        made["message"] = message
    return made


def _has_started(status: Obj) -> bool:
    return bool(status["started"]) or "terminated" in status["state"] or "terminated" in status["lastState"]
