"""Endpoints that people write, and the slices that mirror them."""

from __future__ import annotations

import pytest

from cluster.controller_manager.endpointslicemirroring.mirror import (
    LAST_APPLIED,
    LEADER,
    MAX_ADDRESSES,
    NAME,
    SKIP,
    desired_groups,
    should_mirror,
)
from cluster.machinery.kinds.core import ENDPOINTS, SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.meta import Obj
from tests.unit.controller_manager.cluster_rig import NAMESPACE, STARTING, ControlledRig

SUBSET: Obj = {"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80, "protocol": "TCP"}]}
PORT: Obj = {"name": "", "port": 80, "protocol": "TCP"}
MIRRORS: dict[str, tuple[Obj, bool]] = {
    "plain Endpoints": ({}, True),
    "Endpoints that say no": ({"labels": {SKIP: "true"}}, False),
    "a lock of older days": ({"annotations": {LEADER: "{}"}}, False),
}


@pytest.mark.parametrize(("meta", "does"), MIRRORS.values(), ids=MIRRORS.keys())
def test_which_endpoints_are_mirrored(meta: Obj, does: bool) -> None:
    assert should_mirror({"metadata": meta}) is does


def endpoint(ip: str, ready: bool = True, **fields: object) -> Obj:
    """Return the endpoint of an address."""
    return {"addresses": [ip], "conditions": {"ready": ready}, **fields}


GROUPS: dict[str, tuple[list[Obj], list[tuple[str, list[Obj], list[Obj]]]]] = {
    "an address": ([SUBSET], [("IPv4", [PORT], [endpoint("10.0.0.1")])]),
    "an address that is not ready": (
        [{"notReadyAddresses": [{"ip": "10.0.0.1", "hostname": "h", "nodeName": "n"}]}],
        [("IPv4", [], [endpoint("10.0.0.1", ready=False, hostname="h", nodeName="n")])],
    ),
    "both families": (
        [{"addresses": [{"ip": "10.0.0.1"}, {"ip": "2001:db8::1"}]}],
        [("IPv4", [], [endpoint("10.0.0.1")]), ("IPv6", [], [endpoint("2001:db8::1")])],
    ),
    "two subsets with the same ports": (
        [SUBSET, {**SUBSET, "addresses": [{"ip": "10.0.0.2"}]}],
        [("IPv4", [PORT], [endpoint("10.0.0.1"), endpoint("10.0.0.2")])],
    ),
    "nothing": ([], []),
}


@pytest.mark.parametrize(("subsets", "groups"), GROUPS.values(), ids=GROUPS.keys())
def test_what_the_slices_hold(subsets: list[Obj], groups: list[tuple[str, list[Obj], list[Obj]]]) -> None:
    found, _ = desired_groups({"subsets": subsets})
    assert [(group.address_type, group.ports, group.endpoints) for group in found] == groups


def test_too_many_addresses_are_counted_and_left_out() -> None:
    addresses = [{"ip": f"10.0.{number // 250}.{number % 250 + 1}"} for number in range(MAX_ADDRESSES + 3)]
    (group,), skipped = desired_groups({"subsets": [{"addresses": addresses}]})
    assert (len(group.endpoints), skipped) == (MAX_ADDRESSES, 3)


def rig(**spec: object) -> ControlledRig:
    """Return a cluster with a Service and Endpoints that somebody wrote for it."""
    made = ControlledRig()
    made.admin.create(SERVICES, {"metadata": {"name": "db", "namespace": NAMESPACE}, "spec": {"ports": [{"port": 80}], **spec}})
    meta = {"name": "db", "namespace": NAMESPACE, "labels": {"a": "b"}, "annotations": {"note": "n", LAST_APPLIED: "{}"}}
    made.admin.create(ENDPOINTS, {"metadata": meta, "subsets": [SUBSET]})
    made.run(STARTING)
    return made


def mirrored(made: ControlledRig) -> list[Obj]:
    """Return the slices that mirror the Endpoints."""
    return made.admin.list(ENDPOINTSLICES, NAMESPACE, label_selector=f"endpointslice.kubernetes.io/managed-by={NAME}")


def test_a_slice_looks_like_its_endpoints_and_belongs_to_them() -> None:
    made = rig()
    (found,) = mirrored(made)
    meta = found["metadata"]
    owner = made.admin.get(ENDPOINTS, "db", NAMESPACE)["metadata"]["uid"]
    assert (meta["labels"], meta["annotations"], meta["ownerReferences"][0]["uid"]) == (
        {"a": "b", "kubernetes.io/service-name": "db", "endpointslice.kubernetes.io/managed-by": NAME},
        {"note": "n"},
        owner,
    )
    assert (found["addressType"], found["endpoints"], found["ports"]) == ("IPv4", [endpoint("10.0.0.1")], [PORT])


def test_changed_endpoints_change_their_slice() -> None:
    made = rig()
    endpoints = made.admin.get(ENDPOINTS, "db", NAMESPACE)
    made.admin.update(ENDPOINTS, {**endpoints, "subsets": [{"addresses": [{"ip": "10.0.0.9"}]}]})
    made.run(STARTING)
    assert [(each["endpoints"], each["ports"], each["metadata"]["generation"]) for each in mirrored(made)] == [
        ([endpoint("10.0.0.9")], None, 2)
    ]


def test_a_deleted_slice_is_made_again() -> None:
    made = rig()
    made.admin.delete(ENDPOINTSLICES, mirrored(made)[0]["metadata"]["name"], NAMESPACE)
    made.run(STARTING)
    assert [each["endpoints"] for each in mirrored(made)] == [[endpoint("10.0.0.1")]]


def test_a_service_that_gets_a_selector_needs_no_mirror() -> None:
    made = rig()
    service = made.admin.get(SERVICES, "db", NAMESPACE)
    service["spec"]["selector"] = {"app": "db"}
    made.admin.update(SERVICES, service)
    made.run(STARTING)
    assert mirrored(made) == []


def test_the_endpoints_of_a_controller_are_not_mirrored() -> None:
    assert mirrored(rig(selector={"app": "db"})) == []
