"""Defaults of FlowSchemas. Upstream: ``pkg/apis/flowcontrol/v1/defaults.go``."""

from __future__ import annotations

from cluster.machinery.meta import Obj

PRECEDENCE = 1_000


def set_defaults(schema: Obj) -> None:
    """A schema that does not say when it is asked comes in the middle; 0 is as good as nothing."""
    spec = schema.setdefault("spec", {})
    if not spec.get("matchingPrecedence"):
        spec["matchingPrecedence"] = PRECEDENCE
