"""A profile: a set of plugins under a name that pods choose with ``spec.schedulerName``.

Upstream: ``pkg/scheduler/profile/profile.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cluster.machinery.meta import Obj
from cluster.scheduler.framework import Framework
from cluster.scheduler.report import Reporter

DEFAULT_SCHEDULER_NAME = "default-scheduler"


@dataclass(frozen=True, slots=True)
class Profile:
    """``reporter``: speaks in the profile's name."""

    name: str
    framework: Framework
    reporter: Reporter


Profiles = Mapping[str, Profile]
"""The profiles of one scheduler by name."""


def scheduler_name(pod: Obj) -> str:
    """Return the profile that a pod wants."""
    name: str = pod["spec"].get("schedulerName") or DEFAULT_SCHEDULER_NAME
    return name
