"""Kinds of the group ``autoscaling``. Upstream: ``pkg/registry/autoscaling/rest/storage_autoscaling.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind, status_of


def _autoscaler(version: str, *, is_storage_version: bool) -> Kind:
    return Kind(
        "autoscaling",
        version,
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        "horizontalpodautoscaler",
        True,
        "horizontalpodautoscalers",
        ("hpa",),
        ("all",),
        subresources=(status_of("autoscaling", version, "HorizontalPodAutoscaler"),),
        is_storage_version=is_storage_version,
    )


HORIZONTALPODAUTOSCALERS = _autoscaler("v2", is_storage_version=True)
HORIZONTALPODAUTOSCALERS_V1 = _autoscaler("v1", is_storage_version=False)

KINDS: tuple[Kind, ...] = (HORIZONTALPODAUTOSCALERS, HORIZONTALPODAUTOSCALERS_V1)
