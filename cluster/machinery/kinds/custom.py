"""Kinds that a CustomResourceDefinition adds to one cluster: a row like those of the table, and what the definition says besides.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go`` (``crdInfo``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj


@dataclass(frozen=True, slots=True, eq=False)
class CustomKind(Kind):
    """One served version of a definition. ``schema``: its structural schema; ``columns``: its ``additionalPrinterColumns``, as
    the definition has them. Both are shared: never change them. ``deprecation``: what its clients are warned of (empty: nothing)."""

    schema: Obj = field(default_factory=dict)
    columns: tuple[Obj, ...] = ()
    list_kind: str = ""
    deprecation: str = ""
