"""Rules for StatefulSets.

Upstream: ``pkg/apis/apps/validation/validation.go`` (``ValidateStatefulSet``), ``pkg/registry/apps/statefulset/strategy.go``.
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.core.persistentvolumeclaim import validate_spec as validate_claim_spec
from cluster.apiserver.validation.fields import each_invalid, invalid_text, not_negative, struct_text
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.pod_spec import validate_pod_template
from cluster.apiserver.validation.selectors import invalid_selector
from cluster.apiserver.validation.workload import (
    amount_of,
    parsed_selector,
    validate_at_most_all,
    validate_collision_count,
    validate_counts,
    validate_int_or_percent,
    validate_runs_forever,
    validate_selector,
    validate_template_labels,
)
from cluster.machinery.errors import FieldError, forbidden_field, invalid, not_supported, required
from cluster.machinery.meta import Obj

_CHANGEABLE = (
    *("replicas", "ordinals", "template", "updateStrategy"),
    *("revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"),
)
_COUNTS = (
    *("replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"),
    *("observedGeneration", "collisionCount"),
)
_PARTS = ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")
_RETENTION = ("Retain", "Delete")


def _validate_pod_management(policy: str) -> list[FieldError]:
    if not policy:
        return [required("spec.podManagementPolicy")]
    if policy in ("OrderedReady", "Parallel"):
        return []
    return [invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'")]


def _go_rolling_update(rolling: Obj | None) -> Obj | None:
    return None if rolling is None else {"Partition": rolling.get("partition", 0), "MaxUnavailable": rolling.get("maxUnavailable")}


def _validate_rolling_update(rolling: Obj, path: str) -> list[FieldError]:
    faults = not_negative(f"{path}.partition", rolling.get("partition"))
    unavailable = rolling.get("maxUnavailable")
    if unavailable is not None:
        faults += validate_int_or_percent(unavailable, f"{path}.maxUnavailable")
        if amount_of(unavailable) == 0:
            faults.append(invalid(f"{path}.maxUnavailable", unavailable, "cannot be 0"))
        faults += validate_at_most_all(unavailable, f"{path}.maxUnavailable")
    return faults


def _validate_update_strategy(strategy: Obj, path: str) -> list[FieldError]:
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if not kind:
        return [required(path)]
    if kind == "OnDelete":
        text = struct_text(*(_go_rolling_update(rolling) or {}).items())
        return [] if rolling is None else [invalid_text(f"{path}.rollingUpdate", text, "only allowed for updateStrategy 'RollingUpdate'")]
    if kind == "RollingUpdate":
        return [] if rolling is None else _validate_rolling_update(rolling, f"{path}.rollingUpdate")
    text = struct_text(("Type", kind), ("RollingUpdate", _go_rolling_update(rolling)))
    return [invalid_text(path, text, "must be 'RollingUpdate' or 'OnDelete'")]


def _validate_retention(policy: Obj | None, path: str) -> list[FieldError]:
    return [
        not_supported(f"{path}.{field}", policy.get(field, ""), _RETENTION, in_order=True)
        for field in ("whenDeleted", "whenScaled")
        if policy is not None and policy.get(field, "") not in _RETENTION
    ]


def _with_claims(spec: Obj) -> Obj:
    """Return the template as its pods will be: a claim's name is that of a volume, in the place of one of the same name."""
    template = spec.get("template") or {}
    claims = [claim["metadata"].get("name", "") for claim in spec.get("volumeClaimTemplates") or ()]
    if not claims:
        return template
    pod_spec = template.get("spec") or {}
    kept = [volume for volume in pod_spec.get("volumes") or () if volume.get("name") not in claims]
    volumes = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in claims if name]
    return {**template, "spec": {**pod_spec, "volumes": [*kept, *volumes]}}


def _validate_template(spec: Obj, *, is_judged: bool) -> list[FieldError]:
    selector = parsed_selector(spec)
    if selector is None:
        return [invalid_selector("spec.selector", spec["selector"], "")]
    template = _with_claims(spec)
    faults = [] if selector.is_empty else validate_template_labels(selector, template, "spec.template")
    return faults + (validate_pod_template(template, "spec.template") if is_judged else [])


def _validate_claims(claims: list[Obj], path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, claim in enumerate(claims):
        faults += validate_claim_spec(claim.get("spec") or {}, f"{path}[{index}].spec")
    return faults


def _validate_scalars(spec: Obj, *, is_new: bool) -> list[FieldError]:
    faults = _validate_pod_management(spec.get("podManagementPolicy", ""))
    faults += _validate_update_strategy(spec.get("updateStrategy") or {}, "spec.updateStrategy")
    faults += _validate_retention(spec.get("persistentVolumeClaimRetentionPolicy"), "spec.persistentVolumeClaimRetentionPolicy")
    faults += _validate_claims(spec.get("volumeClaimTemplates") or [], "spec.volumeClaimTemplates") if is_new else []
    faults += not_negative("spec.replicas", spec.get("replicas"))
    faults += not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    faults += not_negative("spec.ordinals.start", (spec.get("ordinals") or {}).get("start"))
    service = spec.get("serviceName", "")
    return faults + (each_invalid("spec.serviceName", service, names.dns_label(service)) if is_new and service else [])


def _validate_spec(spec: Obj, *, with_template: bool = True, is_new: bool = False) -> list[FieldError]:
    """``is_new``: its claims and the name of its Service will not change, so that they are judged only once."""
    faults = _validate_scalars(spec, is_new=is_new)
    faults += validate_selector(spec.get("selector"), "spec.selector", "statefulset")
    faults += _validate_template(spec, is_judged=with_template)
    return faults + validate_runs_forever(spec.get("template") or {}, "spec.template", "StatefulSet")


def validate(stateful_set: Obj) -> list[FieldError]:
    """Judge a StatefulSet to be created. Its name is part of its pods' host names."""
    spec = stateful_set["spec"]
    faults = validate_object_meta(stateful_set["metadata"], namespaced=True, name_check=names.dns_label)
    return faults + _validate_spec(spec, is_new=True)


def validate_update(stateful_set: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a StatefulSet; only some fields of its spec may change. A template is not held against one that was bad already."""
    faults = validate_object_meta_update(stateful_set["metadata"], old["metadata"])
    faults += _validate_spec(stateful_set["spec"], with_template=not _validate_spec(old["spec"]))
    if _fixed(stateful_set["spec"]) != _fixed(old["spec"]):
        listed = ", ".join(f"'{field}'" for field in _CHANGEABLE[:-1])
        detail = f"updates to statefulset spec for fields other than {listed} and '{_CHANGEABLE[-1]}' are forbidden"
        faults.append(forbidden_field("spec", detail))
    return faults


def _fixed(spec: Obj) -> Obj:
    return {field: value for field, value in spec.items() if field not in _CHANGEABLE}


def validate_status_update(stateful_set: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a StatefulSet's status."""
    status = stateful_set.get("status", {})
    faults: list[FieldError] = []
    for field in _COUNTS:
        faults += not_negative(f"status.{field}", status.get(field))
    faults += validate_counts(status, _PARTS, ready="status.readyReplicas")
    faults += validate_object_meta_update(stateful_set["metadata"], old["metadata"])
    return faults + validate_collision_count(status, old.get("status", {}))
