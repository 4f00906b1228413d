"""Rules for APIServices. Upstream: ``staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/validation/validation.go``."""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.apiextensions.names import dns_1035_label
from cluster.apiserver.validation.fields import each_invalid
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, invalid, not_supported, required
from cluster.machinery.meta import Obj

_STATUSES = ("True", "False", "Unknown")
_LEGACY = "only v1 may have an empty group and it better be legacy kube"


def validate(api_service: Obj) -> list[FieldError]:
    """Judge an APIService to be created."""
    spec = api_service["spec"]
    group, version = spec.get("group", ""), spec.get("version", "")
    wanted = f"{version}.{group}"

    def name_check(name: str) -> list[str]:
        complaints = names.path_segment(name)
        return complaints or ([] if name == wanted else [f'must be `spec.version+"."+spec.group`: "{wanted}"'])

    faults = validate_object_meta(api_service["metadata"], namespaced=False, name_check=name_check)
    if not group and version != "v1":
        faults.append(required("spec.group", _LEGACY))
    if group:
        faults += each_invalid("spec.group", group, names.dns_subdomain(group))
    complaint = dns_1035_label(version)
    if complaint:
        faults.append(invalid("spec.version", version, complaint))
    for field, most in (("groupPriorityMinimum", 20_000), ("versionPriority", 1_000)):
        value = spec.get(field, 0)
        if not 0 < value <= most:
            faults.append(invalid(f"spec.{field}", value, f"must be positive and less than {most}"))
    return faults + _service(spec)


def _service(spec: Obj) -> list[FieldError]:
    bundle, is_insecure = spec.get("caBundle") or "", bool(spec.get("insecureSkipTLSVerify"))
    service = spec.get("service")
    faults: list[FieldError] = []
    if service is None:
        if bundle:
            size = len(bundle) * 3 // 4 - bundle.count("=")  # base64: four characters for three bytes
            faults.append(invalid("spec.caBundle", f"{size} bytes", "local APIServices may not have a caBundle"))
        if is_insecure:
            faults.append(invalid("spec.insecureSkipTLSVerify", True, "local APIServices may not have insecureSkipTLSVerify"))
        return faults
    faults += [required(f"spec.service.{field}") for field in ("namespace", "name") if not service.get(field)]
    if is_insecure and bundle:
        faults.append(invalid("spec.insecureSkipTLSVerify", True, "may not be true if caBundle is present"))
    return faults


def validate_update(api_service: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of an APIService."""
    return validate_object_meta_update(api_service["metadata"], old["metadata"]) + validate(api_service)


def validate_status_update(api_service: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of the status."""
    faults = validate_object_meta_update(api_service["metadata"], old["metadata"])
    for index, condition in enumerate((api_service.get("status") or {}).get("conditions") or ()):
        if condition.get("status") not in _STATUSES:
            faults.append(not_supported(f"status.conditions[{index}].status", condition.get("status", ""), _STATUSES))
    return faults
