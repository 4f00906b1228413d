"""Rules of Services and of the endpoints behind them: the faults that breaking each of them causes, and no others."""

from __future__ import annotations

import pytest

from cluster.apiserver.registry import strategies
from cluster.machinery.kinds.core import ENDPOINTS, SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.unit.apiserver.validation.judge import made


def _service(**spec: object) -> Obj:
    """Return a Service as it is after allocation."""
    return {"spec": {"clusterIP": "10.96.1.1", "clusterIPs": ["10.96.1.1"], "ports": [{"port": 80}], **spec}}


def _balancer(**spec: object) -> Obj:
    return _service(**{"type": "LoadBalancer", **spec})


def _port(**fields: object) -> Obj:
    return _service(ports=[{"port": 80, **fields}])


_LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric "
    "character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_NO_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_PORT = "must be between 1 and 65535, inclusive"
_BALANCER = "may only be used when `type` is 'LoadBalancer'"

_SERVICES: dict[str, tuple[Obj, list[str]]] = {
    "one port": (_service(), []),
    "a name that is no label": (
        {"metadata": {"name": "A"}, **_service()},
        [f'metadata.name: Invalid value: "A": {_LABEL}'],
    ),
    "no ports": (_service(ports=[]), ["spec.ports: Required value"]),
    "ports of the same name": (
        _service(ports=[{"name": "a", "port": 80}, {"name": "a", "port": 81}]),
        ['spec.ports[1].name: Duplicate value: "a"'],
    ),
    "several ports without names": (
        _service(ports=[{"port": 80}, {"port": 81}]),
        ["spec.ports[0].name: Required value", "spec.ports[1].name: Required value"],
    ),
    "a port twice": (
        _service(ports=[{"name": "a", "port": 80}, {"name": "b", "port": 80}]),
        [
            'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
        ],
    ),
    "a port for two protocols": (_service(ports=[{"name": "a", "port": 53}, {"name": "b", "port": 53, "protocol": "UDP"}]), []),
    "a port out of range": (
        _port(port=0),
        [f"spec.ports[0].port: Invalid value: 0: {_PORT}", f"spec.ports[0].targetPort: Invalid value: 0: {_PORT}"],
    ),
    "a protocol that nobody speaks": (
        _port(protocol="ICMP"),
        ['spec.ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"'],
    ),
    "a target without a letter": (
        _port(targetPort="80"),
        ['spec.ports[0].targetPort: Invalid value: "80": must contain at least one letter (a-z)'],
    ),
    "a port of the nodes without need": (
        _port(nodePort=30000),
        ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ),
    "a port of the nodes twice": (
        _service(type="NodePort", ports=[{"name": "a", "port": 1, "nodePort": 30000}, {"name": "b", "port": 2, "nodePort": 30000}]),
        ["spec.ports[1].nodePort: Duplicate value: 30000"],
    ),
    "another type": (
        _service(type="Magic"),
        ['spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'],
    ),
    "a name that is none": (
        {"spec": {"type": "ExternalName", "externalName": "Not A Name"}},
        [f'spec.externalName: Invalid value: "Not A Name": {_SUBDOMAIN}'],
    ),
    "no name": ({"spec": {"type": "ExternalName"}}, ["spec.externalName: Required value"]),
    "a name with an address": (
        {"spec": {"type": "ExternalName", "externalName": "a.b.", "clusterIPs": ["10.96.1.1"], "ipFamilies": ["IPv4"]}},
        [
            "spec.clusterIPs: Forbidden: may not be set for ExternalName services",
            "spec.ipFamilies: Forbidden: may not be set for ExternalName services",
        ],
    ),
    "a selector that is none": (
        _service(selector={"a": "b c"}),
        [
            'spec.selector: Invalid value: "b c": a valid label must be an empty string or consist of alphanumeric characters, '
            "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex "
            "used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
        ],
    ),
    "an affinity to nothing": (
        _service(sessionAffinity="Mine"),
        ['spec.sessionAffinity: Unsupported value: "Mine": supported values: "ClientIP", "None"'],
    ),
    "an affinity for two days": (
        _service(sessionAffinity="ClientIP", sessionAffinityConfig={"clientIP": {"timeoutSeconds": 172800}}),
        ["spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 172800: must be greater than 0 and less than 86400"],
    ),
    "addresses that disagree": (
        _service(clusterIP="10.96.1.2"),
        ['spec.clusterIPs: Invalid value: ["10.96.1.1"]: first value must match `clusterIP`'],
    ),
    "two addresses of a family": (
        _service(clusterIPs=["10.96.1.1", "10.96.1.2"]),
        ['spec.clusterIPs: Invalid value: ["10.96.1.1","10.96.1.2"]: may specify no more than one IP for each IP family'],
    ),
    "no address and one": (
        _service(clusterIP="None", clusterIPs=["None", "10.96.1.1"]),
        ['spec.clusterIPs: Invalid value: ["None","10.96.1.1"]: \'None\' must be the first and only value'],
    ),
    "an address of the other family": (
        _service(ipFamilies=["IPv6"]),
        ['spec.clusterIPs[0]: Invalid value: "10.96.1.1": expected an IPv6 value as indicated by `ipFamilies[0]`'],
    ),
    "a family twice": (
        _service(ipFamilies=["IPv4", "IPv4"]),
        ['spec.ipFamilies[1]: Duplicate value: "IPv4"'],
    ),
    "a port of the nodes for a headless Service": (
        _service(type="NodePort", clusterIP="None", clusterIPs=["None"]),
        ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"],
    ),
    "an address that is no endpoint": (
        _service(externalIPs=["127.0.0.1", "x"]),
        [
            'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
            f'spec.externalIPs[1]: Invalid value: "x": {_NO_IP}',
        ],
    ),
    "sources without a balancer": (
        _service(loadBalancerSourceRanges=["10.0.0.0/8"]),
        [f"spec.LoadBalancerSourceRanges: Forbidden: {_BALANCER}"],
    ),
    "sources that are none": (
        _balancer(loadBalancerSourceRanges=["10.0.0.0"]),
        ['spec.LoadBalancerSourceRanges[0]: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
    ),
    "a balancer's class without a balancer": (_service(loadBalancerClass="a/b"), [f"spec.loadBalancerClass: Forbidden: {_BALANCER}"]),
    "a policy for outside without outside": (
        _service(externalTrafficPolicy="Local"),
        ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    ),
    "a health check that nobody asks for": (
        _balancer(healthCheckNodePort=30001),
        [
            "spec.healthCheckNodePort: Invalid value: 30001: may only be set when `type` is 'LoadBalancer' and "
            "`externalTrafficPolicy` is 'Local'"
        ],
    ),
    "a health check that is missing": (_balancer(externalTrafficPolicy="Local"), ["spec.healthCheckNodePort: Required value"]),
    "another policy inside": (
        _service(internalTrafficPolicy="Mine"),
        ['spec.internalTrafficPolicy: Unsupported value: "Mine": supported values: "Cluster", "Local"'],
    ),
    "another distribution": (
        _service(trafficDistribution="Far"),
        ['spec.trafficDistribution: Unsupported value: "Far": supported values: "PreferClose", "PreferSameNode", "PreferSameZone"'],
    ),
}

_ENDPOINTS: dict[str, tuple[Obj, list[str]]] = {
    "an address": ({"subsets": [{"addresses": [{"ip": "10.0.0.1"}]}]}, []),
    "no addresses": (
        {"subsets": [{"ports": [{"port": 1}]}]},
        ["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"],
    ),
    "what is no address": (
        {"subsets": [{"notReadyAddresses": [{"ip": "300.1.1.1"}]}]},
        [
            f'subsets[0].notReadyAddresses[0].ip: Invalid value: "300.1.1.1": {_NO_IP}',
            'subsets[0].notReadyAddresses[0].ip: Invalid value: "300.1.1.1": must be a valid IP address',
        ],
    ),
    "two ports without names": (
        {"subsets": [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 1}, {"name": "a", "port": 0}]}]},
        ["subsets[0].ports[0].name: Required value", f"subsets[0].ports[1].port: Invalid value: 0: {_PORT}"],
    ),
}

