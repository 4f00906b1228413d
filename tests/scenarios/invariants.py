"""What must hold on the way, not only in the end: a controller that overshoots takes it back, and nobody would notice afterwards.

A controller may be late, but by its expectations it never counts a pod twice that it has asked for. So when it creates one, there
are no more than it wants: pods of a ReplicaSet, running and finished ones of a Job, one of each index, one of a DaemonSet on a node.
How many are wanted is what any version of the owner said that the controller may not have known to be old. Pods of a StatefulSet come
when those before them were ready, and go when those after them are. A pod that was asked to go counts no longer, whatever becomes of
it. A Job never says that more pods have succeeded, or failed, than have: by what it awaits it counts none twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import SECOND, Obj, SimTime, controller_of
from cluster.machinery.storage import Event
from tests.scenarios.world import World

BEHIND = 10.0
"""Simulated seconds that a controller may be behind with its owner's specification."""
VERSIONS = 3
"""Versions of its owner's specification that a list of an API server that is behind may show, however old they are."""
INDEX = "batch.kubernetes.io/job-completion-index"
_PODS = PODS.storage_key("", "")
_OWNERS = tuple(f"/registry/{name}/" for name in ("replicasets", "jobs", "daemonsets", "statefulsets"))
_ENDED = ("Succeeded", "Failed")


@dataclass(slots=True)
class _Owner:
    """What is known of a controller's object: its specifications with the moments until which they stood, and its pods by uid."""

    specs: list[tuple[SimTime, Obj]] = field(default_factory=list)
    pods: dict[str, Obj] = field(default_factory=dict)
    succeeded: dict[str, Obj] = field(default_factory=dict)
    was_ready: set[str] = field(default_factory=set)
    ever: set[str] = field(default_factory=set)
    ever_succeeded: set[str] = field(default_factory=set)

    def possible(self, now: SimTime) -> list[Obj]:
        """Return the specifications that a controller may act by."""
        recent = [spec for until, spec in self.specs if now - until < BEHIND * SECOND]
        return recent if len(recent) >= VERSIONS else [spec for _, spec in self.specs[-VERSIONS:]]

    def active(self) -> list[Obj]:
        """Return the pods that count."""
        return [pod for pod in self.pods.values() if _is_active(pod)]


def broken(world: World, *, after: int = 0) -> list[str]:
    """Return what did not hold between a revision and the end of a run, a sentence each."""
    owners: dict[str, _Owner] = {}
    moments, now = iter(world.moments), SimTime(0)
    seen, found = 0, list[str]()
    for event in world.store.events("", after=0):
        while seen < event.revision and (moment := next(moments, None)) is not None:
            seen, now = moment
        sentences = list(_sentences(owners, event, now))
        found += sentences if event.revision > after else ()
    return found


def _sentences(owners: dict[str, _Owner], event: Event, now: SimTime) -> Iterator[str]:
    obj = event.kv.obj if event.kv is not None else None
    if event.key.startswith(_OWNERS) and obj is not None:
        owner = owners.setdefault(obj["metadata"]["uid"], _Owner())
        if obj["kind"] == "Job":
            yield from _of_counts(owner, obj)
        if owner.specs and owner.specs[-1][1] == obj["spec"]:
            return
        if owner.specs:
            owner.specs[-1] = (now, owner.specs[-1][1])
        owner.specs.append((now, obj["spec"]))
    if not event.key.startswith(_PODS):
        return
    before = event.prev.obj if event.prev is not None else None
    for pod in (before, obj):
        reference = controller_of(pod) if pod is not None else None
        if pod is not None and reference is not None and reference["uid"] in owners:
            _note(owners[reference["uid"]], pod, is_there=pod is obj)
    reference = controller_of(obj or before or {"metadata": {}})
    owner = owners.get(reference["uid"]) if reference is not None else None
    if reference is None or owner is None or not owner.specs:
        return
    if obj is not None and before is None:
        yield from _at_creation(reference, owner, obj, now)
    elif obj is not None and before is not None and reference["kind"] == "StatefulSet" and _is_going(obj) and not _is_going(before):
        yield from _at_deletion(reference, owner, obj)


