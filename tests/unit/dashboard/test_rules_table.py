"""A node's rules at work: what the inspector shows of a packet that met them."""

from __future__ import annotations

import asyncio

from cluster.engine.trace import Hop
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.meta import Obj, SimTime
from dashboard.inspector import inspect_hop
from dashboard.rules_table import rules_of, table
from tests.unit.dashboard.fake_host import FakeHost

DETAIL: Obj = {
    "to": "10.96.1.1:80",
    "way": "cluster IP",
    "chains": ["PREROUTING", "KUBE-SERVICES", "KUBE-SVC-A", "KUBE-SEP-B"],
    "choice": "drawn",
    "isLocal": False,
    "endpoints": ["10.244.1.2:80", "10.244.2.2:80"],
}


def endpoint(address: str, pod: str, node: str, **conditions: bool) -> Obj:
    return {
        "addresses": [address],
        "nodeName": node,
        "targetRef": {"kind": "Pod", "name": pod},
        "conditions": {"ready": True, **conditions},
    }


def row(address: str, pod: str, node: str, why: str = "", *, chosen: bool = False) -> Obj:
    return {"address": address, "pod": pod, "node": node, "chosen": chosen, "why": why}


def test_every_endpoint_is_shown_with_what_speaks_against_it() -> None:
    endpoints = [
        endpoint("10.244.2.2", "web-b", "n2"),
        endpoint("10.244.2.3", "web-c", "n2", ready=False),
        endpoint("10.244.2.4", "web-d", "n2", ready=False, serving=True, terminating=True),
        endpoint("10.244.2.5", "web-e", "n2"),
    ]
    assert table(DETAIL, "10.244.2.2:80", endpoints, "n1") == {
        "to": "10.96.1.1:80",
        "way": "cluster IP",
        "chains": ["PREROUTING", "KUBE-SERVICES", "KUBE-SVC-A", "KUBE-SEP-B"],
        "choice": "drawn",
        "endpoints": [
            row("10.244.1.2:80", "", "", "gone"),
            row("10.244.2.2:80", "web-b", "n2", chosen=True),
            row("10.244.2.3", "web-c", "n2", "not-ready"),
            row("10.244.2.4", "web-d", "n2", "terminating"),
            row("10.244.2.5", "web-e", "n2", "not-written"),
        ],
        "left": 0,
    }


def test_where_only_the_nodes_own_count_the_others_are_elsewhere() -> None:
    shown = table({**DETAIL, "isLocal": True, "endpoints": []}, "error: i/o timeout", [endpoint("10.244.2.2", "web-b", "n2")], "n1")
    assert shown["endpoints"] == [row("10.244.2.2", "web-b", "n2", "elsewhere")]


def test_of_a_large_service_the_first_endpoints_are_shown_and_the_others_counted() -> None:
    shown = table({**DETAIL, "endpoints": [f"10.244.1.{number}:80" for number in range(60)]}, "10.244.1.0:80", [], "n1")
    assert (len(shown["endpoints"]), shown["left"]) == (50, 10)


def test_the_inspector_reads_the_slices_of_the_service_as_they_were() -> None:
    host = FakeHost()
    for service, address in (("web", "10.244.2.2"), ("other", "10.244.2.9")):
        meta = {"name": f"{service}-1", "namespace": "default", "labels": {"kubernetes.io/service-name": service}}
        key = ENDPOINTSLICES.storage_key("default", meta["name"])
        host.write(key, {"metadata": meta, "endpoints": [endpoint(address, f"{service}-a", "n2")]})
    place = ("node/n1/pod/default/client", "node/n1/netfilter", "TCP", "services/default/web")
    hop = Hop(host.position.seq, SimTime(0), 1, 0, *place, outcome="10.244.2.2:80", detail={**DETAIL, "endpoints": ["10.244.2.2:80"]})
    assert asyncio.run(inspect_hop(host, hop))["rules"] == {
        **{name: DETAIL[name] for name in ("to", "way", "chains", "choice")},
        "endpoints": [row("10.244.2.2:80", "web-a", "n2", chosen=True)],
        "left": 0,
    }


def test_another_hop_has_no_rules() -> None:
    hop = Hop(1, SimTime(0), 1, 0, "node/n1/kube-proxy", "node/n1/netfilter", "sync", "services/default/web", detail={"services": []})
    assert asyncio.run(rules_of(FakeHost(), hop)) is None
