"""Defaults of CronJobs. Upstream: ``pkg/apis/batch/v1/defaults.go`` (``SetDefaults_CronJob``)."""

from __future__ import annotations

from cluster.apiserver.defaults.batch.job import set_template_defaults
from cluster.machinery.meta import Obj


def set_defaults(cron_job: Obj) -> None:
    """Fill in a CronJob and the pod spec of its Jobs; the rest of a Job is filled in when there is one."""
    spec = cron_job["spec"]
    spec.setdefault("concurrencyPolicy", "Allow")
    spec.setdefault("suspend", False)
    spec.setdefault("successfulJobsHistoryLimit", 3)
    spec.setdefault("failedJobsHistoryLimit", 1)
    set_template_defaults(spec["jobTemplate"]["spec"])
