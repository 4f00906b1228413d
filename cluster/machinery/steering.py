"""Annotations by which a teacher steers the simulation: their names, who follows them, what is wrong with one that nobody can. Pure.

No part of Kubernetes. One that cannot be read is followed as if it were not there, and so that nobody has to guess why, the API server
says so in a warning to who writes it (``apiserver/validation/steering.py``), and the kubelet in an Event. Upstream: none.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from cluster.machinery.errors import quote
from cluster.machinery.quantity import QuantityError, parse_quantity

PREFIX = "simulation.podium/"
EXIT_CODE, RUN_SECONDS = f"{PREFIX}exit-code", f"{PREFIX}run-seconds"
READY = f"{PREFIX}ready"
CPU_USAGE, MEMORY_USAGE = f"{PREFIX}cpu", f"{PREFIX}memory"
LOAD = f"{PREFIX}load"
STOPPED, IGNORE = f"{PREFIX}stopped", f"{PREFIX}ignore"
POD, NODE = "Pod", "Node"
Annotations = Mapping[str, str] | None
T = TypeVar("T")
_MAX_SECONDS = 10 * 365 * 86_400
_MAX_CORES, _MAX_BYTES = 1_000_000, 1 << 53
_NANO = 1_000_000_000


@dataclass(frozen=True, slots=True)
class _Rule:
    """``kinds``: whose objects follow it; ``must``: what its value must be, in words; ``read``: None for what cannot be read."""

    kinds: tuple[str, ...]
    must: str
    read: Callable[[str], object]


def exit_code(annotations: Annotations) -> int | None:
    """Return with which code containers end; None: nothing is said that can be read."""
    return _said(annotations, EXIT_CODE, _code)


def run_seconds(annotations: Annotations) -> float | None:
    """Return after how many seconds containers end; None: nothing is said that can be read."""
    return _said(annotations, RUN_SECONDS, _seconds)


def is_held_unready(annotations: Annotations) -> bool:
    """Whether a pod's containers are kept from being ready, whatever their probes find, as long as it is there."""
    return _said(annotations, READY, _flag) is False


def is_stopped(annotations: Annotations) -> bool:
    """Whether a node's kubelet is to be silent, while its containers run on."""
    return _said(annotations, STOPPED, _flag) is True


def is_ignored(annotations: Annotations) -> bool:
    """Whether a node is to have no machine."""
    return _said(annotations, IGNORE, _flag) is True


def cores(annotations: Annotations, name: str) -> int | None:
    """Return an annotated amount of processors in billionths of one; None: nothing is said that can be read."""
    return _said(annotations, name, _cores)


def stated_memory(annotations: Annotations) -> int | None:
    """Return how much memory each of a pod's containers uses, in bytes; None: nothing is said that can be read."""
    return _said(annotations, MEMORY_USAGE, _bytes)


def stated_use(annotations: Annotations) -> dict[str, str]:
    """Return those annotations of a pod that say what its containers use."""
    return {name: annotations[name] for name in (CPU_USAGE, MEMORY_USAGE) if annotations and name in annotations}


def stated_end(annotations: Annotations) -> dict[str, str]:
    """Return those annotations of a pod that say how its containers end."""
    return {name: annotations[name] for name in (EXIT_CODE, RUN_SECONDS) if annotations and name in annotations}


def complaints(annotations: Annotations, kind: str, template: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name of each annotation that is not followed, and why. ``template``: where a workload's pods are written."""
    for name in annotations or ():
        if name.startswith(PREFIX):
            rule = _RULES.get(name)
            if rule is None:
                near = difflib.get_close_matches(name, _RULES, 1)
                yield name, f"nothing follows it; {f'did you mean {near[0]}' if near else f'there are {_names()}'}?"
            elif kind not in rule.kinds:
                place = f"; put it into {template}.metadata.annotations" if POD in rule.kinds and template else ""
                yield name, f"no {kind} follows it, only a {' or a '.join(rule.kinds)} does{place}"
            elif rule.read((annotations or {})[name]) is None:
                value = quote((annotations or {})[name])
                yield name, f"Invalid value: {value}: must be {rule.must}; followed as if it were not there"


def _said(annotations: Annotations, name: str, read: Callable[[str], T | None]) -> T | None:
    """Return what an annotation says; None where there is none, or none that can be read."""
    text = annotations.get(name) if annotations else None
    return None if text is None else read(text)


def _names() -> str:
    return ", ".join(_RULES)


def _code(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) and int(text) < 256 else None


def _seconds(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,12})?", text) and float(text) <= _MAX_SECONDS else None


def _flag(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


def _cores(text: str) -> int | None:
    return _nano(text, _MAX_CORES)


def _bytes(text: str) -> int | None:
    amount = _nano(text, _MAX_BYTES)
    return amount // _NANO if amount is not None else None


def _nano(text: str, most: int) -> int | None:
    try:
        amount = parse_quantity(text).nano
    except QuantityError:
        return None
    return amount if 0 <= amount <= most * _NANO else None


_RULES = {
    EXIT_CODE: _Rule((POD,), "a whole number from 0 to 255", _code),
    RUN_SECONDS: _Rule((POD,), "a number of seconds, such as 90 or 1.5", _seconds),
    READY: _Rule((POD,), "true or false", _flag),
    CPU_USAGE: _Rule((POD,), "a quantity of processors, such as 500m", _cores),
    MEMORY_USAGE: _Rule((POD,), "a quantity of bytes, such as 64Mi", _bytes),
    LOAD: _Rule(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"), "a quantity of processors, such as 900m", _cores),
    STOPPED: _Rule((NODE,), "true or false", _flag),
    IGNORE: _Rule((NODE,), "true or false", _flag),
}
