"""What runs in the container of a static pod of the control plane: a component, which ends and begins with it.

So who kills the container of kube-scheduler sees no pod scheduled until the kubelet has started another one, and who kills that of etcd or
kube-apiserver sees every request fail: the kubelet needs neither to start a static pod again. Which components are down stands in the
record of the faults, so that everybody who looks at that knows it, whoever runs the loops. What probes are told is ``pod_network``'s.

An API server that begins while etcd is away listens on no port until it has reached etcd, and gives up after twenty seconds.

Upstream: ``staging/src/k8s.io/apiserver/pkg/storage/storagebackend/factory/etcd3.go`` (dialTimeout), ``pkg/controlplane/instance.go``.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.container_runtime.records import from_obj
from cluster.container_runtime.task import repository_of
from cluster.engine.engine import Engine
from cluster.kubeadm.constants import SYSTEM
from cluster.machinery.network import DnsAnswer, DnsQuestion, Failure, HttpRequest, HttpResponse, NetworkError
from cluster.machinery.node_storage import NodeStorage
from cluster.runner.faults.names import API_SERVER
from cluster.runner.faults.record import CONTROL_PLANE

DIAL_SECONDS = 20
"""How long an API server tries to reach etcd when it begins."""
LOOK_SECONDS = 1.0
"""After how long it tries again."""
FATAL_CODE = 255
RUNNER = "runner"
"""Whose step it is."""
NO_STORAGE = "Error creating leases: error creating storage factory: context deadline exceeded"


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

    def __init__(self, name: str, note: Callable[[str, bool], None], has_machine: Callable[[], bool], *, has_begun: bool = True) -> None:
        self._name, self._note, self._has_machine = name, note, has_machine
        if has_begun:
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


class WaitingApiServer(ControlPlaneDaemon):
    """An API server that begins without etcd. ``has_etcd``: whether etcd answers; ``give_up``: ends its container with a last line."""

    def __init__(
        self,
        note: Callable[[str, bool], None],
        has_machine: Callable[[], bool],
        engine: Engine,
        has_etcd: Callable[[], bool],
        give_up: Callable[[str, int], None],
    ) -> None:
        self._engine, self._has_etcd, self._give_up = engine, has_etcd, give_up
        self._left = DIAL_SECONDS
        self._timer = engine.after(LOOK_SECONDS, RUNNER, self._look)
        super().__init__(API_SERVER, note, has_machine, has_begun=False)

    def stop(self) -> None:
        """End it."""
        self._timer.cancel()
        super().stop()

    def _look(self) -> None:
        self._left -= 1
        if self._has_etcd():
            self._note(self._name, True)
        elif self._left <= 0:
            self._give_up(NO_STORAGE, FATAL_CODE)
        else:
            self._timer = self._engine.after(LOOK_SECONDS, RUNNER, self._look)
