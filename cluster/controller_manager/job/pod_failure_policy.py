"""What a Job's podFailurePolicy says of a failed pod: the first rule that fits decides. Pure.

Upstream: ``pkg/controller/job/pod_failure_policy.go``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cluster.controller_manager.job.spec import is_failed
from cluster.machinery.meta import Obj

IGNORE = "Ignore"
FAIL_JOB = "FailJob"
FAIL_INDEX = "FailIndex"
_ACTIONS = (IGNORE, FAIL_JOB, FAIL_INDEX, "Count")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``action``: of the rule that fits, empty for none; ``message``: why the whole Job fails, empty when it does not."""

    action: str = ""
    message: str = ""

    @property
    def is_counted(self) -> bool:
        """Whether the failure counts towards the back-off limit."""
        return self.action != IGNORE


def judge(policy: Obj | None, pod: Obj) -> Verdict:
    """Return what happens because of a failed pod."""
    for index, rule in enumerate((policy or {}).get("rules") or ()):
        action = rule["action"]
        what = _match(rule, pod) if action in _ACTIONS else ""
        if what:
            return Verdict(action, f"{what} matching {action} rule at index {index}" if action == FAIL_JOB else "")
    return Verdict()


def job_failure(job: Obj, pods: Iterable[Obj]) -> str:
    """Return why the Job fails because of one of its pods, empty when it does not."""
    policy = job["spec"].get("podFailurePolicy")
    if policy is None:
        return ""
    return next((message for pod in pods if is_failed(pod, job) and (message := judge(policy, pod).message)), "")


def _match(rule: Obj, pod: Obj) -> str:
    """Return what of the pod fits the rule, in the words of the Job's condition; empty when nothing does."""
    meta, status = pod["metadata"], pod.get("status", {})
    name = f"{meta.get('namespace', '')}/{meta.get('name', '')}"
    requirement = rule.get("onExitCodes")
    if requirement is not None:
        for container in (*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())):
            code = ((container.get("state") or {}).get("terminated") or {}).get("exitCode", 0)
            if code and _fits(requirement, container["name"], code):
                return f"Container {container['name']} for pod {name} failed with exit code {code}"
        return ""
    for condition in status.get("conditions") or ():
        if any(condition["type"] == each["type"] and condition["status"] == each["status"] for each in rule.get("onPodConditions") or ()):
            return f"Pod {name} has condition {condition['type']}"
    return ""


def _fits(requirement: Obj, container: str, code: int) -> bool:
    if requirement.get("containerName") not in (None, container):
        return False
    operator, is_listed = requirement["operator"], code in requirement["values"]
    return (operator == "In" and is_listed) or (operator == "NotIn" and not is_listed)
