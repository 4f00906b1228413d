"""What a kubelet says of its node, and when."""

from __future__ import annotations

import pytest

from cluster.kubelet.lease import stagger
from cluster.kubelet.machine import Machine, internal_ip, node_object, pod_cidr
from cluster.kubelet.node_status import NodeState, changes_told, node_status, seconds_until_report
from cluster.machinery.cri import Image
from cluster.machinery.meta import Obj
from tests.unit.kubelet.builders import at

IP = "192.168.0.10"


def node(**status: object) -> Obj:
    return {"metadata": {"name": "n1"}, "spec": {}, "status": status}


def reported(now: float = 0) -> Obj:
    return node(**node_status(node(), IP, at(now)))


def without(obj: Obj, *names: str) -> Obj:
    return {**obj, "status": {key: value for key, value in obj["status"].items() if key not in names}}


def with_condition(obj: Obj, kind: str, status: str) -> Obj:
    conditions = [{**c, "status": status} if c["type"] == kind else c for c in obj["status"]["conditions"]]
    return {**obj, "status": {**obj["status"], "conditions": conditions}}


REPORTS = {
    "a Node without a status": (node(), 0),
    "one just reported": (reported(), 300),
    "one reported 100 s ago": (reported(-100), 200),
    "one reported long ago": (reported(-1000), 0),
    "somebody has set Ready to Unknown": (with_condition(reported(), "Ready", "Unknown"), 0),
    "somebody has set pressure": (with_condition(reported(), "DiskPressure", "True"), 0),
    "no capacity": (without(reported(), "capacity"), 0),
    "no addresses": (without(reported(), "addresses"), 0),
    "another machine's addresses": (node(**{**reported()["status"], "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}]}), 0),
    "no nodeInfo": (without(reported(), "nodeInfo"), 0),
    "no declared features": (without(reported(), "declaredFeatures"), 0),
}


IMAGES = tuple(Image(f"i{number}:1", f"i{number}@sha256:0", number) for number in range(60))
SAID = [{"names": [f"i{number}@sha256:0", f"i{number}:1"], "sizeBytes": number} for number in range(59, 9, -1)]


def test_a_status_names_the_fifty_largest_images_and_is_written_when_they_change() -> None:
    state = NodeState(images=IMAGES)
    status = node_status(node(), IP, at(0), state)
    again = [seconds_until_report(node(**status), IP, at(0), each) for each in (state, NodeState(images=IMAGES[10:]), NodeState())]
    assert (status["images"], again) == (SAID, [300, 300, 0])


@pytest.mark.parametrize(("obj", "expected"), REPORTS.values(), ids=REPORTS.keys())
def test_seconds_until_report(obj: Obj, expected: float) -> None:
    assert seconds_until_report(obj, IP, at(0)) == expected


WELL = ["NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID"]
TOLD: dict[str, tuple[Obj, Obj, list[str]]] = {
    "its first status is ready": (node(), reported(), [*WELL, "NodeReady"]),
    "its first status is not": (node(), with_condition(reported(), "Ready", "False"), WELL),
    "it is ready again": (with_condition(reported(), "Ready", "False"), reported(), ["NodeReady"]),
    "it was given up too early": (with_condition(reported(), "Ready", "Unknown"), reported(), ["NodeReady"]),
    "it is ready no more": (reported(), with_condition(reported(), "Ready", "False"), ["NodeNotReady"]),
    "nobody knew, and it is not ready": (
        with_condition(reported(), "Ready", "Unknown"),
        with_condition(reported(), "Ready", "False"),
        ["NodeNotReady"],
    ),
    "nobody knew of its memory": (with_condition(reported(), "MemoryPressure", "Unknown"), reported(), ["NodeHasSufficientMemory"]),
    "memory runs short": (reported(), with_condition(reported(), "MemoryPressure", "True"), ["NodeHasInsufficientMemory"]),
    "so does its disk": (reported(), with_condition(reported(), "DiskPressure", "True"), ["NodeHasDiskPressure"]),
    "so do processes": (reported(), with_condition(reported(), "PIDPressure", "True"), ["NodeHasInsufficientPID"]),
    "it stays as it is": (reported(), reported(), []),
}


@pytest.mark.parametrize(("before", "after", "reasons"), TOLD.values(), ids=TOLD.keys())
def test_what_is_told_of_conditions(before: Obj, after: Obj, reasons: list[str]) -> None:
    assert changes_told(before, after) == reasons


def test_a_given_capacity_stays_and_transitions_keep_their_time() -> None:
    before = reported(-60)
    before["status"]["capacity"] = {"cpu": "2"}
    del before["status"]["allocatable"]
    status = node_status(with_condition(before, "Ready", "Unknown"), IP, at(0))
    since = {c["type"]: (c["status"], c["lastHeartbeatTime"], c["lastTransitionTime"]) for c in status["conditions"]}
    assert (status["capacity"], status["allocatable"]) == ({"cpu": "2"}, {"cpu": "2"})
    assert since == {
        "MemoryPressure": ("False", "2026-01-01T00:00:00Z", "2025-12-31T23:59:00Z"),
        "DiskPressure": ("False", "2026-01-01T00:00:00Z", "2025-12-31T23:59:00Z"),
        "PIDPressure": ("False", "2026-01-01T00:00:00Z", "2025-12-31T23:59:00Z"),
        "Ready": ("True", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
    }


ADDRESSES = [
    (0, "192.168.0.10", "10.244.0.0/24"),
    (3, "192.168.0.13", "10.244.3.0/24"),
    (240, "192.168.1.10", "10.244.240.0/24"),
    (256, "192.168.1.26", "10.245.0.0/24"),
    (3071, "192.168.12.201", "10.255.255.0/24"),
    (3072, "192.168.12.202", "10.0.0.0/24"),
    (4999, "192.168.20.209", "10.7.135.0/24"),
]


@pytest.mark.parametrize(("index", "address", "cidr"), ADDRESSES)
def test_addresses_of_machines(index: int, address: str, cidr: str) -> None:
    assert (internal_ip(index), pod_cidr(index)) == (address, cidr)


def test_5000_machines_share_no_address() -> None:
    assert len({internal_ip(index) for index in range(5000)} | {pod_cidr(index) for index in range(5000)}) == 10_000


def test_renewals_are_spread_over_ten_seconds() -> None:
    moments = [stagger(f"node-{number}") for number in range(1000)]
    buckets = [sum(1 for moment in moments if second < moment <= second + 1) for second in range(10)]
    assert sum(buckets) == 1000
    assert min(buckets) > 50


def test_a_registered_node() -> None:
    taint = {"key": "k", "effect": "NoSchedule"}
    made = node_object(Machine("n1", cpu="2", memory="4Gi", labels={"zone": "a"}, taints=(taint,)), 1)
    resources = {"cpu": "2", "ephemeral-storage": "100Gi", "memory": "4Gi", "pods": "110"}
    assert made == {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": "n1",
            "labels": {
                "beta.kubernetes.io/arch": "amd64",
                "beta.kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "kubernetes.io/hostname": "n1",
                "kubernetes.io/os": "linux",
                "node.kubernetes.io/instance-type": "podium",
                "zone": "a",
            },
        },
        "spec": {"podCIDR": "10.244.1.0/24", "podCIDRs": ["10.244.1.0/24"], "taints": [taint]},
        "status": {"capacity": resources, "allocatable": resources},
    }
