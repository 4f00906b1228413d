"""Rules for LimitRanges: the limits of each type, and that they do not contradict each other.

Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidateLimitRange``).
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.resources import may_be_overcommitted, validate_container_resource_name, validate_resource_name
from cluster.machinery.errors import FieldError, duplicate, forbidden_field, invalid, required
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import Quantity, parse_quantity

POD, CONTAINER, CLAIM = "Pod", "Container", "PersistentVolumeClaim"
_MAX_MILLI_VALUE = ((1 << 63) - 1) // 1000
_NOT_FOR_PODS = "may not be specified when `type` is 'Pod'"
_NO_STORAGE = "either minimum or maximum storage value is required, but neither was provided"

Amounts = Mapping[str, Quantity]


def _validate_type(name: str, path: str) -> list[FieldError]:
    faults = each_invalid(path, name, names.qualified_name(name))
    if not faults and "/" not in name and name not in (POD, CONTAINER, CLAIM):
        faults.append(invalid(path, name, "must be a standard limit type or fully qualified"))
    return faults


def _validate_names(item: Obj, field: str, path: str) -> list[FieldError]:
    check = validate_container_resource_name if item.get("type") in (POD, CONTAINER) else validate_resource_name
    return [fault for name in sorted(item.get(field) or ()) for fault in check(name, f"{path}.{field}[{name}]")]


def _amounts(item: Obj, field: str) -> Amounts:
    return {name: parse_quantity(text) for name, text in (item.get(field) or {}).items()}


def _largest_ratio(least: Quantity, most: Quantity) -> float:
    """``max / min``: in thousandths where they are small enough, in whole units elsewhere; infinite for a minimum of nothing."""
    is_small = least.value < _MAX_MILLI_VALUE and most.value < _MAX_MILLI_VALUE
    top, bottom = (most.milli_value, least.milli_value) if is_small else (most.value, least.value)
    return top / bottom if bottom else float("inf")


def _validate_order(name: str, item: Obj, path: str) -> list[FieldError]:
    """Hold the amounts of one resource against each other."""
    least, most = _amounts(item, "min").get(name), _amounts(item, "max").get(name)
    is_pod = item.get("type") == POD
    limit = None if is_pod else _amounts(item, "default").get(name)
    request = None if is_pod else _amounts(item, "defaultRequest").get(name)
    ratio = _amounts(item, "maxLimitRequestRatio").get(name)
    faults: list[FieldError] = []

    def complain(field: str, value: Quantity, detail: str) -> None:
        faults.append(invalid(f"{path}.{field}[{name}]", str(value), detail))

    if least and most and least.compare(most) > 0:
        complain("min", least, f"min value {least} is greater than max value {most}")
    if request and least and least.compare(request) > 0:
        complain("defaultRequest", request, f"min value {least} is greater than default request value {request}")
    if request and most and request.compare(most) > 0:
        complain("defaultRequest", request, f"default request value {request} is greater than max value {most}")
    if request and limit and request.compare(limit) > 0:
        complain("defaultRequest", request, f"default request value {request} is greater than default limit value {limit}")
    if limit and least and least.compare(limit) > 0:
        complain("default", least, f"min value {least} is greater than default value {limit}")
    if limit and most and limit.compare(most) > 0:
        complain("default", most, f"default value {limit} is greater than max value {most}")
    if ratio and ratio.compare(parse_quantity("1")) < 0:
        complain("maxLimitRequestRatio", ratio, f"ratio {ratio} is less than 1")
    if ratio and least and most and ratio.milli_value / 1000 > (largest := _largest_ratio(least, most)):
        complain("maxLimitRequestRatio", ratio, f"ratio {ratio} is greater than max/min = {largest:f}")
    if limit and request and not may_be_overcommitted(name) and limit.compare(request) != 0:
        complain("defaultRequest", request, f"default value {limit} must equal to defaultRequest value {request} in {name}")
    return faults


def _validate_item(item: Obj, path: str) -> list[FieldError]:
    faults = _validate_names(item, "max", path) + _validate_names(item, "min", path)
    fields = ["max", "min", "maxLimitRequestRatio"]
    for field in ("default", "defaultRequest"):
        if item.get("type") != POD:
            faults += _validate_names(item, field, path)
            fields.append(field)
        elif item.get(field):
            faults.append(forbidden_field(f"{path}.{field}", _NOT_FOR_PODS))
    is_storage_limited = any("storage" in (item.get(side) or {}) for side in ("min", "max"))
    if item.get("type") == CLAIM and not is_storage_limited:
        faults.append(required(f"{path}.limits", _NO_STORAGE))
    faults += _validate_names(item, "maxLimitRequestRatio", path)
    for name in sorted({name for field in fields for name in item.get(field) or ()}):
        faults += _validate_order(name, item, path)
    return faults


def validate(limit_range: Obj) -> list[FieldError]:
    """Judge a LimitRange to be created."""
    faults = validate_object_meta(limit_range["metadata"], namespaced=True)
    seen: set[str] = set()
    for index, item in enumerate(limit_range["spec"].get("limits") or ()):
        path, name = f"spec.limits[{index}]", item.get("type", "")
        faults += _validate_type(name, f"{path}.type")
        if name in seen:
            faults.append(duplicate(f"{path}.type", name))
        seen.add(name)
        faults += _validate_item(item, path)
    return faults


def validate_update(limit_range: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a LimitRange."""
    return validate_object_meta_update(limit_range["metadata"], old["metadata"]) + validate(limit_range)
