"""kube-proxy on a node, against a real API server: what it writes, when, and what it leaves behind."""

from __future__ import annotations

import pytest

from cluster.apiserver.request import User
from cluster.kube_proxy.config import Config
from cluster.kube_proxy.kube_proxy import HEALTHZ_PORT, METRICS_PORT, KubeProxy
from cluster.machinery.kinds.core import EVENTS, NODES, SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.meta import Obj
from cluster.machinery.netfilter.rules import read_rules
from cluster.machinery.network import HttpRequest
from tests.unit.apiserver.rig import Rig
from tests.unit.node_room import Disk

USER = User("system:kube-proxy", ("system:authenticated",))


class Proxied(Rig):
    """A node ``n1`` with a Service ``web`` and a kube-proxy."""

    def __init__(self) -> None:
        super().__init__()
        self.disk = Disk()
        self.admin.create(NODES, {"metadata": {"name": "n1", "labels": {"topology.kubernetes.io/zone": "z1"}}})
        self.admin.create(SERVICES, {"metadata": {"name": "web", "namespace": "default"}, "spec": {"ports": [{"port": 80}]}})
        self.admin.create(ENDPOINTSLICES, endpoint_slice("10.244.1.2"))
        self.proxy = self.started()

    def started(self) -> KubeProxy:
        proxy = KubeProxy(self.client("node/n1/kube-proxy", USER), self.engine, self.disk, "n1", Config())
        proxy.start()
        self.run()
        return proxy

    def endpoints(self) -> dict[str, tuple[str, ...]]:
        return {rule.name: rule.cluster for rule in read_rules(self.disk)}

    def scale(self, *addresses: str) -> None:
        self.admin.update(ENDPOINTSLICES, endpoint_slice(*addresses))
        self.run()

    def syncs(self) -> list[tuple[str, str, str]]:
        return [(hop.source, hop.key, hop.outcome) for hop in self.hops() if hop.target == "node/n1/netfilter"]


def endpoint_slice(*addresses: str) -> Obj:
    return {
        "metadata": {"name": "web-1", "namespace": "default", "labels": {"kubernetes.io/service-name": "web"}},
        "addressType": "IPv4",
        "ports": [{"name": "", "port": 8080, "protocol": "TCP"}],
        "endpoints": [{"addresses": [address], "nodeName": "n1", "conditions": {"ready": True}} for address in addresses],
    }


SYNC = ("node/n1/kube-proxy", "services/default/web", "services: 1")


@pytest.mark.parametrize(("is_new", "births"), [(True, 1), (False, 0)], ids=["it begins", "it is found running"])
def test_its_birth_is_told(is_new: bool, births: int) -> None:
    rig = Proxied()
    before = len(rig.admin.list(EVENTS))
    again = KubeProxy(rig.client("node/n1/kube-proxy", USER), rig.engine, rig.disk, "n1", Config(), is_new=is_new)
    again.start()
    rig.run()
    found = [(e["involvedObject"], e["reason"], e["source"]["component"]) for e in rig.admin.list(EVENTS)[before:]]
    assert found == [({"kind": "Node", "name": "n1", "uid": "n1"}, "Starting", "kube-proxy")] * births


def test_rules_follow_endpoints() -> None:
    rig = Proxied()
    first = rig.endpoints()
    rig.run(2)
    rig.scale("10.244.1.2", "10.244.2.2")
    assert (first, rig.endpoints(), rig.syncs()) == (
        {"default/web": ("10.244.1.2:8080",)},
        {"default/web": ("10.244.1.2:8080", "10.244.2.2:8080")},
        [SYNC, SYNC],
    )


def test_changes_within_a_second_are_one_sync() -> None:
    rig = Proxied()
    rig.run(2)
    seen = []
    for count in range(2, 5):
        rig.scale(*(f"10.244.1.{last}" for last in range(2, 2 + count)))
        rig.run(0.2)
        seen.append(len(rig.endpoints()["default/web"]))
    rig.run(1)
    assert (seen, len(rig.endpoints()["default/web"]), rig.syncs()) == ([2, 2, 2], 4, [SYNC, SYNC, SYNC])


def test_a_change_that_changes_no_rule_writes_nothing() -> None:
    rig = Proxied()
    rig.run(2)
    writes = rig.disk.writes
    service = rig.admin.get(SERVICES, "web", "default")
    service["metadata"]["labels"] = {"seen": "yes"}
    rig.admin.update(SERVICES, service)
    rig.run(2)
    assert (rig.disk.writes, rig.syncs()) == (writes, [SYNC])


def test_rules_of_a_deleted_service_go() -> None:
    rig = Proxied()
    rig.run(2)
    rig.admin.delete(SERVICES, "web", "default")
    rig.run(2)
    assert rig.endpoints() == {}


def test_without_kube_proxy_rules_grow_old_and_its_next_start_puts_them_right() -> None:
    rig = Proxied()
    rig.proxy.stop()
    rig.scale("10.244.9.9")
    rig.admin.create(SERVICES, {"metadata": {"name": "late", "namespace": "default"}, "spec": {"ports": [{"port": 80}]}})
    rig.run(60)
    stale = rig.endpoints()
    rig.started()
    assert (stale, rig.endpoints()) == ({"default/web": ("10.244.1.2:8080",)}, {"default/late": (), "default/web": ("10.244.9.9:8080",)})


def test_a_start_that_finds_everything_right_writes_nothing() -> None:
    rig = Proxied()
    rig.proxy.stop()
    writes = rig.disk.writes
    rig.started()
    assert rig.disk.writes == writes


def test_health_and_metrics_ports() -> None:
    rig = Proxied()
    asked = [
        (HEALTHZ_PORT, "/healthz"),
        (HEALTHZ_PORT, "/livez?verbose"),
        (HEALTHZ_PORT, "/"),
        (METRICS_PORT, "/proxyMode"),
        (METRICS_PORT, "/x"),
    ]
    answers = [rig.proxy.http(port, HttpRequest(path=path)) for port, path in asked]
    moment = '{"lastUpdated": "2026-01-01T00:00:00Z", "currentTime": "2026-01-01T00:00:00Z"'
    assert (rig.proxy.ports(), [(answer.code, answer.body.decode()) for answer in answers]) == (
        (10256, 10249),
        [
            (200, f'{moment}, "nodeEligible": true}}'),
            (200, f"{moment}}}"),
            (404, "404 page not found\n"),
            (200, "iptables"),
            (404, "404 page not found\n"),
        ],
    )
