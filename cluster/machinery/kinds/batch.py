"""Kinds of the group ``batch``. Upstream: ``pkg/registry/batch/rest/storage_batch.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind, status_of

CRONJOBS = Kind(
    "batch",
    "v1",
    "CronJob",
    "cronjobs",
    "cronjob",
    True,
    "cronjobs",
    ("cj",),
    ("all",),
    subresources=(status_of("batch", "v1", "CronJob"),),
)
JOBS = Kind("batch", "v1", "Job", "jobs", "job", True, "jobs", (), ("all",), subresources=(status_of("batch", "v1", "Job"),))

KINDS: tuple[Kind, ...] = (CRONJOBS, JOBS)
