"""What runs in the container of a static pod of the control plane: a process of this simulation, which ends and begins with the container.

So who kills the container of kube-scheduler sees no pod scheduled until the kubelet has started another one. Only what is a process of its
own here follows its container; etcd and the API server are what everything else here stands on, and a killed container of theirs takes
nothing with it. What probes are told is ``pod_network``'s.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from cluster.container_runtime.records import from_obj
from cluster.container_runtime.task import repository_of
from cluster.kubeadm.constants import SYSTEM
from cluster.machinery.network import DnsAnswer, DnsQuestion, Failure, HttpRequest, HttpResponse, NetworkError
from cluster.machinery.node_storage import NodeStorage
from cluster.runner.faults.processes import Processes


def without_container(disk: NodeStorage, names: Collection[str]) -> list[str]:
    """Return which of these processes have lost their container, by the disk of their node: it had one, and none runs."""
    is_running: dict[str, bool] = {}
    for _, obj in disk.list("pods/"):
        pod = from_obj(obj)
        for container in pod.containers if pod.namespace == SYSTEM else ():
            name = repository_of(container.image)
            is_running[name] = container.is_running or is_running.get(name, False)
    return [name for name in names if is_running.get(name) is False]


class ControlPlaneDaemon:
    """A Daemon for the process ``name``. ``has_machine``: whether its machine is there; without one nobody would start it again."""

    def __init__(self, name: str, processes: Processes, has_machine: Callable[[], bool]) -> None:
        self._name, self._processes, self._has_machine = name, processes, has_machine
        processes.container_began(name)

    def stop(self) -> None:
        """End the process. One whose Node was deleted runs on, so that the cluster is not lost with it."""
        if self._has_machine():
            self._processes.container_ended(self._name)

    def ports(self) -> tuple[int, ...]:
        """Return nothing: it listens as a process of its node."""
        return ()

    def http(self, port: int, request: HttpRequest) -> HttpResponse:
        """Answer nobody. Raises NetworkError."""
        raise NetworkError(Failure.REFUSED)

    def lookup(self, question: DnsQuestion) -> DnsAnswer | None:
        """Answer nothing: it is no DNS server."""
        return None
