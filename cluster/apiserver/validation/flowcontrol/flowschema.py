"""Rules for FlowSchemas.

Upstream writes the whole spec of a mandatory schema that was changed with Go's names of its fields; here they are JSON's.

Upstream: ``pkg/apis/flowcontrol/validation/validation.go`` (``ValidateFlowSchema``).
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid
from cluster.apiserver.validation.flowcontrol.conditions import validate_status
from cluster.apiserver.validation.metadata import validate_object_meta
from cluster.machinery.errors import FieldError, forbidden_field, invalid, not_supported, required
from cluster.machinery.flowcontrol import EXEMPT, FLOW_SCHEMAS, MANDATORY
from cluster.machinery.meta import Obj

_VERBS = ("get", "list", "create", "update", "delete", "deletecollection", "patch", "watch", "proxy")
_SUBJECTS = {"ServiceAccount": "serviceAccount", "User": "user", "Group": "group"}
_NAMESPACE = "each member of this list must be '*' or a DNS-1123 label; "
_HIGHEST = 10_000
_MANDATORY = {each["metadata"]["name"]: each["spec"] for each in FLOW_SCHEMAS if each["metadata"]["name"] in MANDATORY}


def validate(schema: Obj) -> list[FieldError]:
    """Judge a FlowSchema, new or changed."""
    name, spec = schema["metadata"].get("name", ""), schema["spec"]
    faults = validate_object_meta(schema["metadata"], namespaced=False) + _validate_spec(name, spec)
    if name in _MANDATORY and spec != _MANDATORY[name]:
        faults.append(invalid("spec", spec, f"spec of '{name}' must equal the fixed value"))
    return faults + validate_status(schema)


def _validate_spec(name: str, spec: Obj) -> list[FieldError]:
    here, precedence = "spec.matchingPrecedence", spec.get("matchingPrecedence", 0)
    level, method = (spec.get("priorityLevelConfiguration") or {}).get("name", ""), spec.get("distinguisherMethod")
    faults: list[FieldError] = []
    if precedence <= 0:
        faults.append(invalid(here, precedence, "must be a positive value"))
    if precedence > _HIGHEST:
        faults.append(invalid(here, precedence, f"must not be greater than {_HIGHEST}"))
    if precedence == 1 and name != EXEMPT:
        faults.append(invalid(here, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"))
    if method is not None and method.get("type") not in ("ByNamespace", "ByUser"):
        shown = {"Type": method.get("type", "")}
        faults.append(not_supported("spec.distinguisherMethod.type", shown, ("ByNamespace", "ByUser")))
    here = "spec.priorityLevelConfiguration.name"
    faults += each_invalid(here, level, names.dns_subdomain(level)) if level else [required(here, "must reference a priority level")]
    for index, rule in enumerate(spec.get("rules") or ()):
        faults += _validate_rule(rule, f"spec.rules[{index}]")
    return faults


def _validate_rule(rule: Obj, path: str) -> list[FieldError]:
    subjects = rule.get("subjects") or ()
    resources, others = rule.get("resourceRules") or (), rule.get("nonResourceRules") or ()
    faults = [] if subjects else [required(f"{path}.subjects", "subjects must contain at least one value")]
    for index, subject in enumerate(subjects):
        faults += _validate_subject(subject, f"{path}.subjects[{index}]")
    if not resources and not others:
        faults.append(required(path, "at least one of resourceRules and nonResourceRules has to be non-empty"))
    for index, each in enumerate(resources):
        faults += _validate_resource_rule(each, f"{path}.resourceRules[{index}]")
    for index, each in enumerate(others):
        faults += _validate_non_resource_rule(each, f"{path}.nonResourceRules[{index}]")
    return faults


def _validate_subject(subject: Obj, path: str) -> list[FieldError]:
    kind = subject.get("kind", "")
    if kind not in _SUBJECTS:
        return [not_supported(f"{path}.kind", kind, _SUBJECTS)]
    field = _SUBJECTS[kind]
    given = subject.get(field)
    if given is None:
        faults = [required(f"{path}.{field}", f"{field} is required when subject kind is '{kind}'")]
    else:
        faults = [] if given.get("name") else [required(f"{path}.{field}.name")]
        if kind == "ServiceAccount":
            faults += _validate_account(given, f"{path}.{field}")
    others = [(other, each) for other, each in _SUBJECTS.items() if each != field and subject.get(each) is not None]
    return faults + [forbidden_field(f"{path}.{each}", f"{each} is forbidden when subject kind is not '{other}'") for other, each in others]


def _validate_account(account: Obj, path: str) -> list[FieldError]:
    name, namespace = account.get("name", ""), account.get("namespace", "")
    faults = each_invalid(f"{path}.name", name, names.dns_subdomain(name)) if name not in ("", "*") else []
    if not namespace:
        return [*faults, required(f"{path}.namespace", "must specify namespace for service account")]
    return faults + each_invalid(f"{path}.namespace", namespace, names.dns_label(namespace))


def _validate_verbs(verbs: list[str], path: str) -> list[FieldError]:
    here = f"{path}.verbs"
    if not verbs:
        return [required(here, "verbs must contain at least one value")]
    if "*" in verbs:
        return [] if len(verbs) == 1 else [invalid(here, verbs, "if '*' is present, must not specify other verbs")]
    return [] if set(verbs) <= set(_VERBS) else [not_supported(here, verbs, _VERBS)]


def _validate_list(values: list[str], path: str, missing: str, what: str) -> list[FieldError]:
    """A list has something in it, and nothing beside ``*``."""
    if not values:
        return [required(path, missing)]
    return [invalid(path, values, f"if '*' is present, must not specify other {what}")] if "*" in values and len(values) > 1 else []


def _validate_resource_rule(rule: Obj, path: str) -> list[FieldError]:
    namespaces = rule.get("namespaces") or []
    faults = _validate_verbs(rule.get("verbs") or [], path)
    missing = "resource rules must supply at least one {}"
    faults += _validate_list(rule.get("apiGroups") or [], f"{path}.apiGroups", missing.format("api group"), "api groups")
    faults += _validate_list(rule.get("resources") or [], f"{path}.resources", missing.format("resource"), "resources")
    here = f"{path}.namespaces"
    if "*" in namespaces or not namespaces:
        is_missing = not namespaces and not rule.get("clusterScope")
        if namespaces or is_missing:
            none = "resource rules that are not cluster scoped must supply at least one namespace"
            faults += _validate_list(namespaces, here, none, "namespaces")
        return faults
    for index, namespace in enumerate(namespaces):
        complaints = [_NAMESPACE + complaint for complaint in names.dns_label(namespace)]
        faults += each_invalid(f"{here}[{index}]", namespace, complaints)
    return faults


def _validate_non_resource_rule(rule: Obj, path: str) -> list[FieldError]:
    urls, here = rule.get("nonResourceURLs") or [], f"{path}.nonResourceURLs"
    faults = _validate_verbs(rule.get("verbs") or [], path)
    faults += _validate_list(urls, here, "nonResourceURLs must contain at least one value", "non-resource URLs")
    if "*" not in urls:
        complaints = ((index, url, _why_no_path(url)) for index, url in enumerate(urls))
        faults += [invalid(f"{here}[{index}]", url, why) for index, url, why in complaints if why]
    return faults


def _why_no_path(path: str) -> str:
    """Return what is wrong with a path, an empty text for a good one."""
    if not path:
        return "must not be empty"
    if not path.startswith("/"):
        return "must start with slash"
    if " " in path:
        return "must not contain white-space"
    if "//" in path:
        return "must not contain double slash"
    stars = path.count("*")
    return "wildcard can only do suffix matching" if stars > 1 or (stars and not path.endswith("/*")) else ""
