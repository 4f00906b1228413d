"""What is missing on a node, and what is too much there. Pure.

A node that suits has one pod. During a rolling update that surges it may have two for a while, a ready old one and a new one that is not
available yet. Pods that have ended are removed, so that the next look makes a new one; failed ones no faster than a
back-off allows: a kubelet that turns a pod away would turn away the next one as well.

Upstream: ``pkg/controller/daemon/daemon_controller.go`` (``podsShouldBeOnNode``, ``getUnscheduledPodsWithoutNode``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cluster.controller_manager.base import is_deleting
from cluster.controller_manager.daemon.placement import Verdict
from cluster.controller_manager.daemon.pods import is_updated, oldest_first
from cluster.controller_manager.pods import is_ready, phase_of
from cluster.machinery.meta import Obj

IsAvailable = Callable[[Obj], bool]


@dataclass(slots=True)
class Work:
    """What a look at a DaemonSet leads to: nodes that get a pod, and pods that go. ``failed``, ``succeeded``: why some of them do."""

    create: list[str] = field(default_factory=list)
    delete: list[Obj] = field(default_factory=list)
    failed: list[Obj] = field(default_factory=list)
    succeeded: list[Obj] = field(default_factory=list)


def look_at_node(
    work: Work, node: str, verdict: Verdict, pods: Sequence[Obj], hashed: str, *, surges: bool, is_available: IsAvailable
) -> None:
    """Add to ``work`` what one node needs. ``pods``: those for the node; failed ones are only named, the caller knows when they may go."""
    if not verdict.should_continue:
        work.delete += [pod for pod in pods if not is_deleting(pod)]
        return
    running = _running(work, pods)
    if verdict.should_run and (not pods or (surges and not running)):
        work.create.append(node)
    elif len(running) > 1:
        ordered = oldest_first(running)
        work.delete += _surplus_while_surging(ordered, hashed, is_available) if surges else ordered[1:]


def _running(work: Work, pods: Sequence[Obj]) -> list[Obj]:
    running = []
    for pod in pods:
        if is_deleting(pod):
            continue
        match phase_of(pod):
            case "Failed":
                work.failed.append(pod)
            case "Succeeded":
                work.succeeded.append(pod)
            case _:
                running.append(pod)
    return running


def _surplus_while_surging(pods: Sequence[Obj], hashed: str, is_available: IsAvailable) -> list[Obj]:
    """Keep the oldest pod of the present revision and the oldest of another one, while the latter is ready and the former not available."""
    new = [pod for pod in pods if is_updated(pod, hashed)]
    old = [pod for pod in pods if pod not in new]
    surplus = [pod for pod in pods if pod not in (*new[:1], *old[:1])]
    if new and old and (not is_ready(old[0]) or is_available(new[0])):
        surplus.append(old[0])
    return surplus
