"""Kinds of the group ``apiregistration.k8s.io``. Upstream: ``staging/src/k8s.io/kube-aggregator/pkg/registry/apiservice/``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind, status_of

GROUP = "apiregistration.k8s.io"

APISERVICES = Kind(
    GROUP,
    "v1",
    "APIService",
    "apiservices",
    "apiservice",
    False,
    f"{GROUP}/apiservices",
    (),
    ("api-extensions",),
    subresources=(status_of(GROUP, "v1", "APIService"),),
)

KINDS: tuple[Kind, ...] = (APISERVICES,)