_SLICES: dict[str, tuple[Obj, list[str]]] = {
    "an address": ({"addressType": "IPv4", "endpoints": [{"addresses": ["10.0.0.1"]}]}, []),
    "no type": ({"endpoints": []}, ["addressType: Required value"]),
    "another type": ({"addressType": "IP"}, ['addressType: Unsupported value: "IP": supported values: "FQDN", "IPv4", "IPv6"']),
    "no address": (
        {"addressType": "IPv4", "endpoints": [{"addresses": []}]},
        ["endpoints[0].addresses: Required value: must contain at least 1 address"],
    ),
    "an address of the other type": (
        {"addressType": "IPv6", "endpoints": [{"addresses": ["10.0.0.1"]}]},
        ['endpoints[0].addresses[0]: Invalid value: "10.0.0.1": must be a valid IPv6 address'],
    ),
    "a name of one part": (
        {"addressType": "FQDN", "endpoints": [{"addresses": ["a"]}]},
        ['endpoints[0].addresses[0]: Invalid value: "a": should be a domain with at least two segments separated by dots'],
    ),
    "ports of the same name": (
        {"addressType": "IPv4", "endpoints": [], "ports": [{"port": 1}, {"port": 2}]},
        ['ports[1].name: Duplicate value: ""'],
    ),
    "a zone twice": (
        {"addressType": "IPv4", "endpoints": [{"addresses": ["10.0.0.1"], "hints": {"forZones": [{"name": "a"}, {"name": "a"}]}}]},
        ['endpoints[0].hints.forZones[1].name: Duplicate value: "a"'],
    ),
}

