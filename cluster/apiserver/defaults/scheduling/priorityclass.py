"""Defaults of PriorityClasses. Upstream: ``pkg/apis/scheduling/v1/defaults.go``."""

from __future__ import annotations

from cluster.machinery.meta import Obj


def set_defaults(priority_class: Obj) -> None:
    """Fill in a PriorityClass: its pods may take the place of others."""
    priority_class.setdefault("preemptionPolicy", "PreemptLowerPriority")
