"""Addresses and ports of Services, through the whole API server: who asks gets what is free, and what is given up is free again."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cluster.apiserver.registry.core.service.networks import ADDRESSES, NODE_PORTS
from cluster.apiserver.registry.core.service.pool import AllocationError, Pool, Range
from cluster.apiserver.request import Credentials, Options, Request
from cluster.engine.rng import Rng
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import SERVICES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import TOKEN, Rig

_TAKEN_IP = "failed to allocate IP 10.96.0.7: provided IP is already allocated"
_ELSEWHERE = "failed to allocate IP 10.0.0.1: the provided network does not match the current range"
_RANGE = "provided port is not in the valid range. The range of valid ports is 30000-32767"


def _service(name: str, **spec: object) -> Obj:
    return {"metadata": {"name": name, "namespace": "default"}, "spec": {"ports": [{"port": 80}], **spec}}


def _port(number: int = 80, **fields: object) -> Obj:
    return {"name": f"p{number}", "port": number, **fields}


@pytest.fixture
def rig() -> Rig:
    """A cluster with one Service that has chosen its address and its port."""
    rig = Rig()
    rig.admin.create(SERVICES, _service("first", type="NodePort", clusterIP="10.96.0.7", ports=[_port(nodePort=30007)]))
    return rig


def test_a_service_gets_an_address_from_the_upper_band_and_says_so_in_every_field(rig: Rig) -> None:
    spec = rig.admin.create(SERVICES, _service("web", selector={"a": "b"}))["spec"]
    address = spec["clusterIP"]
    assert spec == {
        "clusterIP": address,
        "clusterIPs": [address],
        "internalTrafficPolicy": "Cluster",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}],
        "selector": {"a": "b"},
        "sessionAffinity": "None",
        "type": "ClusterIP",
    }
    assert tuple(map(int, address.split("."))) >= (10, 96, 1, 1)


_GIVEN = [
    pytest.param(
        {"clusterIP": "None"},
        {"clusterIPs": ["None"], "ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "RequireDualStack"},
        id="headless and without a selector: families are up to the endpoints",
    ),
    pytest.param(
        {"clusterIP": "None", "selector": {"a": "b"}},
        {"clusterIPs": ["None"], "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"},
        id="headless with a selector",
    ),
    pytest.param(
        {"type": "ExternalName", "externalName": "a.b", "ports": []},
        {"type": "ExternalName", "externalName": "a.b", "sessionAffinity": "None"},
        id="only a name",
    ),
    pytest.param(
        {"clusterIP": "10.111.255.254"}, {"clusterIPs": ["10.111.255.254"], "ipFamilies": ["IPv4"]}, id="the last address of the network"
    ),
    pytest.param(
        {"ipFamilyPolicy": "PreferDualStack", "clusterIP": "10.96.0.9"},
        {"ipFamilies": ["IPv4"], "clusterIPs": ["10.96.0.9"]},
        id="two families preferred where there is one",
    ),
    pytest.param(
        {"type": "LoadBalancer", "allocateLoadBalancerNodePorts": False, "clusterIP": "10.96.0.9"},
        {"ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}]},
        id="a load balancer that needs no ports of the nodes",
    ),
]


@pytest.mark.parametrize(("spec", "given"), _GIVEN)
def test_what_a_service_asks_for_is_what_it_gets(spec: Obj, given: Mapping[str, object], rig: Rig) -> None:
    created = rig.admin.create(SERVICES, _service("web", **spec))["spec"]
    assert {field: created.get(field) for field in given} == given


def test_protocols_of_one_port_share_a_port_of_the_nodes(rig: Rig) -> None:
    ports = [_port(53, name="tcp"), _port(53, name="udp", protocol="UDP")]
    created = rig.admin.create(SERVICES, _service("dns", type="NodePort", ports=ports))["spec"]["ports"]
    assert created[0]["nodePort"] == created[1]["nodePort"] >= 30086


_REFUSED = [
    pytest.param({"clusterIP": "10.96.0.7"}, f'spec.clusterIPs: Invalid value: ["10.96.0.7"]: {_TAKEN_IP}', id="an address that is taken"),
    pytest.param(
        {"clusterIP": "10.0.0.1"}, f'spec.clusterIPs: Invalid value: ["10.0.0.1"]: {_ELSEWHERE}', id="an address of another network"
    ),
    pytest.param(
        {"clusterIP": "2001:db8::1"},
        'spec.clusterIPs[0]: Invalid value: ["2001:db8::1"]: IPv6 is not configured on this cluster',
        id="an address of a family that is not there",
    ),
    pytest.param(
        {"ipFamilies": ["IPv6"]},
        'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
        id="a family that is not there",
    ),
    pytest.param(
        {"ipFamilyPolicy": "RequireDualStack"},
        'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
        id="two families where there is one",
    ),
    pytest.param(
        {"type": "NodePort", "ports": [_port(nodePort=30007)]},
        "spec.ports[0].nodePort: Invalid value: 30007: provided port is already allocated",
        id="a port that is taken",
    ),
    pytest.param(
        {"type": "NodePort", "ports": [_port(nodePort=30001), _port(53, nodePort=30001, protocol="UDP")]},
        "spec.ports[1].nodePort: Invalid value: 30001: provided port is already allocated",
        id="one port of the nodes for two ports",
    ),
    pytest.param(
        {"type": "NodePort", "ports": [_port(nodePort=80)]},
        f"spec.ports[0].nodePort: Invalid value: 80: {_RANGE}",
        id="a port out of range",
    ),
]


@pytest.mark.parametrize(("spec", "message"), _REFUSED)
def test_what_cannot_be_had_is_refused(spec: Obj, message: str, rig: Rig) -> None:
    with pytest.raises(ApiError) as refusal:
        rig.admin.create(SERVICES, _service("web", **spec))
    assert (refusal.value.code, refusal.value.message) == (422, f'Service "web" is invalid: {message}')


def test_what_is_deleted_or_given_up_is_free_again(rig: Rig) -> None:
    first = rig.admin.get(SERVICES, "first", "default")
    first["spec"]["type"] = "ClusterIP"
    changed = rig.admin.update(SERVICES, first)["spec"]
    rig.admin.create(SERVICES, _service("second", type="NodePort", ports=[_port(nodePort=30007)]))
    rig.admin.delete(SERVICES, "first", "default")
    third = rig.admin.create(SERVICES, _service("third", clusterIP="10.96.0.7"))["spec"]
    assert (changed["ports"], third["clusterIPs"]) == ([{"name": "p80", "port": 80, "protocol": "TCP", "targetPort": 80}], ["10.96.0.7"])


def test_the_manifest_can_be_sent_again(rig: Rig) -> None:
    created = rig.admin.create(SERVICES, _service("web", type="NodePort"))
    again = rig.admin.update(SERVICES, _service("web", type="NodePort"))
    assert again == created


def test_another_type_keeps_the_address_and_draws_what_it_needs(rig: Rig) -> None:
    created = rig.admin.create(SERVICES, _service("web"))
    changed = rig.admin.update(SERVICES, _service("web", type="LoadBalancer", externalTrafficPolicy="Local"))["spec"]
    numbers = {changed["ports"][0]["nodePort"], changed["healthCheckNodePort"]}
    assert changed["clusterIP"] == created["spec"]["clusterIP"]
    assert len(numbers) == 2
    assert all(30086 <= number <= 32767 for number in numbers)


def test_a_service_that_becomes_a_name_has_no_address(rig: Rig) -> None:
    changed = rig.admin.update(SERVICES, _service("first", type="ExternalName", externalName="a.b", ports=[]))["spec"]
    assert changed == {"type": "ExternalName", "externalName": "a.b", "sessionAffinity": "None"}


def test_a_service_that_does_not_exist_is_made_by_an_update(rig: Rig) -> None:
    assert rig.admin.update(SERVICES, _service("web", clusterIP="10.96.0.8"))["spec"]["clusterIPs"] == ["10.96.0.8"]


def test_a_dry_run_takes_nothing(rig: Rig) -> None:
    chosen = _service("web", clusterIP="10.96.0.8")
    rig.handler.serve(
        Request("create", SERVICES, "kubectl", Credentials(token=TOKEN), "default", body=chosen, options=Options(dry_run=True))
    )
    assert rig.admin.create(SERVICES, chosen)["spec"]["clusterIP"] == "10.96.0.8"


_SMALL = Range(1, 4, 2, "outside", "taken")


def test_the_upper_band_is_drawn_from_first_and_then_the_lower_one() -> None:
    pool = Pool(_SMALL, set(), Rng(1))
    drawn = [pool.allocate_next() for _ in range(4)]
    assert (set(drawn[:2]), set(drawn[2:])) == ({3, 4}, {1, 2})


def test_an_empty_range_says_that_it_is_full() -> None:
    with pytest.raises(AllocationError, match="range is full"):
        Pool(_SMALL, {1, 2, 3, 4}, Rng(1)).allocate_next()


def test_the_bands_are_those_of_a_cluster_of_kubeadm() -> None:
    assert (ADDRESSES.static, NODE_PORTS.static) == (256, 86)
