"""Defaults of LimitRanges. Upstream: ``pkg/apis/core/v1/defaults.go`` (``SetDefaults_LimitRangeItem``)."""

from __future__ import annotations

from cluster.machinery.meta import Obj


def set_defaults(limit_range: Obj) -> None:
    """For containers: the default limit is the maximum, the default request is the default limit, else the minimum."""
    for item in limit_range["spec"].get("limits") or ():
        if item.get("type") == "Container":
            limits = {**item.get("max", {}), **item.get("default", {})}
            requests = {**item.get("min", {}), **limits, **item.get("defaultRequest", {})}
            for field, amounts in (("default", limits), ("defaultRequest", requests)):
                if amounts:
                    item[field] = amounts
