"""What a printer is made of: columns, and a function from an object to its cells.

Upstream: ``pkg/printers/tablegenerator.go``, ``staging/src/k8s.io/apimachinery/pkg/util/duration/duration.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp

Cell = str | int | float | None
NONE, UNKNOWN = "<none>", "<unknown>"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``priority`` 1: shown with ``-o wide`` only. ``type`` and ``format`` as in OpenAPI."""

    name: str
    description: str
    type: str = "string"
    format: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Printer:
    """Columns and what fills them; ``conditions`` marks rows whose object has ended."""

    columns: tuple[Column, ...]
    cells: Callable[[Obj, SimTime], list[Cell]]
    conditions: Callable[[Obj], list[Obj]] | None = None


NAME = Column("Name", "Name must be unique within its namespace, or within the cluster.", format="name")
AGE = Column("Age", "Time since the object was created.")
CONTAINERS = Column("Containers", "Names of each container in the template.", priority=1)
IMAGES = Column("Images", "Images referenced by each container in the template.", priority=1)
SELECTOR = Column("Selector", "The label query that selects the pods.", priority=1)


def human_duration(seconds: int) -> str:
    """Write a length of time as kubectl does: ``95s``, ``2m5s``, ``3h``, ``5d2h``. ``seconds`` may be slightly negative."""
    if seconds < 0:
        return "<invalid>" if seconds < -1 else "0s"
    if seconds < 120:
        return f"{seconds}s"
    minutes, hours = seconds // 60, seconds // 3600
    if minutes < 10:
        return _pair(minutes, "m", seconds % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _pair(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    days = hours // 24
    if days < 8:
        return _pair(days, "d", hours % 24, "h")
    if days < 365 * 2:
        return f"{days}d"
    return _pair(days // 365, "y", days % 365, "d") if days < 365 * 8 else f"{days // 365}y"


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"


def since(moment: str | None, now: SimTime) -> str:
    """Return how long ago a timestamp was, ``<unknown>`` for none."""
    if not moment:
        return UNKNOWN
    elapsed = now - parse_timestamp(moment)
    return human_duration(elapsed // SECOND if elapsed >= 0 else -(-elapsed // SECOND))


def age(obj: Obj, now: SimTime) -> str:
    """Return the time since an object was created."""
    return since(obj["metadata"].get("creationTimestamp"), now)


def joined(parts: Iterable[str]) -> str:
    """Return the parts with commas between them."""
    return ",".join(parts)


def labels_text(labels: Mapping[str, str] | None) -> str:
    """Return labels as ``a=b,c=d`` in the order of their keys, ``<none>`` for none."""
    return joined(f"{key}={value}" for key, value in sorted((labels or {}).items())) or NONE


def first_of(parts: Sequence[str], none: str = NONE) -> str:
    """Return the first three parts and the number of the others, ``none`` for no parts at all."""
    shown = joined(parts[:_SHOWN]) or none
    return f"{shown} + {len(parts) - _SHOWN} more..." if len(parts) > _SHOWN else shown


def template_columns(obj: Obj) -> tuple[str, str]:
    """Return the container names and images of a workload's template."""
    containers = obj["spec"].get("template", {}).get("spec", {}).get("containers") or ()
    return joined(c.get("name", "") for c in containers), joined(c.get("image", "") for c in containers)
