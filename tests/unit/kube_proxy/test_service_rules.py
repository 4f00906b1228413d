"""Which rules follow from a Service, and what kube-proxy's configuration says."""

from __future__ import annotations

import pytest

from cluster.kube_proxy.config import Config, ConfigError, parse_config
from cluster.kube_proxy.service_rules import service_rules
from cluster.machinery.meta import Obj
from cluster.machinery.netfilter.rules import ProxyMode, ServiceRule

PORT: Obj = {"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}
SLICE: Obj = {
    "addressType": "IPv4",
    "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}, {"name": "", "port": 9090, "protocol": "UDP"}],
    "endpoints": [{"addresses": ["10.244.1.2"], "nodeName": "n1"}, {"addresses": ["10.244.2.2"], "nodeName": "n2"}],
}


def service(*ports: Obj, labels: dict[str, str] | None = None, ingress: tuple[Obj, ...] = (), **spec: object) -> Obj:
    return {
        "metadata": {"namespace": "default", "name": "web", "labels": labels or {}},
        "spec": {"type": "ClusterIP", "clusterIP": "10.96.1.1", "ports": list(ports or (PORT,)), **spec},
        "status": {"loadBalancer": {"ingress": list(ingress)}},
    }


def rule(name: str = "default/web:http", protocol: str = "TCP", port: int = 80, target: int = 8080, **fields: object) -> ServiceRule:
    cluster, local = (f"10.244.1.2:{target}", f"10.244.2.2:{target}"), (f"10.244.1.2:{target}",)
    return ServiceRule(name, protocol, ProxyMode.NFTABLES, "10.96.1.1", port, cluster, local, True, **fields)  # type: ignore[arg-type]


VIP, PROXIED = {"ip": "203.0.113.5"}, {"ip": "203.0.113.6", "ipMode": "Proxy"}
CASES: dict[str, tuple[Obj, list[ServiceRule]]] = {
    "a cluster IP": (service(), [rule()]),
    "several ports, one without a name": (
        service(PORT, {"port": 90, "protocol": "UDP"}),
        [rule(), rule("default/web", "UDP", 90, 9090)],
    ),
    "a node port": (service({**PORT, "nodePort": 30080}, type="NodePort"), [rule(node_port=30080)]),
    "external addresses": (service(externalIPs=["198.51.100.1"]), [rule(external_ips=("198.51.100.1",))]),
    "a load balancer, but for addresses it keeps to itself": (
        service(type="LoadBalancer", ingress=(VIP, PROXIED, {"hostname": "lb.example.com"})),
        [rule(external_ips=("203.0.113.5",))],
    ),
    "traffic that must stay on its node": (
        service(internalTrafficPolicy="Local", externalTrafficPolicy="Local"),
        [rule(is_internal_local=True, is_external_local=True)],
    ),
    "clients that stay where they were": (
        service(sessionAffinity="ClientIP", sessionAffinityConfig={"clientIP": {"timeoutSeconds": 60}}),
        [rule(affinity_seconds=60)],
    ),
    "clients that stay for three hours": (service(sessionAffinity="ClientIP"), [rule(affinity_seconds=10800)]),
    "headless: none": (service(clusterIP="None"), []),
    "only a name: none": (service(type="ExternalName", externalName="example.com"), []),
    "another proxy's: none": (service(labels={"service.kubernetes.io/service-proxy-name": "other"}), []),
}


@pytest.mark.parametrize(("obj", "expected"), CASES.values(), ids=CASES.keys())
def test_service_rules(obj: Obj, expected: list[ServiceRule]) -> None:
    assert service_rules(obj, [SLICE], "n1", "z1", ProxyMode.NFTABLES) == expected


CONFIGS = {
    "kubeadm's, which leaves everything open": ('mode: ""\niptables:\n  minSyncPeriod: 0s\n', Config(ProxyMode.IPTABLES, 1.0)),
    "ipvs": ("mode: ipvs", Config(ProxyMode.IPVS, 1.0)),
    "a time of its own mode": ("mode: nftables\nnftables: {minSyncPeriod: 1m30s}\n", Config(ProxyMode.NFTABLES, 90.0)),
    "a time of another mode": ("mode: nftables\niptables: {minSyncPeriod: 5s}\n", Config(ProxyMode.NFTABLES, 1.0)),
}


@pytest.mark.parametrize(("text", "expected"), CONFIGS.values(), ids=CONFIGS.keys())
def test_parse_config(text: str, expected: Config) -> None:
    assert parse_config(text) == expected


def test_an_unknown_mode_ends_kube_proxy() -> None:
    with pytest.raises(ConfigError) as refusal:
        parse_config("mode: userspace")
    assert str(refusal.value) == (
        'failed validate: KubeProxyConfiguration.mode: Invalid value: "userspace": must be iptables,ipvs,nftables or blank '
        "(blank means the best-available proxy [currently iptables])"
    )
