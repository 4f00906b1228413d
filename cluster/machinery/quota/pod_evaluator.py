"""Pods against quotas: they count as long as they run, with what their containers request and may use at most.

Upstream: ``pkg/quota/v1/evaluator/core/pods.go``, ``staging/src/k8s.io/component-helpers/resource/helpers.go``.
"""

from __future__ import annotations

from collections.abc import Collection

from cluster.machinery.meta import Obj, SimTime, after, parse_timestamp
from cluster.machinery.quantity import Quantity
from cluster.machinery.quota.amounts import ONE, Amounts, added, amounts
from cluster.machinery.quota.scopes import is_selected

_COUNT = "count/pods"
_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_RESOURCES = frozenset({_COUNT, "pods", *_COMPUTE, *(f"{side}.{name}" for side in ("requests", "limits") for name in _COMPUTE)})
_NEEDED = frozenset(f"{side}{name}" for side in ("", "requests.", "limits.") for name in ("cpu", "memory"))
"""A quota of these wants every container to say how much: a decision upstream regrets and keeps."""

_HUGE_PAGES, _REQUESTS = "hugepages-", "requests."
_POD_LEVEL = ("cpu", "memory")


def _is_extended(name: str) -> bool:
    return "/" in name and "kubernetes.io/" not in name


def _usage(requests: Amounts, limits: Amounts) -> dict[str, Quantity]:
    result: dict[str, Quantity] = {"pods": ONE}
    for name in _COMPUTE:
        if name in requests:
            result[name] = result[f"requests.{name}"] = requests[name]
        if name in limits:
            result[f"limits.{name}"] = limits[name]
    for name, amount in requests.items():
        if name.startswith(_HUGE_PAGES):
            result[name] = amount
        if name.startswith(_HUGE_PAGES) or (_is_extended(name) and not name.startswith(_REQUESTS)):
            result[f"{_REQUESTS}{name}"] = amount
    return result


def _side(container: Obj, side: str) -> Amounts:
    return amounts((container.get("resources") or {}).get(side))


def _largest(left: Amounts, right: Amounts) -> dict[str, Quantity]:
    return {**left, **{name: amount for name, amount in right.items() if name not in left or amount.compare(left[name]) > 0}}


def pod_amounts(spec: Obj, side: str) -> Amounts:
    """Return what a pod has in all as ``requests`` or ``limits``: the larger of what its containers have together (with restartable
    init containers) and what its initialisation has at most, or the pod's own amounts where it has some; plus overhead."""
    total: Amounts = {}
    for container in spec.get("containers") or ():
        total = added(total, _side(container, side))
    running: Amounts = {}
    peak: Amounts = {}
    for container in spec.get("initContainers") or ():
        wanted = _side(container, side)
        if container.get("restartPolicy") == "Always":
            total, running = added(total, wanted), added(running, wanted)
            peak = _largest(peak, running)
        else:
            peak = _largest(peak, added(wanted, running))
    own = {name: amount for name, amount in _side(spec, side).items() if name in _POD_LEVEL or name.startswith(_HUGE_PAGES)}
    total = {**_largest(total, peak), **own}
    overhead = amounts(spec.get("overhead"))
    if side == "limits":
        overhead = {name: amount for name, amount in overhead.items() if name in total and total[name].sign}
    return added(total, overhead)


def _is_running(pod: Obj, now: SimTime) -> bool:
    """Whether a pod still counts: it has not ended, and is not stuck long after it should have."""
    meta = pod["metadata"]
    if pod.get("status", {}).get("phase") in ("Failed", "Succeeded"):
        return False
    if not meta.get("deletionTimestamp") or meta.get("deletionGracePeriodSeconds") is None:
        return True
    return now <= after(parse_timestamp(meta["deletionTimestamp"]), meta["deletionGracePeriodSeconds"])


def _reaches_other_namespaces(spec: Obj) -> bool:
    affinity = spec.get("affinity") or {}
    for field in ("podAffinity", "podAntiAffinity"):
        rules = affinity.get(field) or {}
        terms = [*(rules.get("requiredDuringSchedulingIgnoredDuringExecution") or ())]
        terms += [rule.get("podAffinityTerm") or {} for rule in rules.get("preferredDuringSchedulingIgnoredDuringExecution") or ()]
        if any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in terms):
            return True
    return False


class PodEvaluator:
    """Counts pods and what they ask for."""

    def handles(self, operation: str, subresource: str) -> bool:
        """New pods and resized ones."""
        return (operation, subresource) in (("CREATE", ""), ("UPDATE", "resize"))

    def matching(self, names: Collection[str]) -> list[str]:
        """Return the names that pods count for, extended resources and huge pages included."""
        prefixes = (_HUGE_PAGES, f"{_REQUESTS}{_HUGE_PAGES}")
        return [
            name for name in names if name in _RESOURCES or name.startswith(prefixes) or (_is_extended(name) and name.startswith(_REQUESTS))
        ]

    def missing(self, required: Collection[str], obj: Obj) -> str:
        """Return which containers leave out cpu or memory that is limited."""
        spec = obj["spec"]
        if spec.get("resources"):
            return ""
        needed = sorted(_NEEDED.intersection(required))
        absent: dict[str, set[str]] = {}
        for container in [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]:
            said = _usage(_side(container, "requests"), _side(container, "limits"))
            for name in needed:
                if name not in said:
                    absent.setdefault(name, set()).add(container.get("name", ""))
        clauses = [f"{name} for: {','.join(sorted(containers))}" for name, containers in sorted(absent.items())]
        return f"must specify {'; '.join(clauses)}" if clauses else ""

    def matches_scope(self, requirement: Obj, obj: Obj) -> bool:
        """Whether a pod is within a scope: how it ends, its quality of service, its priority, whom it looks for."""
        spec = obj["spec"]
        is_terminating: bool = spec.get("activeDeadlineSeconds", -1) >= 0
        is_best_effort: bool = obj.get("status", {}).get("qosClass") == "BestEffort"
        match requirement.get("scopeName"):
            case "Terminating":
                return is_terminating
            case "NotTerminating":
                return not is_terminating
            case "BestEffort":
                return is_best_effort
            case "NotBestEffort":
                return not is_best_effort
            case "PriorityClass":
                name = spec.get("priorityClassName")
                return is_selected(requirement, [name] if name else [])
            case "CrossNamespacePodAffinity":
                return _reaches_other_namespaces(spec)
        return False

    def usage(self, obj: Obj, now: SimTime) -> Amounts:
        """Return what a pod counts for; one that has ended only as an object."""
        count = {_COUNT: ONE}
        if not _is_running(obj, now):
            return count
        return {**count, **_usage(pod_amounts(obj["spec"], "requests"), pod_amounts(obj["spec"], "limits"))}
