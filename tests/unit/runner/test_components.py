"""Which image is which component, where its configuration comes from, and what else answers on machines."""

from __future__ import annotations

from contextlib import suppress

import pytest

from cluster.cni.network import HostService
from cluster.machinery.daemons import DaemonError, DaemonPlace
from cluster.machinery.kinds.core import SERVICES
from cluster.machinery.netfilter.rules import ProxyMode, read_rules
from cluster.machinery.network import DnsQuestion, HttpRequest, HttpResponse, NetworkError, Peer, Trust
from cluster.machinery.node_files import StoredFiles
from cluster.runner.components import COREDNS, KUBE_PROXY, Components
from cluster.runner.pod_network import Machines
from tests.unit.apiserver.rig import Rig
from tests.unit.kubelet.room import Room
from tests.unit.node_room import Disk

VOLUME = "/var/lib/kubelet/pods/u/volumes/config"
PEER = Peer("n1", "10.244.0.2", "default/client")


class Started(Rig):
    """A node ``n1`` whose containers are components. ``text``: the configuration that is mounted; empty: none is."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.disk = Disk()
        self.files = StoredFiles(self.disk)
        self.components = Components(self.client("kube-apiserver"), self.engine, lambda node: self.disk, lambda node: self.files)
        self.mounts: dict[str, str] = {}
        if text:
            self.mounts = {"/var/lib/kube-proxy": VOLUME, "/etc/coredns": VOLUME}
            self.files.write(f"{VOLUME}/config.conf", text.encode())
            self.files.write(f"{VOLUME}/Corefile", text.encode())

    def place(self, pod: str) -> DaemonPlace:
        return DaemonPlace("n1", "kube-system", pod, "192.168.0.10", mounts=self.mounts)


def test_kube_proxy_takes_its_mode_from_the_file_that_is_mounted() -> None:
    rig = Started("mode: ipvs")
    rig.admin.create(SERVICES, {"metadata": {"name": "web", "namespace": "default"}, "spec": {"ports": [{"port": 80}]}})
    assert rig.components.start(KUBE_PROXY, rig.place("kube-proxy-1")) is not None
    rig.run()
    assert [(rule.name, rule.mode) for rule in read_rules(rig.disk)] == [("default/web", ProxyMode.IPVS)]


def test_coredns_is_named_after_its_pod_in_the_trace() -> None:
    rig = Started(".:53 {\n forward . /etc/resolv.conf\n}")
    daemon = rig.components.start(COREDNS, rig.place("coredns-1"))
    answer = daemon.lookup(DnsQuestion("example.com.")) if daemon is not None else None
    names = [rig.components.pod_name("n1", pod) for pod in ("kube-system/coredns-1", "default/web")]
    assert (answer and answer.code.value, names) == ("NOERROR", ["coredns/coredns-1", "node/n1/pod/default/web"])


@pytest.mark.parametrize("repository", [KUBE_PROXY, COREDNS])
def test_a_wrong_configuration_ends_the_container(repository: str) -> None:
    rig = Started("mode: userspace")
    with pytest.raises(DaemonError):
        rig.components.start(repository, rig.place("p"))


def test_any_other_image_is_no_component() -> None:
    rig = Started()
    assert rig.components.start("nginx", rig.place("web")) is None


def answer_of(service: HostService | None, path: str, *, tls: bool) -> tuple[int, bytes] | None:
    found = service(PEER, HttpRequest(path=path, tls=tls)) if service is not None else None
    return (found.code, found.body[:21]) if found is not None else None


HOST_CASES: dict[str, tuple[str, int, str, bool, tuple[int, bytes] | None]] = {
    "the API server's health": ("n1", 6443, "/readyz?verbose", True, (200, b"ok")),
    "the API server to a stranger": ("n1", 6443, "/api", True, (403, b'{"kind": "Status", "a')),
    "the API server without TLS": ("n1", 6443, "/api", False, (400, b"Client sent an HTTP r")),
    "the scheduler's health": ("n1", 10259, "/livez", True, (200, b"ok")),
    "no API server on a worker": ("n2", 6443, "/livez", True, None),
    "a kubelet to a stranger": ("n2", 10250, "/pods", True, (401, b"Unauthorized")),
    "a kubelet's health": ("n2", 10248, "/healthz", False, (200, b"ok")),
    "another path there": ("n2", 10248, "/", False, (404, b"404 page not found\n")),
    "another port": ("n2", 80, "/", False, None),
    "a node that there is not": ("n9", 10250, "/", True, None),
}


@pytest.mark.parametrize(("node", "port", "path", "tls", "expected"), HOST_CASES.values(), ids=HOST_CASES.keys())
def test_what_listens_on_machines(node: str, port: int, path: str, tls: bool, expected: tuple[int, bytes] | None) -> None:
    room = Room("n1", "n2")
    machines = Machines(lambda: room.kubelets, room.disk, "n1")
    assert answer_of(machines.host_service(node, port), path, tls=tls) == expected


FRONTED: dict[str, tuple[str, bool, bool, tuple[int, bytes]]] = {
    "who asks is named": ("/api", True, True, (200, b"node/n2/pod/default/w")),
    "health is nobody's secret": ("/livez", True, True, (200, b"ok")),
    "without TLS": ("/api", False, True, (400, b"Client sent an HTTP r")),
    "without etcd": ("/api", True, False, (200, b"node/n2/pod/default/w")),
    "health without etcd": ("/livez", True, False, (500, b"[-]etcd failed: reaso")),
}


@pytest.mark.parametrize(("path", "tls", "has_etcd", "expected"), FRONTED.values(), ids=FRONTED.keys())
def test_the_api_server_answers_programs_in_the_cluster(path: str, tls: bool, has_etcd: bool, expected: tuple[int, bytes]) -> None:
    room, peer = Room("n1", "n2"), Peer("n2", "10.244.1.2", "default/web")
    is_up = (lambda component: True) if has_etcd else (lambda component: component != "etcd")
    machines = Machines(lambda: room.kubelets, room.disk, "n1", is_up=is_up, front=lambda source, _: HttpResponse(200, source.encode()))
    service = machines.host_service("n1", 6443)
    assert service is not None
    found = service(peer, HttpRequest(path=path, tls=tls))
    assert (found.code, found.body[:21]) == expected


@pytest.mark.parametrize(
    ("port", "believed"),
    [
        pytest.param(6443, [Trust.ANYBODY, Trust.CLUSTER], id="the API server's is of the cluster's authority"),
        pytest.param(10250, [Trust.ANYBODY], id="a kubelet's is self-signed"),
        pytest.param(10259, [Trust.ANYBODY], id="so is a scheduler's"),
    ],
)
def test_whose_certificates_are_shown(port: int, believed: list[Trust]) -> None:
    room, peer, found = Room("n1"), Peer("n1", "10.244.0.2", "default/web"), []
    service = Machines(lambda: room.kubelets, room.disk, "n1").host_service("n1", port)
    assert service is not None
    for trust in Trust:
        with suppress(NetworkError):
            service(peer, HttpRequest(path="/livez", tls=True, trust=trust))
            found.append(trust)
    assert found == believed


def test_machines_are_found_by_their_addresses_and_their_pods() -> None:
    room = Room("n1", "n2")
    machines = Machines(lambda: room.kubelets, room.disk, "n1")
    found = [machines.at(address) for address in ("192.168.0.11", "10.244.1.77", "10.244.9.9", "203.0.113.1")]
    assert [station and (station.name, station.ip, station.is_powered) for station in found] == [("n2", "192.168.0.11", True)] * 2 + [
        None
    ] * 2


def test_rules_are_lost_with_the_power() -> None:
    room = Room("n1")
    room.disk("n1").put("netfilter/services/default/web", {"lost": True})
    room.kubelets.stop_node("n1")
    dark = Machines(lambda: room.kubelets, room.disk, "n1").named("n1")
    kept = room.disk("n1").list("netfilter/")
    room.kubelets.start_node("n1")
    assert (dark is not None and dark.is_powered, len(kept), room.disk("n1").list("netfilter/")) == (False, 1, [])
