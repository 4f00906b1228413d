"""IPAddresses stand beside the Services whose addresses they are, and ServiceCIDRs say where these come from."""

from __future__ import annotations

import pytest

from cluster.apiserver.registry.networking.ipaddress import IPAddressStrategy
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import SERVICES
from cluster.machinery.kinds.networking import IPADDRESSES, SERVICECIDRS
from cluster.machinery.meta import Obj
from cluster.runner.service_cidr import create_default_service_cidr
from tests.unit.apiserver.rig import START, Rig
from tests.unit.apiserver.validation.judge import faults as faults_of
from tests.unit.apiserver.validation.judge import faults_of_change, stored

_NO_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_WEB: Obj = {"resource": "services", "namespace": "default", "name": "web"}


def _service(name: str = "web", **spec: object) -> Obj:
    return {"metadata": {"name": name, "namespace": "default"}, "spec": {"ports": [{"port": 80}], **spec}}


def _addresses(rig: Rig) -> list[str]:
    return [each["metadata"]["name"] for each in rig.admin.list(IPADDRESSES)]


def test_an_address_says_whose_it_is() -> None:
    rig = Rig()
    rig.admin.create(SERVICES, _service(clusterIP="10.96.0.7"))
    found = rig.admin.get(IPADDRESSES, "10.96.0.7")
    assert (found["metadata"]["labels"], found["spec"]) == (
        {"ipaddress.kubernetes.io/ip-family": "IPv4", "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io"},
        {"parentRef": _WEB},
    )


def test_addresses_come_and_go_with_their_service() -> None:
    rig = Rig()
    rig.admin.create(SERVICES, _service("headless", clusterIP="None"))
    rig.admin.create(SERVICES, _service(clusterIP="10.96.0.7"))
    seen = [_addresses(rig)]
    rig.admin.patch(SERVICES, "web", "default", {"spec": {"type": "ExternalName", "externalName": "example.com"}})
    seen.append(_addresses(rig))
    rig.admin.patch(SERVICES, "web", "default", {"spec": {"type": "ClusterIP", "externalName": None, "clusterIP": "10.96.0.8"}})
    seen.append(_addresses(rig))
    rig.admin.delete(SERVICES, "web", "default")
    assert [*seen, _addresses(rig)] == [["10.96.0.7"], [], ["10.96.0.8"], []]


def test_an_address_that_somebody_took_by_hand_is_not_free() -> None:
    rig = Rig()
    rig.admin.create(IPADDRESSES, {"metadata": {"name": "10.96.0.7"}, "spec": {"parentRef": {"resource": "gateways", "name": "g"}}})
    with pytest.raises(ApiError) as refusal:
        rig.admin.create(SERVICES, _service(clusterIP="10.96.0.7"))
    assert refusal.value.message.endswith("failed to allocate IP 10.96.0.7: provided IP is already allocated")


def test_the_range_of_the_cluster_is_ready() -> None:
    rig = Rig()
    for _ in range(2):
        create_default_service_cidr(rig.store, rig.admin, START)
    (found,) = rig.admin.list(SERVICECIDRS)
    ready = {
        "type": "Ready",
        "status": "True",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
        "reason": "",
        "message": "Kubernetes default Service CIDR is ready",
    }
    assert (found["metadata"]["name"], found["spec"], found["status"]) == (
        "kubernetes",
        {"cidrs": ["10.96.0.0/12"]},
        {"conditions": [ready]},
    )


@pytest.mark.parametrize(
    ("name", "spec", "faults"),
    [
        pytest.param("10.0.0.1", {"parentRef": _WEB}, [], id="an address of a Service"),
        pytest.param(
            "web", {}, [f'metadata.name: Invalid value: "web": {_NO_IP}', "spec.parentRef: Required value"], id="no address of nobody"
        ),
        pytest.param(
            "2001:db8:0::1",
            {"parentRef": {"group": "apps"}},
            [
                'metadata.name: Invalid value: "2001:db8:0::1": must be in canonical form ("2001:db8::1")',
                "spec.parentRef.resource: Required value",
                "spec.parentRef.name: Required value",
            ],
            id="another way to write it, and half a parent",
        ),
    ],
)
def test_what_is_wrong_with_an_address(name: str, spec: Obj, faults: list[str]) -> None:
    assert faults_of(IPADDRESSES, {"metadata": {"name": name}, "spec": spec}) == faults


def test_an_address_stays_with_whom_it_is() -> None:
    before = stored(IPADDRESSES, {"metadata": {"name": "10.0.0.1"}, "spec": {"parentRef": _WEB}})
    faults = IPAddressStrategy().validate_update({**before, "spec": {"parentRef": {**_WEB, "name": "api"}}}, before)
    assert [str(fault) for fault in faults] == [
        'spec.parentRef: Invalid value: {"Group":"","Resource":"services","Namespace":"default","Name":"api"}: field is immutable'
    ]


@pytest.mark.parametrize(
    ("cidrs", "faults"),
    [
        pytest.param(["10.0.0.0/16", "fd00::/108"], [], id="one of each family"),
        pytest.param([], ["spec.cidrs: Required value: at least one CIDR required"], id="none"),
        pytest.param(
            ["10.0.0.0/16", "10.1.0.1/16"],
            [
                'spec.cidrs[1]: Invalid value: "10.1.0.1/16": must not have bits set beyond the prefix length',
                'spec.cidrs: Invalid value: ["10.0.0.0/16","10.1.0.1/16"]: '
                "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64",
            ],
            id="two of one family, the second an address",
        ),
        pytest.param(
            ["10.0.0.0/16", "fd00::/108", "10.1.0.0/16"],
            ['spec.cidrs: Invalid value: {"CIDRs":["10.0.0.0/16","fd00::/108","10.1.0.0/16"]}: may only hold up to 2 values'],
            id="three",
        ),
    ],
)
def test_what_is_wrong_with_a_range(cidrs: list[str], faults: list[str]) -> None:
    assert faults_of(SERVICECIDRS, {"metadata": {}, "spec": {"cidrs": cidrs}}) == faults


@pytest.mark.parametrize(
    ("cidrs", "faults"),
    [
        pytest.param(["10.0.0.0/16", "fd00::/108"], [], id="the other family comes to it"),
        pytest.param(["10.1.0.0/16"], ['spec.cidrs[0]: Invalid value: "10.1.0.0/16": field is immutable'], id="another network"),
        pytest.param(
            ["10.0.0.0/16", "fd00::/108", "10.1.0.0/16"],
            [
                'spec.cidrs: Invalid value: {"CIDRs":["10.0.0.0/16","fd00::/108","10.1.0.0/16"]}: may only hold up to 2 values',
                'spec.cidrs: Invalid value: ["10.0.0.0/16","fd00::/108","10.1.0.0/16"]: field is immutable',
            ],
            id="two more",
        ),
    ],
)
def test_what_of_a_range_may_change(cidrs: list[str], faults: list[str]) -> None:
    assert faults_of_change(SERVICECIDRS, {"metadata": {}, "spec": {"cidrs": ["10.0.0.0/16"]}}, cidrs=cidrs) == faults
