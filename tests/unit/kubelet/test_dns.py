"""What a pod's resolv.conf says."""

from __future__ import annotations

import pytest

from cluster.kubelet.cri_config import pod_hostname
from cluster.kubelet.dns import NODE, pod_dns
from cluster.machinery.cri import DnsConfig
from cluster.machinery.meta import Obj
from tests.unit.kubelet.builders import pod

SEARCHES = ("default.svc.cluster.local", "svc.cluster.local", "cluster.local")
CLUSTER = DnsConfig(("10.96.0.10",), SEARCHES, ("ndots:5",))
OWN: Obj = {"nameservers": ["1.1.1.1"], "searches": ["corp.example"], "options": [{"name": "ndots", "value": "2"}, {"name": "edns0"}]}

CASES: dict[str, tuple[Obj, DnsConfig]] = {
    "ClusterFirst": ({"dnsPolicy": "ClusterFirst"}, CLUSTER),
    "ClusterFirst on the host's network is Default": ({"dnsPolicy": "ClusterFirst", "hostNetwork": True}, NODE),
    "ClusterFirstWithHostNet": ({"dnsPolicy": "ClusterFirstWithHostNet", "hostNetwork": True}, CLUSTER),
    "Default": ({"dnsPolicy": "Default"}, NODE),
    "None": ({"dnsPolicy": "None", "dnsConfig": OWN}, DnsConfig(("1.1.1.1",), ("corp.example",), ("ndots:2", "edns0"))),
    "its own beside the cluster's": (
        {"dnsPolicy": "ClusterFirst", "dnsConfig": OWN},
        DnsConfig(("10.96.0.10", "1.1.1.1"), (*SEARCHES, "corp.example"), ("ndots:2", "edns0")),
    ),
}


@pytest.mark.parametrize(("spec", "expected"), CASES.values(), ids=CASES.keys())
def test_pod_dns(spec: Obj, expected: DnsConfig) -> None:
    assert pod_dns(pod(**spec)) == expected


HOSTNAMES: dict[str, tuple[Obj, str]] = {
    "the pod's name": ({}, "web"),
    "its hostname": ({"hostname": "front"}, "front"),
    "its full name": ({"hostname": "front", "subdomain": "sites", "setHostnameAsFQDN": True}, "front.sites.default.svc.cluster.local"),
}


@pytest.mark.parametrize(("spec", "expected"), HOSTNAMES.values(), ids=HOSTNAMES.keys())
def test_pod_hostname(spec: Obj, expected: str) -> None:
    assert pod_hostname(pod(**spec)) == expected
