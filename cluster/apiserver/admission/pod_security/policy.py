"""Levels and versions of the Pod Security Standards, and what a namespace's labels ask for.

Upstream: ``staging/src/k8s.io/pod-security-admission/api/{constants,helpers}.go``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cluster.machinery.errors import FieldError, invalid

PRIVILEGED, BASELINE, RESTRICTED = "privileged", "baseline", "restricted"
LEVELS = (PRIVILEGED, BASELINE, RESTRICTED)
"""From the least to the most strict."""

PREFIX = "pod-security.kubernetes.io/"
_VERSION = re.compile(r"v1\.([0-9]|[1-9][0-9]*)", re.ASCII)
LATEST = 1_000_000
"""The minor version that stands for ``latest``: newer than any other."""


@dataclass(frozen=True, slots=True)
class LevelVersion:
    """A level as it was in a release. ``minor``: of version 1, or ``LATEST``."""

    level: str = PRIVILEGED
    minor: int = LATEST

    def __str__(self) -> str:
        return f"{self.level}:{'latest' if self.minor == LATEST else f'v1.{self.minor}'}"


@dataclass(frozen=True, slots=True)
class Policy:
    """What a namespace refuses, notes and warns of."""

    enforce: LevelVersion = LevelVersion()
    audit: LevelVersion = LevelVersion()
    warn: LevelVersion = LevelVersion()


def strictness(level: str) -> int:
    """Return a number that grows with the strictness of a level."""
    return LEVELS.index(level)


def _read(labels: Mapping[str, str], mode: str, on_error: str) -> tuple[LevelVersion, list[FieldError]]:
    level, minor = PRIVILEGED, LATEST
    faults: list[FieldError] = []
    wanted, version = labels.get(f"{PREFIX}{mode}"), labels.get(f"{PREFIX}{mode}-version")
    if wanted is not None:
        level = wanted if wanted in LEVELS else on_error
        if wanted not in LEVELS:
            faults.append(invalid(f"metadata.labels[{PREFIX}{mode}]", wanted, f"must be one of {', '.join(LEVELS)}"))
    if version not in (None, "latest"):
        match = _VERSION.fullmatch(version)
        minor = int(match.group(1)) if match else LATEST
        if not match:
            faults.append(invalid(f"metadata.labels[{PREFIX}{mode}-version]", version, 'must be "latest" or "v1.x"'))
    return LevelVersion(level, minor), faults


def policy_of(labels: Mapping[str, str] | None) -> tuple[Policy, list[FieldError]]:
    """Return what the labels of a namespace ask for, and what is wrong with them. A bad level to enforce is the strictest one, a bad
    one to warn or audit is none. Who says what to enforce and not what to warn of is warned of what is enforced."""
    present = labels or {}
    enforce, wrong = _read(present, "enforce", RESTRICTED)
    audit, wrong_audit = _read(present, "audit", PRIVILEGED)
    warn, wrong_warn = _read(present, "warn", PRIVILEGED)
    if f"{PREFIX}warn" not in present and present.get(f"{PREFIX}enforce") in LEVELS and enforce.level != PRIVILEGED:
        warn = LevelVersion(enforce.level, warn.minor if f"{PREFIX}warn-version" in present else enforce.minor)
    return Policy(enforce, audit, warn), [*wrong, *wrong_audit, *wrong_warn]
