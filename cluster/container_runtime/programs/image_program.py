"""The program that an image was made for: it runs, ends when its row or an annotation says so, and takes SIGTERM as its row says.

What it writes and answers is in the row too (``image_table``), and needs no process.
"""

from __future__ import annotations

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.process import PAUSE, Wait
from cluster.machinery.meta import SimTime

IMAGE = "image"
"""Name under which a process holds it."""
ENDING = frozenset({"TERM", "INT", "QUIT"})
"""Signals that tell it to end."""


class ImageProgram:
    """``stop_seconds``: from SIGTERM to the end; None ignores SIGTERM."""

    handles_signals = True

    def __init__(self, stop_seconds: float | None, stop_code: int) -> None:
        self._stop_seconds, self._stop_code = stop_seconds, stop_code

    def __call__(self, call: Call) -> int | Wait:
        """Go on; ``call.state["ends"]``: the moment and the exit code, when they are known."""
        for name in call.process.signals:
            if name in ENDING and self._stop_seconds is not None:
                planned = call.state.get("ends")
                moment = call.in_seconds(self._stop_seconds)
                if planned is None or moment < planned[0]:
                    call.state["ends"] = [moment, self._stop_code]
        call.process.signals.clear()
        if "ends" not in call.state:
            return PAUSE
        moment, code = call.state["ends"]
        return int(code) if moment <= call.now else Wait(until=SimTime(moment))
