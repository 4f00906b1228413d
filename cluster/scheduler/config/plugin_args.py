"""The arguments of plugins: which there are, and what is wrong with given ones.

Upstream: ``pkg/scheduler/apis/config/validation/validation_pluginargs.go``, ``.../v1/defaults.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cluster.machinery.errors import FieldError, duplicate, forbidden_field, invalid, not_supported, required
from cluster.machinery.label_requirement import SelectorError
from cluster.machinery.meta import Obj
from cluster.machinery.node_selector import compile_term

ARGS_FIELDS: Mapping[str, tuple[str, ...]] = {
    "DefaultPreemption": ("minCandidateNodesPercentage", "minCandidateNodesAbsolute"),
    "InterPodAffinity": ("hardPodAffinityWeight", "ignorePreferredTermsOfExistingPods"),
    "NodeAffinity": ("addedAffinity",),
    "NodeResourcesBalancedAllocation": ("resources",),
    "NodeResourcesFit": ("ignoredResources", "ignoredResourceGroups", "scoringStrategy"),
    "PodTopologySpread": ("defaultConstraints", "defaultingType"),
    "VolumeBinding": ("bindTimeoutSeconds", "shape"),
    "DynamicResources": ("filterTimeout", "bindingTimeout"),
}
"""Plugins that take arguments, with the names of their fields."""
STRATEGIES = ("LeastAllocated", "MostAllocated", "RequestedToCapacityRatio")
_ACTIONS = ("DoNotSchedule", "ScheduleAnyway")


def args_faults(path: str, plugin: str, args: Obj) -> list[FieldError]:
    """Return what is wrong with the arguments of a plugin."""
    check = _CHECKS.get(plugin)
    return check(path, args) if check is not None else []


def _preemption(path: str, args: Obj) -> list[FieldError]:
    percentage, absolute = args.get("minCandidateNodesPercentage", 10), args.get("minCandidateNodesAbsolute", 100)
    at_percentage, at_absolute = f"{path}.minCandidateNodesPercentage", f"{path}.minCandidateNodesAbsolute"
    faults: list[FieldError] = []
    if not 0 <= percentage <= 100:
        faults.append(invalid(at_percentage, percentage, "not in valid range [0, 100]"))
    if absolute < 0:
        faults.append(invalid(at_absolute, absolute, "not in valid range [0, inf)"))
    if percentage == 0 and absolute == 0:
        faults.append(invalid(at_percentage, percentage, "cannot be zero at the same time as minCandidateNodesAbsolute"))
        faults.append(invalid(at_absolute, absolute, "cannot be zero at the same time as minCandidateNodesPercentage"))
    return faults


def _inter_pod_affinity(path: str, args: Obj) -> list[FieldError]:
    weight = args.get("hardPodAffinityWeight", 1)
    return [] if 0 <= weight <= 100 else [invalid(f"{path}.hardPodAffinityWeight", weight, "not in valid range [0, 100]")]


def _node_affinity(path: str, args: Obj) -> list[FieldError]:
    added = args.get("addedAffinity") or {}
    hard, soft = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
    terms = [(f"{hard}.nodeSelectorTerms[{i}]", term) for i, term in enumerate((added.get(hard) or {}).get("nodeSelectorTerms") or ())]
    terms += [(f"{soft}[{i}]", entry.get("preference") or {}) for i, entry in enumerate(added.get(soft) or ())]
    faults: list[FieldError] = []
    for place, term in terms:
        try:
            compile_term(term)
        except SelectorError as error:
            faults.append(invalid(f"{path}.addedAffinity.{place}", term, str(error)))
    return faults


def _balanced(path: str, args: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, resource in enumerate(args.get("resources") or ()):
        if resource["name"] in seen:
            faults.append(duplicate(f"{path}.resources[{index}].name", resource["name"]))
        seen.add(resource["name"])
        if resource.get("weight", 1) != 1:
            faults.append(invalid(f"{path}.resources[{index}].weight", resource["weight"], "must be 1"))
    return faults


def _fit(path: str, args: Obj) -> list[FieldError]:
    faults = [
        invalid(f"{path}.ignoredResourceGroups[{index}]", group, "resource group name can't contain '/'")
        for index, group in enumerate(args.get("ignoredResourceGroups") or ())
        if "/" in group
    ]
    if "scoringStrategy" not in args:
        return faults
    place, strategy = f"{path}.scoringStrategy", args["scoringStrategy"] or {}
    kind = strategy.get("type", "LeastAllocated")
    if kind not in STRATEGIES:
        faults.append(not_supported(f"{place}.type", kind, STRATEGIES))
    for index, resource in enumerate(strategy.get("resources") or ()):
        weight = resource.get("weight", 1)
        if not 0 < weight <= 100:
            text = f"resource weight of {resource['name']} not in valid range (0, 100]"
            faults.append(invalid(f"{place}.resources[{index}].weight", weight, text))
    ratio = strategy.get("requestedToCapacityRatio")
    ratio_path = f"{place}.requestedToCapacityRatio"
    if kind == "RequestedToCapacityRatio":
        if ratio is None:
            faults.append(required(ratio_path, "must be specified when type is RequestedToCapacityRatio"))
        else:
            faults += _shape(f"{ratio_path}.shape", ratio.get("shape") or ())
    elif ratio is not None:
        faults.append(forbidden_field(ratio_path, "must be nil when type is not RequestedToCapacityRatio"))
    return faults


def _shape(path: str, shape: Sequence[Obj]) -> list[FieldError]:
    if not shape:
        return [required(path, "at least one point must be specified")]
    points = [(point.get("utilization", 0), point.get("score", 0)) for point in shape]
    faults: list[FieldError] = []
    for index in range(1, len(points)):
        if points[index - 1][0] >= points[index][0]:
            faults.append(invalid(f"{path}[{index}].utilization", points[index][0], "values must be sorted in increasing order"))
            break
    for index, (utilization, score) in enumerate(points):
        if not 0 <= utilization <= 100:
            faults.append(invalid(f"{path}[{index}].utilization", utilization, "not in valid range [0, 100]"))
        if not 0 <= score <= 10:
            faults.append(invalid(f"{path}[{index}].score", score, "not in valid range [0, 10]"))
    return faults


def _spread(path: str, args: Obj) -> list[FieldError]:
    kind, constraints = args.get("defaultingType", "System"), args.get("defaultConstraints") or ()
    faults: list[FieldError] = []
    if kind not in ("System", "List"):
        faults.append(not_supported(f"{path}.defaultingType", kind, ("System", "List"), in_order=True))
    elif kind == "System" and constraints:
        faults.append(invalid(f"{path}.defaultingType", kind, "when .defaultConstraints are not empty"))
    seen: set[tuple[str, str]] = set()
    for index, constraint in enumerate(constraints):
        place = f"{path}.defaultConstraints[{index}]"
        skew, key, action = constraint.get("maxSkew", 0), constraint.get("topologyKey", ""), constraint.get("whenUnsatisfiable", "")
        if skew <= 0:
            faults.append(invalid(f"{place}.maxSkew", skew, "not in valid range (0, inf)"))
        if not key:
            faults.append(required(f"{place}.topologyKey", "can not be empty"))
        if not action:
            faults.append(required(f"{place}.whenUnsatisfiable", "can not be empty"))
        elif action not in _ACTIONS:
            faults.append(not_supported(f"{place}.whenUnsatisfiable", action, _ACTIONS))
        if "labelSelector" in constraint:
            text = "constraint must not define a selector, as they deduced for each pod"
            faults.append(forbidden_field(f"{place}.labelSelector", text))
        if (key, action) in seen:
            faults.append(duplicate(place, f"{{{key}, {action}}}"))
        seen.add((key, action))
    return faults


def _volume_binding(path: str, args: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    seconds = args.get("bindTimeoutSeconds", 600)
    if seconds < 0:
        faults.append(invalid(f"{path}.bindTimeoutSeconds", seconds, "invalid BindTimeoutSeconds, should not be a negative value"))
    if args.get("shape") is not None:
        text = "unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring"
        faults.append(invalid(f"{path}.shape", args["shape"], text))
    return faults


_CHECKS: Mapping[str, Callable[[str, Obj], list[FieldError]]] = {
    "DefaultPreemption": _preemption,
    "InterPodAffinity": _inter_pod_affinity,
    "NodeAffinity": _node_affinity,
    "NodeResourcesBalancedAllocation": _balanced,
    "NodeResourcesFit": _fit,
    "PodTopologySpread": _spread,
    "VolumeBinding": _volume_binding,
}
