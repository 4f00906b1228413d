"""Conditions that a cluster can be stopped at: what is written down, and whether a write or a hop makes it true. Pure.

``pod web-* bound``, ``node worker-2 NotReady``, ``deployment web available``: a kind, a name (``*`` and ``?`` stand for letters) and a
state; it is met by the write with which an object comes into that state. ``hop kube-scheduler``: the next message to or from a
component that is not routine. No upstream counterpart; the nearest is ``kubectl wait --for``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from cluster.apiserver.validation.names import dns_subdomain
from cluster.engine.trace import Hop
from cluster.machinery.kinds import KINDS
from cluster.machinery.kinds.apps import DEPLOYMENTS, REPLICASETS
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Event
from cluster.runner.pace import is_quiet

Claim = Callable[[Obj], bool]
_WILDCARD = re.compile(r"[*?]")
HOP = "hop"
LONGEST = 200
"""Characters of a condition."""
CREATED, CHANGED, DELETED = "created", "changed", "deleted"
ALWAYS = (CREATED, CHANGED, DELETED)
"""What can be said of objects of any kind."""


def _has_condition(name: str, *statuses: str) -> Claim:
    return lambda obj: any(c["type"] == name and c["status"] in statuses for c in obj.get("status", {}).get("conditions") or ())


def _is_in_phase(phase: str) -> Claim:
    return lambda obj: obj.get("status", {}).get("phase") == phase


def _is_waiting(reason: str) -> Claim:
    def claim(pod: Obj) -> bool:
        statuses = pod.get("status", {}).get("containerStatuses") or ()
        return any(((status.get("state") or {}).get("waiting") or {}).get("reason") == reason for status in statuses)

    return claim


def _is_seen(obj: Obj) -> bool:
    return bool(obj.get("status", {}).get("observedGeneration", 0) >= obj["metadata"].get("generation", 0))


def _is_complete(counter: str) -> Claim:
    def claim(obj: Obj) -> bool:
        wanted = obj["spec"].get("replicas", 1)
        return _is_seen(obj) and bool(obj.get("status", {}).get(counter, 0) == wanted == obj.get("status", {}).get("replicas", 0))

    return claim


CLAIMS: Mapping[Kind, Mapping[str, Claim]] = {
    PODS: {
        "bound": lambda pod: bool(pod["spec"].get("nodeName")),
        "unschedulable": _has_condition("PodScheduled", "False"),
        "running": _is_in_phase("Running"),
        "ready": _has_condition("Ready", "True"),
        "NotReady": _has_condition("Ready", "False"),
        "CrashLoopBackOff": _is_waiting("CrashLoopBackOff"),
        "ImagePullBackOff": _is_waiting("ImagePullBackOff"),
        "succeeded": _is_in_phase("Succeeded"),
        "failed": _is_in_phase("Failed"),
        "terminating": lambda pod: "deletionTimestamp" in pod["metadata"],
    },
    NODES: {
        "Ready": _has_condition("Ready", "True"),
        "NotReady": _has_condition("Ready", "False", "Unknown"),
        "cordoned": lambda node: bool(node.get("spec", {}).get("unschedulable")),
        "tainted": lambda node: bool(node.get("spec", {}).get("taints")),
    },
    DEPLOYMENTS: {
        "available": lambda obj: _is_seen(obj) and _has_condition("Available", "True")(obj),
        "unavailable": _has_condition("Available", "False"),
        "complete": _is_complete("updatedReplicas"),
        "stuck": _has_condition("Progressing", "False"),
    },
    REPLICASETS: {"ready": _is_complete("readyReplicas"), "full": _is_complete("replicas")},
}
_KINDS = {kind.kind.lower(): kind for kind in reversed(KINDS) if kind.is_stored}


@dataclass(frozen=True, slots=True)
class StateCondition:
    """Objects of a kind whose name matches come into a state."""

    kind: Kind
    pattern: str
    state: str

    def __str__(self) -> str:
        return f"{self.kind.kind.lower()} {self.pattern} {self.state}"

    @property
    def prefix(self) -> str:
        """Where etcd keeps the objects that it speaks of."""
        return f"/registry/{self.kind.prefix}/"

    def is_met_by(self, event: Event) -> bool:
        """Whether this write is the one with which it becomes true."""
        if not event.key.startswith(self.prefix) or not fnmatchcase(event.key.rsplit("/", 1)[-1], self.pattern):
            return False
        if self.state in ALWAYS:
            return {CREATED: event.prev is None, DELETED: event.kv is None, CHANGED: True}[self.state]
        claim = CLAIMS[self.kind][self.state]
        return event.kv is not None and claim(event.kv.obj) and not (event.prev is not None and claim(event.prev.obj))


@dataclass(frozen=True, slots=True)
class HopCondition:
    """A component, or a part of it, sends or receives something."""

    component: str

    def __str__(self) -> str:
        return f"{HOP} {self.component}"

    def is_met_by(self, hop: Hop) -> bool:
        """Whether the hop touches the component and is not routine."""
        return (self._has(hop.source) or self._has(hop.target)) and not is_quiet(hop)

    def _has(self, component: str) -> bool:
        return component == self.component or component.startswith(f"{self.component}/")


Condition = StateCondition | HopCondition


def parse(text: str) -> Condition:
    """Read a condition. Raises ValueError with the words that are not understood."""
    words = text.split()
    if len(text) > LONGEST:
        raise ValueError(text[:LONGEST])
    if len(words) == 2 and words[0] == HOP:
        return HopCondition(words[1])
    if len(words) != 3:
        raise ValueError(text)
    kind = _KINDS.get(words[0].lower())
    if kind is None:
        raise ValueError(words[0])
    state = next((known for known in states_of(kind) if known.lower() == words[2].lower()), None)
    if state is None:
        raise ValueError(words[2])
    if kind in CLAIMS and dns_subdomain(_WILDCARD.sub("x", words[1])):
        raise ValueError(words[1])  # no name matches it: a slip, or a word typed with another keyboard layout
    return StateCondition(kind, words[1], state)


def states_of(kind: Kind) -> tuple[str, ...]:
    """Return what can be said of objects of a kind."""
    return (*CLAIMS.get(kind, {}), *ALWAYS)


def states() -> dict[str, tuple[str, ...]]:
    """Return what can be said of objects, by their kinds' names in lower case: the kinds with states of their own first."""
    first = {kind.kind.lower(): states_of(kind) for kind in CLAIMS}
    return {**first, **{name: ALWAYS for name in sorted(_KINDS) if name not in first}}
