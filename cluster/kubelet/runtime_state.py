"""What a kubelet knows of its runtime: when it last answered, and so why the node is not ready.

Upstream asks every five seconds whether the runtime is up and lists all containers every second (PLEG). Here one question stands for both:
it is asked with each heartbeat, and every five seconds once it was not answered.

Upstream: ``pkg/kubelet/runtime.go``, ``pkg/kubelet/kubelet.go`` (updateRuntimeUp), ``pkg/kubelet/pleg/generic.go`` (Healthy).
"""

from __future__ import annotations

from cluster.kubelet.images import go_duration
from cluster.machinery.meta import SECOND, SimTime

CHECK_SECONDS = 5.0
"""Between two questions while none is answered."""
DOWN_SECONDS = 30
"""After so many seconds without an answer the runtime counts as down (maxWaitForContainerRuntime)."""
RELIST_SECONDS = 180
"""After so many the PLEG is not healthy (relistThreshold)."""
_NEVER_ASKED = (
    "container runtime status check may not have completed yet",
    "PLEG is not healthy: pleg has yet to be successful",
)


class RuntimeState:
    """Of one kubelet, from its start on."""

    def __init__(self) -> None:
        self._answered_at: SimTime | None = None
        self._errors: tuple[str, ...] = _NEVER_ASKED
        self.is_answering = False

    @property
    def errors(self) -> tuple[str, ...]:
        """Why the node is not ready, as it was when the runtime was last asked."""
        return self._errors

    def asked(self, now: SimTime, *, is_answered: bool) -> None:
        """Take note of a question."""
        self.is_answering = is_answered
        if is_answered:
            self._answered_at, self._errors = now, ()
        elif self._answered_at is not None:
            self._errors = _errors((now - self._answered_at) / SECOND, before=self._errors)


def _errors(seconds: float, before: tuple[str, ...]) -> tuple[str, ...]:
    found = ("container runtime is down",) if seconds >= DOWN_SECONDS else ()
    if seconds < RELIST_SECONDS:
        return found
    if len(before) > 1:
        return before  # what it says of the time is as old as the node's condition
    limit = go_duration(RELIST_SECONDS)
    return (*found, f"PLEG is not healthy: pleg was last seen active {go_duration(seconds)} ago; threshold is {limit}")
