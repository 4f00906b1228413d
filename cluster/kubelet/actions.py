"""The decision: what to do next for a pod, from its spec and what the runtime has. Pure.

Upstream computes all actions of a sync at once and works through them; this one names the first, is asked again when it is
done, and so reads the runtime's state instead of remembering a plan.
Upstream: ``pkg/kubelet/kuberuntime/kuberuntime_manager.go`` (computePodActions) and ``.../container/helpers.go``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cluster.machinery.cri import ContainerState, ContainerStatus, PodSandboxStatus, SandboxState
from cluster.machinery.meta import Obj

SANDBOX = ""
"""Stands for the sandbox where containers are named: no container has this name."""


@dataclass(frozen=True, slots=True)
class RunSandbox:
    """Make the pod's sandbox; ``attempt`` counts from 0."""

    attempt: int


@dataclass(frozen=True, slots=True)
class StartContainer:
    """Fetch the image, create and start. ``attempt`` becomes the restart count; ``last``: the container it replaces."""

    container: Obj
    attempt: int
    last: ContainerStatus | None


@dataclass(frozen=True, slots=True)
class KillContainer:
    """Stop a running container, for the reason that its Event gives. ``grace``: seconds, None: the pod's."""

    status: ContainerStatus
    message: str
    grace: float | None


Action = RunSandbox | StartContainer | KillContainer


@dataclass(frozen=True, slots=True)
class Observed:
    """What probes and the spec's past say of running containers.

    ``failed``: why a container has to go, by its id. ``unstarted``: ids of those whose startup probe has not succeeded yet.
    """

    failed: Mapping[str, KillContainer] = field(default_factory=dict)
    unstarted: Collection[str] = ()


def latest(containers: Iterable[ContainerStatus]) -> dict[str, ContainerStatus]:
    """Return each name's newest container (``containers`` come oldest first)."""
    return {container.name: container for container in containers}


def is_sidecar(init_container: Obj) -> bool:
    """Whether an init container is to run beside the pod's containers."""
    return init_container.get("restartPolicy") == "Always"


def should_restart(pod: Obj, container: Obj, status: ContainerStatus | None) -> bool:
    """Whether a container that does not run is to be started (again) under its restart policy."""
    if "deletionTimestamp" in pod["metadata"]:
        return False
    if status is None or status.state is not ContainerState.EXITED:
        return status is None or status.state is ContainerState.CREATED
    return restarts_after(pod["spec"], container, status.exit_code)


def restarts_after(spec: Obj, container: Obj, exit_code: int) -> bool:
    """Whether a container of a pod is started again after an exit code: by its rules, else by its own policy, else by the pod's."""
    if any(_applies(rule, exit_code) for rule in container.get("restartPolicyRules") or ()):
        return True
    policy = container.get("restartPolicy") or spec.get("restartPolicy", "Always")
    return policy == "Always" or (policy == "OnFailure" and exit_code != 0)


def _applies(rule: Obj, exit_code: int) -> bool:
    codes = rule.get("exitCodes") or {}
    is_listed = exit_code in (codes.get("values") or ())
    return rule.get("action") == "Restart" and is_listed is (codes.get("operator") == "In")


def next_action(
    pod: Obj,
    sandbox: PodSandboxStatus | None,
    containers: Sequence[ContainerStatus],
    waiting: Collection[str] = (),
    observed: Observed = Observed(),
) -> Action | None:
    """Return the first thing to do for a pod that is neither deleted nor finished; None: nothing until something changes.

    ``waiting`` names the containers (and SANDBOX) whose back-off is not over.
    """
    spec, by_name = pod["spec"], latest(containers)
    if sandbox is None or sandbox.state is not SandboxState.READY:
        if SANDBOX in waiting or not any(should_restart(pod, c, by_name.get(c["name"])) for c in spec["containers"]):
            return None
        return RunSandbox(sandbox.attempt + 1 if sandbox is not None else 0)
    for container in spec.get("ephemeralContainers") or ():
        if container["name"] not in by_name and container["name"] not in waiting:
            return _start(container, None)
    if observed.failed:
        for newest in by_name.values():
            if newest.id in observed.failed and newest.state is ContainerState.RUNNING:
                return observed.failed[newest.id]
    is_initialized = any(s.sandbox_id == sandbox.id for c in spec["containers"] if (s := by_name.get(c["name"])) is not None)
    for container in spec.get("initContainers") or ():
        status = by_name.get(container["name"])
        is_current = status is not None and status.sandbox_id == sandbox.id
        if is_sidecar(container):
            if status is None or status.state is not ContainerState.RUNNING:
                if container["name"] not in waiting:
                    return _start(container, status)
                if not is_initialized:
                    return None
            elif status.id in observed.unstarted and not is_initialized:
                return None
        elif not is_initialized and not (is_current and status is not None and _has_succeeded(status)):
            if is_current and status is not None and status.state is ContainerState.RUNNING:
                return None
            has_ended = is_current and status is not None and status.state is ContainerState.EXITED
            if container["name"] in waiting or (has_ended and status is not None and not may_run_again(spec, container, status.exit_code)):
                return None
            return _start(container, status)
    for container in spec["containers"]:
        status = by_name.get(container["name"])
        if container["name"] not in waiting and should_restart(pod, container, status):
            return _start(container, status)
    return None


def may_run_again(spec: Obj, init_container: Obj, exit_code: int) -> bool:
    """Whether an init container that has failed is run again: a pod that restarts only what has failed tries it, too."""
    policy = init_container.get("restartPolicy") or spec.get("restartPolicy", "Always")
    return policy != "Never" or restarts_after(spec, init_container, exit_code)


def _start(container: Obj, last: ContainerStatus | None) -> StartContainer:
    if last is None:
        return StartContainer(container, 0, None)
    return StartContainer(container, last.attempt + (last.state is not ContainerState.CREATED), last)


def _has_succeeded(status: ContainerStatus) -> bool:
    return status.state is ContainerState.EXITED and status.exit_code == 0
