"""What a client hears of a Job, or of a CronJob's Jobs, that is accepted. Upstream: ``pkg/api/job/warnings.go``."""

from __future__ import annotations

from cluster.apiserver.validation.batch.job import is_indexed
from cluster.apiserver.validation.workload_warnings import template_warnings
from cluster.machinery.meta import Obj

_MANY_COMPLETIONS, _MUCH_PARALLELISM = 100_000, 10_000
_UNTRACKED = (
    "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, "
    "Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
)


def job_spec_warnings(spec: Obj, path: str) -> list[str]:
    """Return what is odd about a Job's spec and its template."""
    has_many = spec.get("completions", 0) > _MANY_COMPLETIONS and spec.get("parallelism", 0) > _MUCH_PARALLELISM
    warnings = [f"{path}: {_UNTRACKED}"] if is_indexed(spec) and has_many else []
    return warnings + template_warnings(spec.get("template"), f"{path}.template")
