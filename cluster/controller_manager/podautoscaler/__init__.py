"""The controller of HorizontalPodAutoscalers. Upstream: ``pkg/controller/podautoscaler``."""
