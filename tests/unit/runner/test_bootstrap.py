"""What a new cluster has when it is handed over."""

from __future__ import annotations

import re

import pytest

from cluster.machinery.meta import SimTime
from cluster.models import Cluster, Node
from cluster.runner.assembly import Assembly
from cluster.runner.bootstrap import create_cluster
from cluster.runner.machines import CONTROL_PLANE

pytestmark = pytest.mark.django_db

NOW = SimTime(1_767_225_600_000_000)


@pytest.fixture
def assembly() -> Assembly:
    return Assembly(create_cluster("demo", seed=7, workers=2, now=NOW).pk)


def test_its_nodes_are_ready_and_the_control_plane_is_tainted(assembly: Assembly) -> None:
    nodes = [kv.obj for kv in assembly.store.list("/registry/minions/").items]
    found = {
        node["metadata"]["name"]: (
            next(c["status"] for c in node["status"]["conditions"] if c["type"] == "Ready"),
            node["spec"].get("taints"),
            CONTROL_PLANE in node["metadata"]["labels"],
        )
        for node in nodes
    }
    assert found == {
        "control-plane-1": ("True", [{"key": CONTROL_PLANE, "effect": "NoSchedule"}], True),
        "worker-1": ("True", None, False),
        "worker-2": ("True", None, False),
    }
    assert sorted(Node.objects.values_list("name", flat=True)) == ["control-plane-1", "worker-1", "worker-2"]


def test_it_has_the_namespaces_that_every_cluster_has(assembly: Assembly) -> None:
    names = [kv.obj["metadata"]["name"] for kv in assembly.store.list("/registry/namespaces/").items]
    assert names == ["default", "kube-node-lease", "kube-public", "kube-system"]


def test_the_api_server_is_a_service_on_the_control_plane(assembly: Assembly) -> None:
    keys = ("services/specs", "services/endpoints", "endpointslices")
    service, endpoints, endpoint_slice = (assembly.store.get(f"/registry/{key}/default/kubernetes") for key in keys)
    assert service is not None
    assert endpoints is not None
    assert endpoint_slice is not None
    (subset,) = endpoints.obj["subsets"]
    spec = service.obj["spec"]
    assert (spec["clusterIP"], spec["ports"][0]["port"], spec["ports"][0]["targetPort"], spec.get("selector")) == (
        "10.96.0.1",
        443,
        6443,
        None,
    )
    assert (subset["addresses"], subset["ports"]) == ([{"ip": "192.168.0.10"}], [{"name": "https", "port": 6443, "protocol": "TCP"}])
    assert endpoint_slice.obj["endpoints"] == [{"addresses": ["192.168.0.10"], "conditions": {"ready": True}}]


def test_it_is_handed_over_at_the_moment_that_was_asked_for(assembly: Assembly) -> None:
    row = Cluster.objects.get()
    assert (row.now, assembly.clock.now, row.lease_epoch, row.revision > 0, row.hop_seq > row.revision) == (NOW, NOW, 0, True, True)


def pods(assembly: Assembly) -> dict[str, tuple[str, str]]:
    """Return node and readiness of every pod, by its name without what was generated."""
    found = {}
    for kv in assembly.store.list("/registry/pods/").items:
        node = kv.obj["spec"]["nodeName"]
        name = re.sub(r"(-[a-z0-9]{9,10})?-[a-z0-9]{5}$", "", kv.obj["metadata"]["name"])
        ready = next(c["status"] for c in kv.obj["status"]["conditions"] if c["type"] == "Ready")
        found[f"{name.removesuffix(f'-{node}')} {node}"] = (kv.obj["status"]["phase"], ready)
    return found


def test_its_own_pods_run_when_it_is_handed_over(assembly: Assembly) -> None:
    names = ["coredns", "etcd", "kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler"]
    workers = ["kube-proxy worker-1", "kube-proxy worker-2", "metrics-server worker-1"]
    expected = [*(f"{name} control-plane-1" for name in names), *workers]
    assert pods(assembly) == dict.fromkeys(expected, ("Running", "True"))


def test_both_replicas_of_coredns_run_on_the_machine_that_was_there_first(assembly: Assembly) -> None:
    found = [kv.obj for kv in assembly.store.list("/registry/pods/kube-system/coredns-").items]
    assert [pod["spec"]["nodeName"] for pod in found] == ["control-plane-1"] * 2


def test_without_add_ons_it_is_bare() -> None:
    assembly = Assembly(create_cluster("bare", seed=7, workers=2, now=NOW, addons=False).pk)
    assert (pods(assembly), len(assembly.store.list("/registry/minions/").items)) == ({}, 3)
