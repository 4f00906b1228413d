"""What a check has against a pod, and the words that all checks share.

Upstream: ``staging/src/k8s.io/pod-security-admission/policy/{checks,helpers,visitor}.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from cluster.machinery.meta import Obj


@dataclass(frozen=True, slots=True)
class Violation:
    """``reason``: what is forbidden, in few words; ``detail``: who does it (may be empty)."""

    reason: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.reason} ({self.detail})" if self.detail else self.reason


Check = Callable[[Obj, Obj], Violation | None]
"""Judges the metadata and the spec of a pod or of a pod template. Changes nothing."""

Versions = tuple[tuple[int, Check], ...]
"""A check in its forms: each with the minor version that it begins with."""


def containers_of(spec: Obj) -> Iterator[Obj]:
    """Yield every container of a pod: those that initialise, those that run, those that were let in later."""
    for field in ("initContainers", "containers", "ephemeralContainers"):
        yield from spec.get(field) or ()


def context_of(holder: Obj) -> Obj:
    """Return the security context of a pod's spec or of a container, an empty one for none."""
    found: Obj = holder.get("securityContext") or {}
    return found


def plural(one: str, many: str, count: int) -> str:
    """Return the word for so many."""
    return one if count == 1 else many


def quoted(values: Iterable[str]) -> str:
    """Return the values in quotes, as they are, with commas between them."""
    return ", ".join(f'"{value}"' for value in values)


def named(containers: Sequence[Obj]) -> str:
    """Return ``container "a"`` or ``containers "a", "b"``."""
    return f"{plural('container', 'containers', len(containers))} {quoted(c.get('name', '') for c in containers)}"


def setters(spec: Obj, is_bad: Callable[[Obj], bool]) -> str:
    """Return who has a bad security context: ``pod and containers "a", "b"``; an empty text for nobody."""
    bad = [container for container in containers_of(spec) if is_bad(context_of(container))]
    parts = ["pod"] if is_bad(context_of(spec)) else []
    return " and ".join([*parts, named(bad)] if bad else parts)
