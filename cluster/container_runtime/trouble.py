"""What can be wrong with the program in a container, past everything that its image's row says of it.

``CRASH_LOOP``: it ends with an error a second after each start. ``HUNG``: its process is halted, as by ``kill -STOP``; its
kernel still accepts connections, nobody answers, and only SIGKILL ends it. ``OUT_OF_MEMORY``: it takes memory without end: up to
its limit, where the kernel kills it, and without one as much as a node has.

The trouble stands in the container's record. The next container of the same name in the same pod has it, too: it is the same program.
Only a hang ends with the process that hung.
"""

from __future__ import annotations

from enum import StrEnum

CRASH_SECONDS = 1.0
CRASH_CODE = 1
LEAK = 8 << 30
"""Bytes that a container without a limit takes: all that a node has, as a rule."""


class Trouble(StrEnum):
    """One of them."""

    CRASH_LOOP = "crash-loop"
    HUNG = "hung"
    OUT_OF_MEMORY = "out-of-memory"
