"""Jobs in the registry. Upstream: ``pkg/registry/batch/job/strategy.go``, ``.../job/storage/storage.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.batch.job import label_as_template, set_defaults
from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.request import Options
from cluster.apiserver.strategy import BaseStrategy, GarbageCollectionPolicy
from cluster.apiserver.validation.batch import job as rules
from cluster.apiserver.validation.batch.job_status import validate_status_update
from cluster.apiserver.validation.batch.warnings import job_spec_warnings
from cluster.apiserver.validation.workload_warnings import name_warnings
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.batch import JOBS
from cluster.machinery.meta import Obj

_KEPT_PODS = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them "
    "or set propagationPolicy=Orphan to suppress this warning"
)


class JobStrategy(BaseStrategy):
    """A Job labels and selects its pods itself, and leaves them behind when it is deleted without a word about them."""

    kind = JOBS
    has_generation = True
    field_labels = frozenset({"status.successful"})
    garbage_collection = GarbageCollectionPolicy.ORPHAN_DEPENDENTS

    def default(self, obj: Obj) -> None:
        """See ``defaults/batch/job.py``."""
        set_defaults(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """Generate the selector, unless it was made by hand; nothing has run yet."""
        super().prepare_for_create(obj)
        if not obj["spec"].get("manualSelector"):
            _generate_selector(obj)
            label_as_template(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/batch/job.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """What is odd in its name, its size and its template."""
        return name_warnings(obj) + job_spec_warnings(obj["spec"], "spec")

    def warnings_on_update(self, obj: Obj, old: Obj) -> list[str]:
        """As on creation, its name apart, when the spec has changed."""
        is_new = obj["metadata"].get("generation") != old["metadata"].get("generation")
        return job_spec_warnings(obj["spec"], "spec") if is_new else []

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/batch/job.py``."""
        return rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/batch/job_status.py``."""
        return validate_status_update(obj, old)

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return name, namespace and the number of pods that have succeeded."""
        return {**super().selectable_fields(obj), "status.successful": str(obj.get("status", {}).get("succeeded", 0))}

    def warnings_on_delete(self, options: Options) -> list[str]:
        """Say that the pods stay, to who did not say what should become of them."""
        has_said = options.propagation_policy or options.orphan_dependents is not None
        return [] if has_said else [_KEPT_PODS]


def _generate_selector(job: Obj) -> None:
    """Give a Job's pods its name and uid as labels, and select them by its uid. What the client set stays, for the rules to judge."""
    spec, meta = job["spec"], job["metadata"]
    labels = spec["template"]["metadata"].setdefault("labels", {})
    for legacy, label, value in (
        (rules.LEGACY_JOB_NAME, rules.JOB_NAME, meta.get("name", "")),
        (rules.LEGACY_CONTROLLER_UID, rules.CONTROLLER_UID, meta.get("uid", "")),
    ):
        if legacy not in labels:
            labels[legacy] = labels[label] = value
    spec.setdefault("selector", {}).setdefault("matchLabels", {}).setdefault(rules.CONTROLLER_UID, meta.get("uid", ""))
