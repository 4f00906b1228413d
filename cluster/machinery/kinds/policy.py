"""Kinds of the group ``policy``. Upstream: ``pkg/registry/policy/rest/storage_policy.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind, status_of

PODDISRUPTIONBUDGETS = Kind(
    "policy",
    "v1",
    "PodDisruptionBudget",
    "poddisruptionbudgets",
    "poddisruptionbudget",
    True,
    "poddisruptionbudgets",
    ("pdb",),
    subresources=(status_of("policy", "v1", "PodDisruptionBudget"),),
)

KINDS: tuple[Kind, ...] = (PODDISRUPTIONBUDGETS,)
