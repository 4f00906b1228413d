"""Logs on their way from a container to who reads them: what is asked for, and where each part of the way meets the next.

Upstream: ``staging/src/k8s.io/api/core/v1/types.go`` (``PodLogOptions``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from cluster.machinery.meta import SimTime


class Line(NamedTuple):
    """When a line was written, and the line without its end. ``is_partial``: it is a part of a longer one, which goes on in the next."""

    at: SimTime
    text: str
    stream: str = "stdout"
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class LogOptions:
    """Which part of a log. ``since``: not before; ``tail_lines``: the last ones only; ``limit_bytes``: no more than that.

    ``stream``: ``stdout`` or ``stderr``; empty: both.
    """

    container: str
    previous: bool = False
    follow: bool = False
    timestamps: bool = False
    since: SimTime | None = None
    tail_lines: int | None = None
    limit_bytes: int | None = None
    stream: str = ""


@dataclass(frozen=True, slots=True)
class LogFile:
    """What a container has written until now. ``is_open``: it may write more; ``gone``: how many lines before have been rotated away."""

    lines: Sequence[Line]
    is_open: bool
    gone: int = 0


class LogFiles(Protocol):
    """The log files of a node, as its container runtime leaves them."""

    def log(self, pod_uid: str, container_id: str) -> LogFile | None:
        """Return a container's log, or None when the runtime has forgotten the container."""
        ...


class LogReader(Protocol):
    """A log that is being read."""

    def read(self) -> bytes:
        """Return what has been written since the last time, nothing if nothing has."""
        ...

    @property
    def is_over(self) -> bool:
        """Whether no more will come."""
        ...
