"""What a program in a pod asks, on a whole cluster: every hop of the way is caused by the one before it."""

from __future__ import annotations

import re

import pytest

from cluster.apiserver.request import Request
from cluster.engine.engine import Engine
from cluster.engine.trace import Hop
from cluster.machinery.kinds.core import PODS, SERVICES
from cluster.machinery.meta import Obj, after
from cluster.runner.assembly import Assembly
from cluster.runner.bootstrap import create_cluster
from tests.unit.runner.test_determinism import ADMIN, BEGIN

pytestmark = pytest.mark.django_db

BEGINS, ENDS = 25, 45
"""Simulated seconds between which the box asks."""
NAME = "web.default.svc.cluster.local"


def pod(name: str, node: str, container: Obj) -> Obj:
    metadata = {"name": name, "namespace": "default", "labels": {"app": name}}
    spec = {"nodeName": node, "containers": [{"name": "c", **container}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


WEB = pod("web", "worker-2", {"image": "nginx"})
BOX = pod("box", "worker-1", {"image": "busybox", "command": ["sh", "-c", f"sleep 30; wget -qO- http://{NAME}."]})
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}], "clusterIP": "10.96.7.7"},
}


def started(cluster_id: int) -> tuple[Assembly, Engine]:
    assembly = Assembly(cluster_id)
    with assembly.store.transaction():
        return assembly, assembly.start_loops()


def played(*, is_restarted: bool) -> dict[int, Hop]:
    """Let the box ask; return the hops of that time by their numbers. ``is_restarted``: by then another process runs the cluster."""
    cluster_id = create_cluster("way", seed=1, workers=2, now=BEGIN).pk
    assembly, engine = started(cluster_id)
    for resource, body in ((PODS, WEB), (SERVICES, SERVICE), (PODS, BOX)):
        assembly.api.serve(Request("create", resource, "kubectl", ADMIN, "default", body=body))
    with assembly.store.transaction():
        engine.run_until(after(BEGIN, BEGINS))
    if is_restarted:
        assembly, engine = started(cluster_id)
    before = assembly.store.hop_seq
    with assembly.store.transaction():
        engine.run_until(after(BEGIN, ENDS))
    return {hop.seq: hop for hop in assembly.rows.hops(before, assembly.store.hop_seq)}


def way_to(last: Hop, hops: dict[int, Hop]) -> list[tuple[str, str, str, str]]:
    """Return source, target, verb and outcome of a hop and of all that caused it, in order."""
    found = [last]
    while found[0].cause in hops:
        found.insert(0, hops[found[0].cause])
    return [(plain(hop.source), plain(hop.target), hop.verb, plain(hop.outcome)) for hop in found]


def plain(text: str) -> str:
    return re.sub(r"coredns/coredns-\S+", "coredns", re.sub(r"10\.244\.0\.\d+", "DNS", text))


@pytest.mark.parametrize("is_restarted", [pytest.param(False, id="in one run"), pytest.param(True, id="by another process")])
def test_every_hop_is_caused_by_the_one_before_it(is_restarted: bool) -> None:
    hops = played(is_restarted=is_restarted)
    box, rules = "node/worker-1/pod/default/box", "node/worker-1/netfilter"
    replies = [hop for hop in hops.values() if hop.verb == "reply" and hop.target == box]
    ways = {reply.key: way_to(reply, hops) for reply in replies}
    assert ways == {
        f"{NAME}.": [
            (box, rules, "UDP", "DNS:53"),
            (rules, "node/control-plane-1/cni", "UDP", "DNS:53"),
            ("node/control-plane-1/cni", "coredns", "A", ""),
            ("coredns", box, "reply", "NOERROR 10.96.7.7"),
        ],
        "pods/default/web": [
            (box, rules, "TCP", "10.244.2.2:80"),
            (rules, "node/worker-2/cni", "TCP", "10.244.2.2:80"),
            ("node/worker-2/cni", "node/worker-2/pod/default/web", "GET", ""),
            ("node/worker-2/pod/default/web", box, "reply", "200"),
        ],
    }
