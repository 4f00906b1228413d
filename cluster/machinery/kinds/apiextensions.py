"""Kinds of the group ``apiextensions.k8s.io``. Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/apiserver.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind, status_of

GROUP = "apiextensions.k8s.io"

CUSTOMRESOURCEDEFINITIONS = Kind(
    GROUP,
    "v1",
    "CustomResourceDefinition",
    "customresourcedefinitions",
    "customresourcedefinition",
    False,
    f"{GROUP}/customresourcedefinitions",
    ("crd", "crds"),
    ("api-extensions",),
    subresources=(status_of(GROUP, "v1", "CustomResourceDefinition"),),
)

KINDS: tuple[Kind, ...] = (CUSTOMRESOURCEDEFINITIONS,)
