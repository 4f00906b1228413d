"""Rules for Jobs: created and changed.

Upstream: ``pkg/apis/batch/validation/validation.go`` (``ValidateJob``, ``ValidateJobUpdate``), ``pkg/registry/batch/job/strategy.go``.
"""

from __future__ import annotations

import re

from cluster.apiserver.validation import names
from cluster.apiserver.validation.batch.job_policies import (
    validate_pod_failure_policy,
    validate_pod_replacement_policy,
    validate_success_policy,
)
from cluster.apiserver.validation.fields import each_invalid, immutable, invalid_text, not_negative, struct_text
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.pod_spec import validate_pod_template
from cluster.apiserver.validation.selectors import invalid_selector, validate_label_selector
from cluster.apiserver.validation.workload import parsed_selector, validate_template_labels
from cluster.machinery.errors import FieldError, invalid, not_supported, required, too_long
from cluster.machinery.meta import Obj

CONTROLLER_UID, JOB_NAME = "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"
LEGACY_CONTROLLER_UID, LEGACY_JOB_NAME = "controller-uid", "job-name"

INDEXED, NON_INDEXED = "Indexed", "NonIndexed"
_COUNTS = (
    *("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit"),
    *("ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"),
)
_MAX_INDEXED, _MANY, _MAX_WITH_MANY = 100_000, 100_000, 10_000
_MAX_MANAGED_BY = 63
_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"
_FIXED = ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")


def is_indexed(spec: Obj) -> bool:
    """Whether each pod of a Job has an index."""
    return spec.get("completionMode") == INDEXED


def _at_most(path: str, value: int | None, limit: int, detail: str) -> list[FieldError]:
    return [] if value is None or value <= limit else [invalid(path, value, f"must be less than or equal to {detail}")]


def _validate_indexed(spec: Obj, path: str) -> list[FieldError]:
    completions, parallelism, failed = spec.get("completions"), spec.get("parallelism"), spec.get("maxFailedIndexes")
    faults: list[FieldError] = []
    if completions is None:
        faults.append(required(f"{path}.completions", f"when completion mode is {INDEXED}"))
    faults += _at_most(f"{path}.parallelism", parallelism, _MAX_INDEXED, f"{_MAX_INDEXED} when completion mode is {INDEXED}")
    if completions is not None:
        faults += _at_most(f"{path}.maxFailedIndexes", failed, completions, "completions")
    faults += _at_most(f"{path}.maxFailedIndexes", failed, _MAX_INDEXED, str(_MAX_INDEXED))
    if completions is None or completions <= _MANY or spec.get("backoffLimitPerIndex") is None:
        return faults
    if failed is None:
        faults.append(required(f"{path}.maxFailedIndexes", f"must be specified when completions is above {_MANY}"))
    limit = f"{_MAX_WITH_MANY} when completions are above {_MANY} and used with backoff limit per index"
    faults += _at_most(f"{path}.parallelism", parallelism, _MAX_WITH_MANY, limit)
    return faults + _at_most(f"{path}.maxFailedIndexes", failed, _MAX_WITH_MANY, limit)


def _validate_completion_mode(spec: Obj, path: str) -> list[FieldError]:
    mode = spec.get("completionMode")
    if mode == INDEXED:
        return _validate_indexed(spec, path)
    if mode not in (None, NON_INDEXED):
        return [not_supported(f"{path}.completionMode", mode, (NON_INDEXED, INDEXED), in_order=True)]
    return [
        invalid(f"{path}.{field}", spec[field], "requires indexed completion mode")
        for field in ("backoffLimitPerIndex", "maxFailedIndexes")
        if spec.get(field) is not None
    ]