def _note(owner: _Owner, pod: Obj, *, is_there: bool) -> None:
    uid = pod["metadata"]["uid"]
    owner.pods.pop(uid, None)
    if not is_there:
        return
    owner.pods[uid] = pod
    owner.ever.add(uid)
    if pod["status"].get("phase") == "Succeeded":
        owner.ever_succeeded.add(uid)
    if pod["status"].get("phase") == "Succeeded" and not _is_going(pod):
        owner.succeeded[uid] = pod
    if any(each["type"] == "Ready" and each["status"] == "True" for each in pod["status"].get("conditions") or ()):
        owner.was_ready.add(uid)


def _of_counts(owner: _Owner, job: Obj) -> Iterator[str]:
    status, name = job.get("status", {}), job["metadata"]["name"]
    uncounted = status.get("uncountedTerminatedPods") or {}
    succeeded, failed = (status.get(kind, 0) + len(uncounted.get(kind) or ()) for kind in ("succeeded", "failed"))
    if succeeded > len(owner.ever_succeeded):
        yield f"Job {name} counts {succeeded} pods that have succeeded, and there were {len(owner.ever_succeeded)}"
    if succeeded + failed > len(owner.ever):
        yield f"Job {name} counts {succeeded + failed} pods that have ended, and there were {len(owner.ever)}"


def _at_creation(reference: Obj, owner: _Owner, pod: Obj, now: SimTime) -> Iterator[str]:
    kind, name = reference["kind"], f"{reference['kind']} {reference['name']}"
    specs, active = owner.possible(now), owner.active()
    if kind == "ReplicaSet":
        wanted = max(spec["replicas"] for spec in specs)
        if len(active) > wanted:
            yield f"{name} wants {wanted} pods and has {len(active)}"
    if kind == "DaemonSet":
        here = [other for other in active if _target(other) == _target(pod)]
        if len(here) > 1:
            yield f"{name} has {len(here)} pods on {_target(pod)}"
    if kind == "StatefulSet":
        ordinal = _ordinal(pod)
        missing = [
            lower for lower in range(ordinal) if not any(_ordinal(p) == lower and p["metadata"]["uid"] in owner.was_ready for p in active)
        ]
        if missing:
            yield f"{name} makes pod {ordinal} before {missing} are ready"
    if kind == "Job":
        parallelism = max(spec["parallelism"] for spec in specs)
        if len(active) > parallelism:
            yield f"{name} may run {parallelism} pods and runs {len(active)}"
        completions = specs[-1].get("completions")
        if completions is not None and len(active) + len(owner.succeeded) > completions:
            yield f"{name} needs {completions} pods and has {len(active)} beside {len(owner.succeeded)} that succeeded"
        index = _index(pod)
        same = [other for other in (*active, *owner.succeeded.values()) if _index(other) == index]
        if index and len(same) > 1:
            yield f"{name} has {len(same)} pods of index {index}"


def _at_deletion(reference: Obj, owner: _Owner, pod: Obj) -> Iterator[str]:
    later = [other for other in owner.pods.values() if _ordinal(other) > _ordinal(pod)]
    unready = sorted(_ordinal(other) for other in later if _is_going(other) or other["metadata"]["uid"] not in owner.was_ready)
    if unready:
        yield f"StatefulSet {reference['name']} ends pod {_ordinal(pod)} while {unready} are not ready"


def _is_going(pod: Obj) -> bool:
    return bool(pod["metadata"].get("deletionTimestamp"))


def _is_active(pod: Obj) -> bool:
    return not _is_going(pod) and pod["status"].get("phase") not in _ENDED


def _ordinal(pod: Obj) -> int:
    return int(pod["metadata"]["name"].rpartition("-")[2])


def _index(pod: Obj) -> str:
    return str((pod["metadata"].get("annotations") or {}).get(INDEX, ""))


def _target(pod: Obj) -> str:
    """Return the node that a DaemonSet's pod is meant for."""
    terms = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    return str(terms[0]["matchFields"][0]["values"][0])