_RULES = [
    pytest.param(kind, body, faults, id=f"{kind.plural}: {name}")
    for kind, table in ((SERVICES, _SERVICES), (ENDPOINTS, _ENDPOINTS), (ENDPOINTSLICES, _SLICES))
    for name, (body, faults) in table.items()
]


@pytest.mark.parametrize(("kind", "body", "faults"), _RULES)
def test_a_rule(kind: Kind, body: Obj, faults: list[str]) -> None:
    assert [str(fault) for fault in strategies[kind].validate(made(kind, body))] == faults


_META: Obj = {"metadata": {"name": "x", "resourceVersion": "1"}}
_DUAL = {"clusterIPs": ["10.96.1.1", "2001:db8::1"], "ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "PreferDualStack"}
_CHANGES = [
    pytest.param(
        SERVICES,
        _service(),
        _service(clusterIP="10.96.1.2", clusterIPs=["10.96.1.2"]),
        ['spec.clusterIPs[0]: Invalid value: ["10.96.1.2"]: may not change once set'],
        id="the address of a Service",
    ),
    pytest.param(
        SERVICES,
        _service(**_DUAL),
        _service(ipFamilies=["IPv4"], ipFamilyPolicy="PreferDualStack"),
        [
            "spec.ipFamilyPolicy: Invalid value: \"PreferDualStack\": must be set to 'SingleStack' when releasing the secondary clusterIP",
            "spec.ipFamilyPolicy: Invalid value: \"PreferDualStack\": must be set to 'SingleStack' when releasing the secondary ipFamily",
        ],
        id="the second address of a Service that wants two",
    ),
    pytest.param(
        SERVICES,
        _balancer(loadBalancerClass="a/b"),
        _balancer(loadBalancerClass="a/c"),
        ['spec.loadBalancerClass: Invalid value: "a/c": may not change once set'],
        id="the class of a balancer",
    ),
    pytest.param(
        ENDPOINTS,
        {"subsets": [{"addresses": [{"ip": "010.0.0.1"}]}]},
        {"subsets": [{"addresses": [{"ip": "010.0.0.1"}, {"ip": "010.0.0.2"}]}]},
        ['subsets[0].addresses[1].ip: Invalid value: "010.0.0.2": must not have leading 0s'],
        id="an odd address that was there before may stay",
    ),
    pytest.param(
        ENDPOINTSLICES,
        {"addressType": "IPv4"},
        {"addressType": "FQDN"},
        ['addressType: Invalid value: "FQDN": field is immutable'],
        id="what the addresses of a slice are",
    ),
]


@pytest.mark.parametrize(("kind", "before", "after", "faults"), _CHANGES)
def test_what_is_chosen_once(kind: Kind, before: Obj, after: Obj, faults: list[str]) -> None:
    old, new = made(kind, {**_META, **before}), made(kind, {**_META, **after})
    assert [str(fault) for fault in strategies[kind].validate_update(new, old)] == faults


_STATUSES = [
    pytest.param(
        {"type": "ClusterIP"},
        {"ip": "1.2.3.4"},
        ["status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"],
        id="without a balancer",
    ),
    pytest.param({"type": "LoadBalancer"}, {"ip": "1.2.3.4"}, [], id="an address"),
    pytest.param(
        {"type": "LoadBalancer"},
        {"hostname": "1.2.3.4"},
        ['status.loadBalancer.ingress[0].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address'],
        id="an address for a name",
    ),
    pytest.param(
        {"type": "LoadBalancer"},
        {"ip": "1.2.3.4", "ipMode": "Odd"},
        ['status.loadBalancer.ingress[0].ipMode: Unsupported value: "Odd": supported values: "Proxy", "VIP"'],
        id="another mode",
    ),
    pytest.param(
        {"type": "LoadBalancer"},
        {"hostname": "a.b", "ipMode": "VIP"},
        ["status.loadBalancer.ingress[0].ipMode: Forbidden: may not be specified when `ip` is not set"],
        id="a mode without an address",
    ),
]


@pytest.mark.parametrize(("spec", "ingress", "faults"), _STATUSES)
def test_where_a_balancer_is_found(spec: Obj, ingress: Obj, faults: list[str]) -> None:
    body = {**_META, **_service(**spec)}
    old, new = made(SERVICES, body), made(SERVICES, {**body, "status": {"loadBalancer": {"ingress": [ingress]}}})
    assert [str(fault) for fault in strategies[SERVICES].validate_status_update(new, old)] == faults


_WARNINGS = [
    pytest.param(
        SERVICES,
        _service(externalIPs=["1.2.3.4"]),
        ["spec.externalIPs is deprecated and may no longer be implemented in some clusters"],
        id="addresses from outside",
    ),
    pytest.param(
        SERVICES,
        _service(clusterIP="None", clusterIPs=["None"], sessionAffinity="ClientIP", loadBalancerIP="1.2.3.4"),
        ["spec.loadBalancerIP is ignored for headless services", "spec.SessionAffinity is ignored for headless services"],
        id="what a headless Service does not heed",
    ),
    pytest.param(
        SERVICES,
        _service(externalName="a"),
        ['spec.externalName is ignored when spec.type is not "ExternalName"'],
        id="a name that nobody uses",
    ),
    pytest.param(
        SERVICES,
        _service(trafficDistribution="PreferClose"),
        ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'],
        id="an old distribution",
    ),
    pytest.param(ENDPOINTSLICES, {"addressType": "FQDN"}, ["spec.addressType: FQDN endpoints are deprecated"], id="names for addresses"),
]


@pytest.mark.parametrize(("kind", "body", "warnings"), _WARNINGS)
def test_what_is_accepted_with_a_warning(kind: Kind, body: Obj, warnings: list[str]) -> None:
    assert strategies[kind].warnings(made(kind, body)) == warnings
