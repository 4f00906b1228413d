"""One look at a DaemonSet: its nodes, its pods, its present revision, and what follows from them. Pure.

Upstream: ``pkg/controller/daemon/daemon_controller.go`` (``manage``, ``updateDaemonSet``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cluster.controller_manager.daemon.manage import Work, look_at_node
from cluster.controller_manager.daemon.placement import Verdict
from cluster.controller_manager.daemon.pods import NodePods
from cluster.controller_manager.daemon.rolling import ROLLING_UPDATE, allows_surge, roll
from cluster.controller_manager.daemon.status import daemon_set_status
from cluster.controller_manager.pods import seconds_until_available
from cluster.machinery.meta import Obj, SimTime


@dataclass(frozen=True, slots=True)
class Look:
    """``verdicts``: of every node, by name; ``hashed``: of the present template."""

    daemon_set: Obj
    verdicts: Mapping[str, Verdict]
    pods: NodePods
    hashed: str
    now: SimTime

    def is_available(self, pod: Obj) -> bool:
        """Whether a pod has been ready for ``minReadySeconds``."""
        return seconds_until_available(pod, self.min_ready_seconds, self.now) == 0

    @property
    def min_ready_seconds(self) -> int:
        """How long a pod must be ready to count as available."""
        seconds: int = self.daemon_set["spec"].get("minReadySeconds", 0)
        return seconds

    def differences(self) -> Work:
        """Return what is missing and what is too much on the nodes, and pods that wait for a node that is gone."""
        work, surges = Work(), allows_surge(self.daemon_set)
        for name, verdict in self.verdicts.items():
            on_node = self.pods.get(name, ())
            look_at_node(work, name, verdict, on_node, self.hashed, surges=surges, is_available=self.is_available)
        for name, on_node in self.pods.items():
            if name not in self.verdicts:
                work.delete += [pod for pod in on_node if not pod["spec"].get("nodeName")]
        return work

    def replacements(self) -> Work:
        """Return what the rolling update does now; nothing on delete."""
        if self.daemon_set["spec"]["updateStrategy"].get("type") != ROLLING_UPDATE:
            return Work()
        return roll(self.daemon_set, self.verdicts, self.pods, self.hashed, self.is_available)

    def status(self, *, was_processed: bool) -> Obj:
        """Return the status. ``was_processed``: this generation of the spec was acted on."""
        return daemon_set_status(self.daemon_set, self.verdicts, self.pods, self.hashed, self.is_available, was_processed=was_processed)
