"""The group ``autoscaling``. Upstream: ``pkg/registry/autoscaling/``."""

from __future__ import annotations

from cluster.apiserver.registry.autoscaling.horizontalpodautoscaler import (
    HorizontalPodAutoscalerStrategy,
    HorizontalPodAutoscalerV1Strategy,
)
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (HorizontalPodAutoscalerStrategy(), HorizontalPodAutoscalerV1Strategy())
