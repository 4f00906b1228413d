"""What the server's process has used, by Linux's count of it."""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path

from tests.server import Server

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(server: Server) -> float:
    """Return the processor's time that the server has used, in its own code and in the kernel."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_megabytes(server: Server) -> float:
    """Return how much of the machine's memory the server occupies now."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def longest_stall(server: Server) -> float:
    """Return the longest time in seconds that the server's loop did not come round since the last call."""
    with urllib.request.urlopen(f"{server.page}/stall", timeout=60) as answer:
        seconds: float = json.loads(answer.read())["seconds"]
    return seconds


def position(server: Server) -> tuple[int, float]:
    """Return the number of hops so far, and the simulated moment."""
    with urllib.request.urlopen(f"{server.stage}state", timeout=60) as answer:
        state = json.loads(answer.read())
    return state["head"], state["now"]
