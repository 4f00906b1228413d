"""Rules for where a pod may go: affinity, tolerations, scheduling gates, topology spread.

Upstream: ``pkg/apis/core/validation/validation.go`` (``validateAffinity``, ``ValidateTolerations``,
``validateSchedulingGates``, ``validateTopologySpreadConstraints``).
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, invalid_text, one_of, struct_text
from cluster.apiserver.validation.selectors import validate_label_selector
from cluster.machinery.errors import FieldError, duplicate, forbidden_field, invalid, required
from cluster.machinery.meta import Obj

TAINT_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_ANY_KEY = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'


def _validate_expression(requirement: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    operator, values = requirement.get("operator", ""), requirement.get("values") or []
    if operator in ("In", "NotIn"):
        if not values:
            faults.append(required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            faults.append(forbidden_field(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
    elif operator in ("Gt", "Lt"):
        if len(values) != 1:
            faults.append(required(f"{path}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'"))
    else:
        faults.append(invalid(f"{path}.operator", operator, "not a valid selector operator"))
    key = requirement.get("key", "")
    return faults + each_invalid(f"{path}.key", key, names.qualified_name(key))


def _validate_field(requirement: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    operator, values, key = requirement.get("operator", ""), requirement.get("values") or [], requirement.get("key", "")
    if operator not in ("In", "NotIn"):
        faults.append(invalid(f"{path}.operator", operator, "not a valid selector operator"))
    elif len(values) != 1:
        detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        faults.append(required(f"{path}.values", detail))
    if key != "metadata.name":
        return [*faults, invalid(f"{path}.key", key, "not a valid field selector key")]
    for index, value in enumerate(values):
        faults += each_invalid(f"{path}.values[{index}]", value, names.dns_subdomain(value))
    return faults


def _validate_node_selector_term(term: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, requirement in enumerate(term.get("matchExpressions") or ()):
        faults += _validate_expression(requirement, f"{path}.matchExpressions[{index}]")
    for index, requirement in enumerate(term.get("matchFields") or ()):
        faults += _validate_field(requirement, f"{path}.matchFields[{index}]")
    return faults


def validate_node_selector(selector: Obj, path: str) -> list[FieldError]:
    """Judge a NodeSelector: at least one term."""
    here = f"{path}.nodeSelectorTerms"
    terms = selector.get("nodeSelectorTerms") or []
    faults = [] if terms else [required(here, "must have at least one node selector term")]
    for index, term in enumerate(terms):
        faults += _validate_node_selector_term(term, f"{here}[{index}]")
    return faults


def _validate_weight(weight: int, path: str) -> list[FieldError]:
    return [] if 1 <= weight <= 100 else [invalid(f"{path}.weight", weight, "must be in the range 1-100")]


def _validate_node_affinity(affinity: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    if _REQUIRED in affinity:
        faults += validate_node_selector(affinity[_REQUIRED], f"{path}.{_REQUIRED}")
    for index, preferred in enumerate(affinity.get(_PREFERRED) or ()):
        here = f"{path}.{_PREFERRED}[{index}]"
        faults += _validate_weight(preferred.get("weight", 0), here)
        faults += _validate_node_selector_term(preferred.get("preference") or {}, f"{here}.preference")
    return faults


def _validate_pod_affinity_term(term: Obj, path: str) -> list[FieldError]:
    faults = validate_label_selector(term.get("labelSelector"), f"{path}.labelSelector")
    faults += validate_label_selector(term.get("namespaceSelector"), f"{path}.namespaceSelector")
    for namespace in term.get("namespaces") or ():
        faults += each_invalid(f"{path}.namespace", namespace, names.dns_label(namespace))
    key = term.get("topologyKey", "")
    if not key:
        faults.append(required(f"{path}.topologyKey", "can not be empty"))
    return faults + each_invalid(f"{path}.topologyKey", key, names.qualified_name(key))


def _validate_pod_affinity(affinity: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, term in enumerate(affinity.get(_REQUIRED) or ()):
        faults += _validate_pod_affinity_term(term, f"{path}.{_REQUIRED}[{index}]")
    for index, preferred in enumerate(affinity.get(_PREFERRED) or ()):
        here = f"{path}.{_PREFERRED}[{index}]"
        faults += _validate_weight(preferred.get("weight", 0), here)
        faults += _validate_pod_affinity_term(preferred.get("podAffinityTerm") or {}, f"{here}.podAffinityTerm")
    return faults


def validate_affinity(affinity: Obj, path: str) -> list[FieldError]:
    """Judge ``spec.affinity``."""
    faults: list[FieldError] = []
    if "nodeAffinity" in affinity:
        faults += _validate_node_affinity(affinity["nodeAffinity"], f"{path}.nodeAffinity")
    for name in ("podAffinity", "podAntiAffinity"):
        if name in affinity:
            faults += _validate_pod_affinity(affinity[name], f"{path}.{name}")
    return faults


def validate_tolerations(tolerations: list[Obj], path: str) -> list[FieldError]:
    """Judge ``spec.tolerations``."""
    faults: list[FieldError] = []
    for index, toleration in enumerate(tolerations):
        here = f"{path}[{index}]"
        key, operator = toleration.get("key", ""), toleration.get("operator", "")
        value, effect = toleration.get("value", ""), toleration.get("effect", "")
        if key:
            faults += each_invalid(f"{here}.key", key, names.qualified_name(key))
        elif operator != "Exists":
            faults.append(invalid(f"{here}.operator", operator, _ANY_KEY))
        if "tolerationSeconds" in toleration and effect != "NoExecute":
            faults.append(invalid(f"{here}.effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
        if operator in ("Equal", ""):
            complaints = names.label_value(value)
            faults += each_invalid(f"{here}.operator", value, [";".join(complaints)] if complaints else [])
        elif operator == "Exists":
            if value:
                faults.append(
                    invalid_text(f"{here}.operator", _go_toleration(toleration), "value must be empty when `operator` is 'Exists'")
                )
        else:
            faults += one_of(f"{here}.operator", operator, ("Equal", "Exists"))
        if effect:
            faults += one_of(f"{here}.effect", effect, TAINT_EFFECTS)
    return faults


def _go_toleration(toleration: Obj) -> str:
    texts = ("key", "operator", "value", "effect")
    return struct_text(
        *((name.capitalize(), toleration.get(name, "")) for name in texts), ("TolerationSeconds", toleration.get("tolerationSeconds"))
    )


def validate_scheduling_gates(gates: list[Obj], path: str) -> list[FieldError]:
    """Judge ``spec.schedulingGates``: qualified names, each once."""
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, gate in enumerate(gates):
        name = gate.get("name", "")
        faults += each_invalid(f"{path}[{index}].name", name, names.qualified_name(name))
        if name in seen:
            faults.append(duplicate(f"{path}[{index}].name", name))
        seen.add(name)
    return faults


def validate_topology_spread(constraints: list[Obj], path: str) -> list[FieldError]:
    """Judge ``spec.topologySpreadConstraints``."""
    faults: list[FieldError] = []
    seen: set[tuple[str, str]] = set()
    for index, constraint in enumerate(constraints):
        here = f"{path}[{index}]"
        skew, key, action = constraint.get("maxSkew", 0), constraint.get("topologyKey", ""), constraint.get("whenUnsatisfiable", "")
        if skew <= 0:
            faults.append(invalid(f"{here}.maxSkew", skew, "must be greater than zero"))
        if key:
            faults += each_invalid(f"{here}.topologyKey", key, names.qualified_name(key))
        else:
            faults.append(required(f"{here}.topologyKey", "can not be empty"))
        faults += one_of(f"{here}.whenUnsatisfiable", action, ("DoNotSchedule", "ScheduleAnyway"))
        if (key, action) in seen:
            faults.append(duplicate(f"{here}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {action}}}"))
        seen.add((key, action))
        faults += _validate_min_domains(constraint, here)
        faults += validate_label_selector(constraint.get("labelSelector"), f"{here}.labelSelector")
    return faults


def _validate_min_domains(constraint: Obj, path: str) -> list[FieldError]:
    domains = constraint.get("minDomains")
    if domains is None:
        return []
    faults = [] if domains > 0 else [invalid(f"{path}.minDomains", domains, "must be greater than zero")]
    action = constraint.get("whenUnsatisfiable", "")
    if action != "DoNotSchedule":
        detail = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
        faults.append(invalid(f"{path}.minDomains", domains, detail))
    return faults
