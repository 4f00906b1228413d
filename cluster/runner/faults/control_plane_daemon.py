"""What runs in the container of a static pod of the control plane: a component, which ends and begins with it.

So who kills the container of kube-scheduler sees no pod scheduled until the kubelet has started another one, and who kills that of etcd or
kube-apiserver sees every request fail: the kubelet needs neither to start a static pod again. Which components are down stands in the
record of the faults, so that everybody who looks at that knows it, whoever runs the loops. What probes are told is ``pod_network``'s.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.container_runtime.records import from_obj
from cluster.container_runtime.task import repository_of
from cluster.kubeadm.constants import SYSTEM
from cluster.machinery.network import DnsAnswer, DnsQuestion, Failure, HttpRequest, HttpResponse, NetworkError
from cluster.machinery.node_storage import NodeStorage
from cluster.runner.faults.record import CONTROL_PLANE


def without_container(disk: NodeStorage) -> list[str]:
    """Return which components of the control plane have lost their container, by the disk of their node: it had one, and none runs."""
    is_running: dict[str, bool] = {}
    for _, obj in disk.list("pods/"):
        pod = from_obj(obj)
        for container in pod.containers if pod.namespace == SYSTEM else ():
            name = repository_of(container.image)
            is_running[name] = container.is_running or is_running.get(name, False)
    return [name for name in CONTROL_PLANE if is_running.get(name) is False]


class ControlPlaneDaemon:
    """A Daemon for the component ``name``. ``note``: takes note that it runs, or not; ``has_machine``: whether its machine is there."""

    def __init__(self, name: str, note: Callable[[str, bool], None], has_machine: Callable[[], bool]) -> None:
        self._name, self._note, self._has_machine = name, note, has_machine
        note(name, True)

    def stop(self) -> None:
        """End the component. One whose Node was deleted runs on, so that the cluster is not lost with it."""
        if self._has_machine():
            self._note(self._name, False)

    def ports(self) -> tuple[int, ...]:
        """Return nothing: it listens as a process of its node."""
        return ()

    def http(self, port: int, request: HttpRequest) -> HttpResponse:
        """Answer nobody. Raises NetworkError."""
        raise NetworkError(Failure.REFUSED)

    def lookup(self, question: DnsQuestion) -> DnsAnswer | None:
        """Answer nothing: it is no DNS server."""
        return None
