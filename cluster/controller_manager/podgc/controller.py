"""Looks every 20 s for pods whose node is gone, pods deleted before they had a node, and too many ended pods.

A node that is missing gets 40 s to appear before its pods are taken for orphaned. Pods that are going on a node that is not ready and
that somebody has marked as out of service are gone: its kubelet will not say so any more.

Upstream: ``pkg/controller/podgc/gc_controller.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from cluster.client.informer import Lister
from cluster.controller_manager.base import Lane, is_deleting
from cluster.controller_manager.disruption.target import disruption_patch
from cluster.controller_manager.nodelifecycle.health import ready_status
from cluster.controller_manager.periodic import Periodic
from cluster.controller_manager.pods import is_terminal, phase_of
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.taints import OUT_OF_SERVICE

CHECK_PERIOD = 20
"""Seconds."""
QUARANTINE = 40
"""Seconds between missing a node for the first time and taking it for deleted."""
TERMINATED_POD_THRESHOLD = 12_500


class PodGarbageCollector:
    """The lane ``kube-controller-manager/podgc``."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._clock = lane.client, lane.engine.clock
        self._pods: Lister = lane.lister(PODS)
        self._nodes: Lister = lane.lister(NODES)
        self._missing: dict[str, SimTime] = {}
        self._timer = Periodic(lane.engine, lane.name, CHECK_PERIOD, self._collect)

    def start(self) -> None:
        """Begin to look."""
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _collect(self) -> None:
        pods, now = self._pods.list(), self._clock.now
        for pod in surplus_of_terminated(pods, TERMINATED_POD_THRESHOLD):
            self._delete(pod)
        gone = self._deleted_nodes(pods, now)
        for pod in pods:
            node = pod["spec"].get("nodeName", "")
            if node in gone:
                self._fail(pod, now)
                self._delete(pod)
            elif not node and is_deleting(pod):
                self._delete(pod)
            elif is_deleting(pod) and self._is_out_of_service(node):
                if not is_terminal(pod):
                    self._patch_status(pod, {"status": {"phase": "Failed"}})
                self._delete(pod)

    def _deleted_nodes(self, pods: Sequence[Obj], now: SimTime) -> set[str]:
        named = dict.fromkeys(node for pod in pods if (node := pod["spec"].get("nodeName", "")) and self._nodes.get(node) is None)
        self._missing = {node: self._missing.get(node, now) for node in named}
        overdue = [node for node, since in self._missing.items() if now - since >= QUARANTINE * SECOND]
        return {node for node in overdue if not self._exists(node)}

    def _exists(self, node: str) -> bool:
        try:
            self._client.get(NODES, node)
        except ApiError as refusal:
            return refusal.code != 404
        return True

    def _is_out_of_service(self, name: str) -> bool:
        node = self._nodes.get(name)
        if node is None or ready_status(node) == "True":
            return False
        return any(taint["key"] == OUT_OF_SERVICE for taint in node["spec"].get("taints") or ())

    def _fail(self, pod: Obj, now: SimTime) -> None:
        """Say on the pod why it goes; without this it would look as if it had run on."""
        patch = disruption_patch(pod, "DeletionByPodGC", "PodGC: node no longer exists", now)
        if not is_terminal(pod):
            patch["status"]["phase"] = "Failed"
        self._patch_status(pod, patch)

    def _patch_status(self, pod: Obj, patch: Obj) -> None:
        meta = pod["metadata"]
        self._attempt(lambda: self._client.patch(PODS, meta["name"], meta["namespace"], patch, subresource="status"))

    def _delete(self, pod: Obj) -> None:
        meta = pod["metadata"]
        self._attempt(lambda: self._client.delete(PODS, meta["name"], meta["namespace"], uid=meta["uid"], grace_period_seconds=0))

    def _attempt(self, call: Callable[[], object]) -> None:
        """What is refused now is tried again at the next look."""
        with suppress(ApiError):
            call()


def surplus_of_terminated(pods: Sequence[Obj], threshold: int) -> list[Obj]:
    """Return the ended pods beyond ``threshold``: evicted ones first, then the oldest. Pure."""
    ended = [pod for pod in pods if phase_of(pod) not in ("Pending", "Running", "Unknown")]
    if len(ended) <= threshold:
        return []
    ended.sort(key=lambda pod: (pod["status"].get("reason") != "Evicted", pod["metadata"]["creationTimestamp"], pod["metadata"]["name"]))
    return ended[: len(ended) - threshold]
