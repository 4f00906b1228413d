"""What the answers to a probe say so far. Pure.

Upstream: ``pkg/kubelet/prober/worker.go`` (doProbe) and ``pkg/kubelet/prober/results/results_manager.go``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cluster.machinery.meta import Obj

PERIOD, TIMEOUT, FAILURES, SUCCESSES = 10, 1, 3, 1
"""What counts when a probe does not say: seconds, seconds, answers, answers."""


class Kind(StrEnum):
    """The three probes of a container, as Events name them."""

    STARTUP = "Startup"
    LIVENESS = "Liveness"
    READINESS = "Readiness"

    @property
    def field(self) -> str:
        """Its field in a container's spec."""
        return f"{self.value.lower()}Probe"


class Result(StrEnum):
    """What one try, or enough of them, has shown."""

    SUCCESS = "success"
    FAILURE = "failure"
    UNKNOWN = "unknown"


FIRST = {Kind.STARTUP: Result.UNKNOWN, Kind.LIVENESS: Result.SUCCESS, Kind.READINESS: Result.FAILURE}
"""What is believed of a container before its probe was asked."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers so far: what is believed, the last answer, and how often in a row it was given."""

    believed: Result
    last: Result | None = None
    count: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether enough equal answers have come for the last one to be believed."""
        return self.last is self.believed and self.count > 0


def answered(before: Answers, answer: Result, probe: Obj) -> Answers:
    """Return the answers after one more; it is believed when it has come as often in a row as its threshold says."""
    count = before.count + 1 if answer is before.last else 1
    threshold = probe.get("successThreshold") or SUCCESSES if answer is Result.SUCCESS else probe.get("failureThreshold") or FAILURES
    return Answers(answer if count >= threshold else before.believed, answer, count)
