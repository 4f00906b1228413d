"""On which ports an image listens that nobody has described."""

from __future__ import annotations

import pytest

from cluster.cni.host_local import HostLocal
from cluster.container_runtime.containerd import Containerd
from cluster.machinery.cri import ContainerConfig, PodSandboxConfig
from cluster.machinery.network import HttpRequest, NetworkError, Peer
from tests.unit.node_room import Disk, engine, run

NODE = Peer("n1", "192.168.0.10")

CASES = {
    "an image that is not known listens on the ports that its container declares": ("acme/app:1", (8080,), 8080, True),
    "and on no other": ("acme/app:1", (8080,), 80, False),
    "a known image listens on its own": ("nginx", (8080,), 80, True),
    "whatever its container declares": ("nginx", (8080,), 8080, False),
}


@pytest.mark.parametrize(("image", "declared", "port", "is_open"), CASES.values(), ids=CASES.keys())
def test_declared_ports(image: str, declared: tuple[int, ...], port: int, is_open: bool) -> None:
    of, disk = engine(), Disk()
    cni = HostLocal(disk)
    cni.configure("10.244.0.0/24")
    runtime = Containerd("n1", of, disk, cni)
    runtime.start()
    made: list[object] = []
    pod = PodSandboxConfig("default", "web", "u1")
    runtime.run_pod_sandbox(pod, made.append)
    runtime.pull_image(image, pod, made.append)
    run(of, 10)
    runtime.create_container(str(made[0]), ContainerConfig("c", image, ports=declared), made.append)
    runtime.start_container(str(made[-1]), made.append)
    run(of, 10)
    sandbox = runtime.pod_sandbox_status("u1")
    assert sandbox is not None
    try:
        found = runtime.http(sandbox.ip, port, NODE, HttpRequest()).code < 500
    except NetworkError:
        found = False
    assert found is is_open
