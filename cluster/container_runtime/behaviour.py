"""What one container will do, decided when it starts: from its pod's annotations, its command, its image; in this order.

Annotations of the pod: ``simulation.podium/exit-code`` lets every container end with that code,
``simulation.podium/run-seconds`` says when (0.2 s after its start when it says nothing; alone, the code is 0).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cluster.container_runtime.command import interpret
from cluster.container_runtime.images import row
from cluster.machinery.cri import ContainerConfig

EXIT_CODE = "simulation.podium/exit-code"
RUN_SECONDS = "simulation.podium/run-seconds"
DEFAULT_RUN_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Behaviour:
    """``run_seconds`` None: runs on; ``stop_seconds`` None: ignores SIGTERM; ``log``: (seconds after the start, line)."""

    start_seconds: float
    run_seconds: float | None
    exit_code: int
    stop_seconds: float | None
    stop_code: int
    log: tuple[tuple[float, str], ...]


def behaviour(config: ContainerConfig, annotations: Mapping[str, str]) -> Behaviour:
    """Return what a container of ``config`` in a pod with ``annotations`` does."""
    image = row(config.image)
    argv = (*config.command, *config.args) if config.command or image.shell else ()
    if EXIT_CODE in annotations or RUN_SECONDS in annotations:
        seconds = _number(annotations.get(RUN_SECONDS, ""), DEFAULT_RUN_SECONDS)
        code = int(_number(annotations.get(EXIT_CODE, ""), 0)) % 256
        return Behaviour(image.start_seconds, seconds, code, image.stop_seconds, image.stop_code, image.log)
    if argv:
        run = interpret(argv)
        stop_seconds = None if run.ignores_term else 0.5
        return Behaviour(image.start_seconds, run.seconds, run.exit_code, stop_seconds, 0, run.log)
    return Behaviour(image.start_seconds, image.exits_after, image.exit_code, image.stop_seconds, image.stop_code, image.log)


def _number(text: str, otherwise: float) -> float:
    try:
        return float(text)
    except ValueError:
        return otherwise
