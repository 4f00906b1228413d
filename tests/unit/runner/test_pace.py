"""How long each hop is on the screen."""

from __future__ import annotations

import pytest

from cluster.client.informer import NO_WORK
from cluster.engine.trace import Hop
from cluster.machinery.meta import SimTime
from cluster.runner.pace import duration_ms, is_quiet

API, RS, KUBELET = "kube-apiserver", "kube-controller-manager/replicaset", "node/worker-1/kubelet"
POD = "node/worker-1/pod/default/"


def hop(source: str, target: str, verb: str, key: str, outcome: str = "", *, is_routine: bool = False) -> Hop:
    return Hop(1, SimTime(0), 1, 0, source, target, verb, key, outcome=outcome, is_routine=is_routine)


HOPS = {
    "a controller creates a pod": (hop(RS, API, "POST", "pods/default/web"), 900),
    "a stage of that request": (hop(API, f"{API}/admission", "admission", "pods/default/web"), 200),
    "it is written": (hop(API, "etcd", "put", "/registry/pods/default/web"), 900),
    "it is answered": (hop(API, RS, "reply", "pods/default/web", "201 Created"), 200),
    "a DNS server answers a pod": (hop("coredns/coredns-1", f"{POD}client", "reply", "web.default.svc.cluster.local."), 900),
    "a pod answers a pod": (hop(f"{POD}web", f"{POD}client", "reply", "pods/default/web", "200"), 900),
    "the scheduler hears of it": (hop(API, "kube-scheduler", "ADDED", "pods/default/web"), 900),
    "the scheduler filters": (hop("kube-scheduler", "kube-scheduler/filter", "filter", "pods/default/web"), 900),
    "the kubelet starts a container": (hop(KUBELET, "node/worker-1/containerd", "StartContainer", "pods/default/web"), 900),
    "the kubelet reports a pod's status": (hop(KUBELET, API, "PATCH", "pods/default/web/status"), 900),
    "a node is cordoned": (hop("kubectl", API, "PATCH", "nodes/worker-1"), 900),
    "an event that gave nobody work": (hop(API, "kube-scheduler", "MODIFIED", "pods/default/web", NO_WORK), 0),
    "a lease is renewed": (hop(KUBELET, API, "PUT", "leases/kube-node-lease/worker-1"), 0),
    "a lease is written": (hop(API, "etcd", "put", "/registry/leases/kube-node-lease/worker-1"), 0),
    "a node's heartbeat": (hop(KUBELET, API, "PATCH", "nodes/worker-1/status", is_routine=True), 0),
    "an Event object is created": (hop(RS, API, "POST", "events/default/web.1"), 0),
    "somebody lists": (hop("kubectl", API, "LIST", "pods", is_routine=True), 0),
    "a stage of that": (hop(API, f"{API}/authentication", "authentication", "pods", "admin", is_routine=True), 0),
    "etcd is asked": (hop(API, "etcd", "list", "/registry/pods/", is_routine=True), 0),
    "it is answered with what was found": (hop(API, "kubectl", "reply", "pods", "200 OK", is_routine=True), 0),
}


@pytest.mark.parametrize(("shown", "ms"), HOPS.values(), ids=HOPS.keys())
def test_a_hop_is_on_the_screen_as_long_as_it_deserves(shown: Hop, ms: int) -> None:
    assert (duration_ms(shown), is_quiet(shown)) == (ms, ms == 0)
