"""What a scheduler refuses to start with.

Upstream: ``pkg/scheduler/apis/config/validation/validation.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.errors import FieldError, duplicate, invalid, required
from cluster.machinery.meta import Obj
from cluster.scheduler.config.plugin_args import args_faults

API_VERSION = "kubescheduler.config.k8s.io/v1"
_REMOVED = ("AzureDiskLimits", "CinderLimits", "EBSLimits", "GCEPDLimits")
_POINTS = ("preEnqueue", "queueSort", "preFilter", "filter", "postFilter", "preScore", "score", "reserve", "permit", "preBind", "bind")


def config_faults(config: Obj) -> list[FieldError]:
    """Return everything that is wrong with a configuration whose defaults are filled in."""
    faults: list[FieldError] = []
    if config["parallelism"] <= 0:
        faults.append(invalid("parallelism", config["parallelism"], "should be an integer value greater than zero"))
    profiles = config["profiles"]
    seen: dict[str, int] = {}
    for index, profile in enumerate(profiles):
        path, name = f"profiles[{index}]", profile.get("schedulerName", "")
        faults += _profile_faults(path, profile)
        if name in seen:
            faults.append(duplicate(f"{path}.schedulerName", f"profiles[{seen[name]}].schedulerName"))
        seen[name] = index
    faults += _queue_sort_faults(profiles)
    faults += _percentage_faults("percentageOfNodesToScore", config)
    initial, longest = config["podInitialBackoffSeconds"], config["podMaxBackoffSeconds"]
    if initial <= 0:
        faults.append(invalid("podInitialBackoffSeconds", initial, "must be greater than 0"))
    if longest < initial:
        faults.append(invalid("podMaxBackoffSeconds", longest, "must be greater than or equal to PodInitialBackoffSeconds"))
    return faults


def _profile_faults(path: str, profile: Obj) -> list[FieldError]:
    faults = [] if profile.get("schedulerName") else [required(f"{path}.schedulerName")]
    faults += _percentage_faults(f"{path}.percentageOfNodesToScore", profile)
    for point in _POINTS:
        for index, plugin in enumerate(((profile.get("plugins") or {}).get(point) or {}).get("enabled") or ()):
            faults += _removed(f"{path}.plugins.{point}.enabled[{index}]", plugin["name"])
    seen: set[str] = set()
    for index, entry in enumerate(profile.get("pluginConfig") or ()):
        place = f"{path}.pluginConfig[{index}]"
        if entry["name"] in seen:
            faults.append(duplicate(place, entry["name"]))
        seen.add(entry["name"])
        faults += _removed(place, entry["name"]) or args_faults(f"{place}.args", entry["name"], entry.get("args") or {})
    return faults


def _percentage_faults(path: str, obj: Obj) -> list[FieldError]:
    percentage = obj.get("percentageOfNodesToScore")
    if percentage is None or 0 <= percentage <= 100:
        return []
    return [invalid(path, percentage, "not in valid range [0-100]")]


def _removed(path: str, name: str) -> list[FieldError]:
    if name not in _REMOVED:
        return []
    return [invalid(path, name, f'was invalid in version "v1" (KubeSchedulerConfiguration is version "{API_VERSION}")')]


def _queue_sort_faults(profiles: Sequence[Obj]) -> list[FieldError]:
    """All profiles take pods from one queue, so that it has one order."""
    sorting = [(profile.get("plugins") or {}).get("queueSort") or {} for profile in profiles]
    faults: list[FieldError] = []
    count = len(sorting[0].get("enabled") or ())
    if count > 1:
        faults.append(invalid("profiles[0].plugins.queueSort.Enabled", count, "only one queue sort plugin can be enabled"))
    for index, other in enumerate(sorting[1:], 1):
        if other != sorting[0]:
            faults.append(invalid(f"profiles[{index}].plugins.queueSort", other, "must be the same for all profiles"))
    return faults
