"""CronJobs in the registry. Upstream: ``pkg/registry/batch/cronjob/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.batch.cronjob import set_defaults
from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.batch import cronjob as rules
from cluster.apiserver.validation.batch.warnings import job_spec_warnings
from cluster.apiserver.validation.workload_warnings import name_warnings
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.batch import CRONJOBS
from cluster.machinery.meta import Obj

_UNOFFICIAL = "is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"


class CronJobStrategy(BaseStrategy):
    """A CronJob counts the changes of its spec."""

    kind = CRONJOBS
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``defaults/batch/cronjob.py``."""
        set_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/batch/cronjob.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """What is odd in its name, its Jobs and its schedule."""
        return name_warnings(obj) + _spec_warnings(obj)

    def warnings_on_update(self, obj: Obj, old: Obj) -> list[str]:
        """What is odd in its schedule, and in its Jobs when the spec has changed."""
        is_new = obj["metadata"].get("generation") != old["metadata"].get("generation")
        return _spec_warnings(obj) if is_new else _zone_warnings(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/batch/cronjob.py``."""
        return rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")


def _spec_warnings(obj: Obj) -> list[str]:
    return job_spec_warnings(obj["spec"]["jobTemplate"]["spec"], "spec.jobTemplate.spec") + _zone_warnings(obj)


def _zone_warnings(obj: Obj) -> list[str]:
    return [f"CRON_TZ or TZ used in spec.schedule {_UNOFFICIAL}"] if "TZ" in obj["spec"].get("schedule", "") else []
