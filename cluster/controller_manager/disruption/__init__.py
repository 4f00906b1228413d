"""The disruption controller: counts the pods of PodDisruptionBudgets, so that evictions know what may go.

Upstream: ``pkg/controller/disruption/``.
"""