def _validate_restart_policy(spec: Obj, path: str) -> list[FieldError]:
    policy = spec["template"]["spec"].get("restartPolicy", "")
    if policy in ("", "Always"):
        return [required(path, 'valid values: "OnFailure", "Never"')]
    if policy not in ("OnFailure", "Never"):
        return [not_supported(path, policy, ("OnFailure", "Never"), in_order=True)]
    if "podFailurePolicy" in spec and policy != "Never":
        return [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    return []


def _validate_managed_by(manager: str | None, path: str) -> list[FieldError]:
    if manager is None:
        return []
    too_much = [too_long(path, _MAX_MANAGED_BY)] if len(manager) > _MAX_MANAGED_BY else []
    return _validate_prefixed_path(manager, path) + too_much


def _validate_prefixed_path(text: str, path: str) -> list[FieldError]:
    """``acme.io/foo``."""
    if not text:
        return [required(path)]
    host, _, rest = text.partition("/")
    if not host or not rest:
        return [invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    faults = each_invalid(path, host, names.dns_subdomain(host))
    if not re.fullmatch(_PATH, rest, re.ASCII):
        faults.append(invalid(path, rest, f"Invalid path (regex used for validation is '{_PATH}')"))
    return faults


def _go_success_rule(rule: Obj) -> Obj:
    return {"SucceededIndexes": rule.get("succeededIndexes"), "SucceededCount": rule.get("succeededCount")}


def _validate_policies(spec: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    if "podFailurePolicy" in spec:
        faults += validate_pod_failure_policy(spec, f"{path}.podFailurePolicy")
    if "successPolicy" in spec:
        here = f"{path}.successPolicy"
        if is_indexed(spec):
            faults += validate_success_policy(spec, here)
        else:
            rules = spec["successPolicy"].get("rules")
            shown = None if rules is None else [_go_success_rule(rule) for rule in rules]
            faults.append(invalid_text(here, struct_text(("Rules", shown)), "requires indexed completion mode"))
    return faults + validate_pod_replacement_policy(spec, f"{path}.podReplacementPolicy")


def validate_template_spec(spec: Obj, path: str) -> list[FieldError]:
    """Judge a Job's spec but for its selector, which a CronJob's template does not have."""
    faults: list[FieldError] = []
    for field in _COUNTS:
        faults += not_negative(f"{path}.{field}", spec.get(field))
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        faults.append(required(f"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified"))
    faults += _validate_managed_by(spec.get("managedBy"), f"{path}.managedBy")
    faults += _validate_completion_mode(spec, path)
    faults += _validate_policies(spec, path)
    faults += validate_pod_template(spec["template"], f"{path}.template")
    return faults + _validate_restart_policy(spec, f"{path}.template.spec.restartPolicy")


def _validate_spec(spec: Obj, path: str) -> list[FieldError]:
    faults = validate_template_spec(spec, path)
    if spec.get("selector") is None:
        faults.append(required(f"{path}.selector"))
    faults += validate_label_selector(spec.get("selector"), f"{path}.selector")
    selector = parsed_selector(spec)
    return faults + (validate_template_labels(selector, spec["template"], f"{path}.template") if selector is not None else [])


def _validate_generated(job: Obj) -> list[FieldError]:
    """A selector that was not made by hand finds the pods of this Job and of no other."""
    spec, meta = job["spec"], job["metadata"]
    if spec.get("manualSelector") or spec.get("selector") is None:
        return []
    labels, path = spec["template"]["metadata"].get("labels") or {}, "spec.template.metadata.labels"
    uid, name = meta.get("uid", ""), meta.get("name", "")
    generated = {LEGACY_CONTROLLER_UID: uid, LEGACY_JOB_NAME: name, CONTROLLER_UID: uid, JOB_NAME: name}
    faults: list[FieldError] = [] if uid else [required("metadata.uid")]
    for key, value in generated.items():
        if key not in labels:
            faults.append(required(f"{path}[{key}]", f"must be '{value}'"))
        elif labels[key] != value:
            faults.append(invalid(f"{path}[{key}]", labels, f"must be '{value}'"))
    selector = parsed_selector(spec)
    if selector is not None and not selector.matches(generated):
        faults.append(invalid_selector("spec.selector", spec["selector"], "`selector` not auto-generated"))
    return faults


def validate(job: Obj) -> list[FieldError]:
    """Judge a Job to be created, its selector generated."""
    spec, name = job["spec"], job["metadata"].get("name", "")
    faults = validate_object_meta(job["metadata"], namespaced=True)
    faults += _validate_generated(job) + _validate_spec(spec, "spec")
    if is_indexed(spec) and spec.get("completions", 0) > 0:
        longest = f"{name}-{spec['completions'] - 1}"
        if names.dns_label(longest):
            faults.append(invalid("metadata.name", name, f"will not able to create pod with invalid DNS label: {longest}"))
    return faults


def validate_update(job: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a Job: little but its parallelism, its limits and its suspension may change."""
    spec, before = job["spec"], old["spec"]
    faults = validate(job) + validate_object_meta_update(job["metadata"], old["metadata"])
    faults += _validate_completions_change(spec, before)
    faults += immutable("spec.selector", spec.get("selector"), before.get("selector"))
    faults += _validate_template_change(spec["template"], old)
    for field in _FIXED:
        faults += immutable(f"spec.{field}", spec.get(field), before.get(field))
    return faults


def _validate_completions_change(spec: Obj, old: Obj) -> list[FieldError]:
    """An indexed Job is stretched by its completions together with its parallelism."""
    wanted = spec.get("completions")
    if not is_indexed(spec):
        return immutable("spec.completions", wanted, old.get("completions"))
    if wanted in (None, old.get("completions"), spec.get("parallelism")):
        return []
    return [invalid("spec.completions", wanted, "can only be modified in tandem with spec.parallelism")]


def _validate_template_change(template: Obj, old: Obj) -> list[FieldError]:
    """While a Job is suspended and no pod of it runs, a queue may say where its pods go and what they may use."""
    before = old["spec"]["template"]
    if not old["spec"].get("suspend") or old.get("status", {}).get("active"):
        return immutable("spec.template", template, before)
    return immutable("spec.template.spec", _undirected(template["spec"]), _undirected(before["spec"]))


def _undirected(pod_spec: Obj) -> Obj:
    """Return a pod spec without what a queue may change."""
    fixed = {field: value for field, value in pod_spec.items() if field not in ("nodeSelector", "tolerations", "schedulingGates")}
    affinity = {term: value for term, value in (pod_spec.get("affinity") or {}).items() if term != "nodeAffinity"}
    fixed.pop("affinity", None)
    for field in ("containers", "initContainers"):
        if field in pod_spec:
            fixed[field] = [{**container, "resources": None} for container in pod_spec[field]]
    return {**fixed, "affinity": affinity} if affinity else fixed
