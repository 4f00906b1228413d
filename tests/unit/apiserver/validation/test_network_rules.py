"""Rules of Secrets, Services and the network kinds: the faults that breaking each of them causes, and no others."""

from __future__ import annotations

import base64

import pytest

from cluster.apiserver.registry import strategies
from cluster.apiserver.schema import decode
from cluster.apiserver.validation.ip import cidr_warnings, ip_warnings, not_special, valid_cidr, valid_ip
from cluster.machinery.kinds.core import ENDPOINTS, PODTEMPLATES, SECRETS, SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.networking import INGRESSCLASSES, INGRESSES, NETWORKPOLICIES
from cluster.machinery.meta import Obj
from tests.unit.controller_manager.authority import AUTHORITY


def _object(kind: Kind, body: Obj) -> Obj:
    """Return a decoded object with its defaults, named ``x``."""
    obj, _ = decode(kind, body)
    obj["metadata"].setdefault("name", "x")
    if kind.namespaced:
        obj["metadata"].setdefault("namespace", "default")
    strategies[kind].default(obj)
    return obj


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


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
_WILDCARD = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric "
    "characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is "
    r"'\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_NO_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_PORT = "must be between 1 and 65535, inclusive"
_BALANCER = "may only be used when `type` is 'LoadBalancer'"
_KEY = _base64("{}")

_SECRETS: dict[str, tuple[Obj, list[str]]] = {
    "plain data": ({"stringData": {"a": "b"}}, []),
    "a key that is no file name": ({"data": {"..": ""}}, ["data[..]: Invalid value: \"..\": must not be '..'"]),
    "too much": ({"data": {"a": _base64("x" * 1048577)}}, ["data: Too long: may not be more than 1048576 bytes"]),
    "a login without both": (
        {"type": "kubernetes.io/basic-auth"},
        ["data[username]: Required value", "data[password]: Required value"],
    ),
    "a login with a name": ({"type": "kubernetes.io/basic-auth", "stringData": {"username": ""}}, []),
    "no private key": ({"type": "kubernetes.io/ssh-auth"}, ["data[ssh-privatekey]: Required value"]),
    "no certificate": ({"type": "kubernetes.io/tls"}, ["data[tls.crt]: Required value", "data[tls.key]: Required value"]),
    "a login file that is no JSON": (
        {"type": "kubernetes.io/dockerconfigjson", "stringData": {".dockerconfigjson": "x"}},
        ["data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid character 'x' looking for beginning of value"],
    ),
    "a login file that ends too early": (
        {"type": "kubernetes.io/dockercfg", "stringData": {".dockercfg": "{"}},
        ['data[.dockercfg]: Invalid value: "<secret contents redacted>": unexpected end of JSON input'],
    ),
    "a login file that is a list": (
        {"type": "kubernetes.io/dockercfg", "stringData": {".dockercfg": "[]"}},
        [
            'data[.dockercfg]: Invalid value: "<secret contents redacted>": '
            "json: cannot unmarshal array into Go value of type map[string]interface {}"
        ],
    ),
    "a login file": ({"type": "kubernetes.io/dockercfg", "data": {".dockercfg": _KEY}}, []),
}

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


def _backend(**fields: object) -> Obj:
    return {"service": {"name": "s", "port": {"number": 80}, **fields}}


def _ingress(path: str = "/", kind: str = "Prefix", backend: Obj | None = None, **rule: object) -> Obj:
    paths = [{"path": path, "pathType": kind, "backend": backend or _backend()}]
    return {"spec": {"rules": [{"http": {"paths": paths}, **rule}]}}


_PATH = "spec.rules[0].http.paths[0]"
_INGRESSES: dict[str, tuple[Obj, list[str]]] = {
    "a path": (_ingress(), []),
    "a host for all": (_ingress(host="*.example.com"), []),
    "nothing": ({}, ["spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"]),
    "a rule without paths": ({"spec": {"rules": [{"http": {}}]}}, ["spec.rules[0].http.paths: Required value"]),
    "a star inside a host": (_ingress(host="a.*.b"), [f'spec.rules[0].host: Invalid value: "a.*.b": {_WILDCARD}']),
    "an address for a host": (
        _ingress(host="10.0.0.1"),
        ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
    ),
    "a path that goes up": (
        _ingress("/a/../b/.."),
        [
            f"{_PATH}.path: Invalid value: \"/a/../b/..\": must not contain '/../'",
            f"{_PATH}.path: Invalid value: \"/a/../b/..\": cannot end with '/..'",
        ],
    ),
    "any path where the controller decides": (_ingress("", "ImplementationSpecific"), []),
    "another type of path": (
        _ingress(kind="Regex"),
        [f'{_PATH}.pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"'],
    ),
    "a port by name and number": (
        _ingress(backend=_backend(port={"name": "a", "number": 1})),
        [f'{_PATH}.backend: Invalid value: "": cannot set both port name & port number'],
    ),
    "no port": (_ingress(backend=_backend(port={})), [f"{_PATH}.backend: Required value: port name or number is required"]),
    "no backend": (_ingress(backend={"x": {}}), [f'{_PATH}.backend: Invalid value: "": resource or service backend is required']),
    "an object without a kind": (
        _ingress(backend={"resource": {"name": "a"}}),
        [f"{_PATH}.backend.resource.kind: Required value: kind is required"],
    ),
    "a secret that is none": (
        {"spec": {**_ingress()["spec"], "tls": [{"hosts": ["a"], "secretName": "A"}]}},
        [f'spec.tls[0].secretName: Invalid value: "A": {_SUBDOMAIN}'],
    ),
    "two classes": (
        {"metadata": {"annotations": {"kubernetes.io/ingress.class": "a"}}, "spec": {**_ingress()["spec"], "ingressClassName": "b"}},
        ['annotations.kubernetes.io/ingress.class: Invalid value: "a": must match `ingressClassName` when both are specified'],
    ),
}

_CLASSES: dict[str, tuple[Obj, list[str]]] = {
    "a controller": ({"spec": {"controller": "example.com/a"}}, []),
    "no controller": ({}, ["spec.controller: Required value"]),
    "a controller without a domain": (
        {"spec": {"controller": "a"}},
        ['spec.controller: Invalid value: "a": must be a domain-prefixed path (such as "acme.io/foo")'],
    ),
    "parameters in no namespace": (
        {"spec": {"controller": "a.b/c", "parameters": {"kind": "K", "name": "n", "scope": "Namespace"}}},
        ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
    ),
    "parameters of the cluster in a namespace": (
        {"spec": {"controller": "a.b/c", "parameters": {"kind": "K", "name": "n", "namespace": "x"}}},
        ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
    ),
}


def _policy(**rule: object) -> Obj:
    return {"spec": {"podSelector": {}, "ingress": [rule]}}


_FROM = "spec.ingress[0].from[0]"
_POLICIES: dict[str, tuple[Obj, list[str]]] = {
    "everybody": (_policy(), []),
    "a port out of range": (_policy(ports=[{"port": 90000}]), [f"spec.ingress[0].ports[0].port: Invalid value: 90000: {_PORT}"]),
    "a range the wrong way round": (
        _policy(ports=[{"port": 80, "endPort": 79}]),
        ["spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`"],
    ),
    "a range of a name": (
        _policy(ports=[{"port": "a", "endPort": 79}]),
        ["spec.ingress[0].ports[0].endPort: Invalid value: 79: may not be specified when `port` is non-numeric"],
    ),
    "another protocol": (
        _policy(ports=[{"protocol": "ICMP"}]),
        ['spec.ingress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"'],
    ),
    "nobody": (_policy(**{"from": [{}]}), [f"{_FROM}: Required value: must specify a peer"]),
    "a network and pods": (
        _policy(**{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}]}),
        [f"{_FROM}: Forbidden: may not specify both ipBlock and another peer"],
    ),
    "an exception from another network": (
        _policy(**{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]}}]}),
        [f'{_FROM}.ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`'],
    ),
    "another direction": (
        {"spec": {"policyTypes": ["Up"]}},
        ['spec.policyTypes[0]: Unsupported value: "Up": supported values: "Ingress", "Egress"'],
    ),
}

_RULES = [
    pytest.param(kind, body, faults, id=f"{kind.plural}: {name}")
    for kind, table in (
        (SECRETS, _SECRETS),
        (SERVICES, _SERVICES),
        (ENDPOINTS, _ENDPOINTS),
        (ENDPOINTSLICES, _SLICES),
        (INGRESSES, _INGRESSES),
        (INGRESSCLASSES, _CLASSES),
        (NETWORKPOLICIES, _POLICIES),
    )
    for name, (body, faults) in table.items()
]


@pytest.mark.parametrize(("kind", "body", "faults"), _RULES)
def test_a_rule(kind: Kind, body: Obj, faults: list[str]) -> None:
    assert [str(fault) for fault in strategies[kind].validate(_object(kind, body))] == faults


_META: Obj = {"metadata": {"name": "x", "resourceVersion": "1"}}
_DUAL = {"clusterIPs": ["10.96.1.1", "2001:db8::1"], "ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "PreferDualStack"}
_CHANGES = [
    pytest.param(SECRETS, {"type": "a"}, {"type": "b"}, ['type: Invalid value: "b": field is immutable'], id="the type of a Secret"),
    pytest.param(
        SECRETS,
        {"immutable": True, "data": {"a": ""}},
        {"data": {"b": ""}},
        [
            "immutable: Forbidden: field is immutable when `immutable` is set",
            "data: Forbidden: field is immutable when `immutable` is set",
        ],
        id="an immutable Secret",
    ),
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
    pytest.param(
        INGRESSCLASSES,
        {"spec": {"controller": "a.b/c"}},
        {"spec": {"controller": "a.b/d"}},
        ['spec.controller: Invalid value: "a.b/d": field is immutable'],
        id="the controller of an IngressClass",
    ),
]


@pytest.mark.parametrize(("kind", "before", "after", "faults"), _CHANGES)
def test_what_is_chosen_once(kind: Kind, before: Obj, after: Obj, faults: list[str]) -> None:
    old, new = _object(kind, {**_META, **before}), _object(kind, {**_META, **after})
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
    old, new = _object(SERVICES, body), _object(SERVICES, {**body, "status": {"loadBalancer": {"ingress": [ingress]}}})
    assert [str(fault) for fault in strategies[SERVICES].validate_status_update(new, old)] == faults


_TLS = {"type": "kubernetes.io/tls"}
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
    pytest.param(
        INGRESSES,
        {"metadata": {"annotations": {"kubernetes.io/ingress.class": "a"}}, **_ingress()},
        ["annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"],
        id="an old class",
    ),
    pytest.param(
        SECRETS,
        {**_TLS, "data": {"tls.crt": "", "tls.key": ""}},
        ["tls: failed to find any PEM data in certificate input"],
        id="no certificate",
    ),
    pytest.param(
        SECRETS,
        {**_TLS, "stringData": {"tls.crt": AUTHORITY.pem, "tls.key": ""}},
        ["tls: failed to find any PEM data in key input"],
        id="no key",
    ),
    pytest.param(ENDPOINTSLICES, {"addressType": "FQDN"}, ["spec.addressType: FQDN endpoints are deprecated"], id="names for addresses"),
    pytest.param(
        PODTEMPLATES,
        {"template": {"spec": {"containers": [{"name": "c", "image": "i", "env": [{"name": "a"}, {"name": "a"}]}]}}},
        ['template.spec.containers[0].env[1]: hides previous definition of "a", which may be dropped when using apply'],
        id="a variable twice",
    ),
]


@pytest.mark.parametrize(("kind", "body", "warnings"), _WARNINGS)
def test_what_is_accepted_with_a_warning(kind: Kind, body: Obj, warnings: list[str]) -> None:
    assert strategies[kind].warnings(_object(kind, body)) == warnings


_ADDRESSES: dict[str, tuple[list[str], list[str]]] = {
    "10.0.0.1": ([], []),
    "2001:db8::1": ([], []),
    "2001:DB8:0::1": ([], ['ip: IPv6 address "2001:DB8:0::1" should be in RFC 5952 canonical format ("2001:db8::1")']),
    "010.0.0.1": (
        ["must not have leading 0s"],
        ['ip: non-standard IP address "010.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"'],
    ),
    "::ffff:10.0.0.1": (
        ["must not be an IPv4-mapped IPv6 address"],
        ['ip: non-standard IP address "::ffff:10.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"'],
    ),
    "10.0.0": ([_NO_IP], []),
    "fe80::1%eth0": ([_NO_IP], []),
}


@pytest.mark.parametrize(("text", "outcome"), _ADDRESSES.items(), ids=_ADDRESSES.keys())
def test_an_address(text: str, outcome: tuple[list[str], list[str]]) -> None:
    complaints, warnings = outcome
    assert [str(fault) for fault in valid_ip("ip", text)] == [f'ip: Invalid value: "{text}": {each}' for each in complaints]
    assert (valid_ip("ip", text, [text]), ip_warnings("ip", text)) == (valid_ip("ip", text) if _NO_IP in complaints else [], warnings)


_NETWORKS: dict[str, tuple[list[str], list[str]]] = {
    "10.0.0.0/8": ([], []),
    "10.0.0.1/8": (
        ["must not have bits set beyond the prefix length"],
        ['cidr: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)'],
    ),
    "10.0.0.0/08": (
        ["must not have leading 0s in IP or prefix length"],
        ['cidr: non-standard CIDR value "10.0.0.0/08" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"'],
    ),
    "::ffff:10.0.0.0/104": (
        ["must not have an IPv4-mapped IPv6 address"],
        ['cidr: non-standard CIDR value "::ffff:10.0.0.0/104" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"'],
    ),
    "2001:DB8::/32": ([], ['cidr: IPv6 CIDR value "2001:DB8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")']),
}


@pytest.mark.parametrize(("text", "outcome"), _NETWORKS.items(), ids=_NETWORKS.keys())
def test_a_network(text: str, outcome: tuple[list[str], list[str]]) -> None:
    complaints, warnings = outcome
    assert [str(fault) for fault in valid_cidr("cidr", text)] == [f'cidr: Invalid value: "{text}": {each}' for each in complaints]
    assert cidr_warnings("cidr", text) == warnings


_SPECIAL = {
    "0.0.0.0": "may not be unspecified (0.0.0.0)",
    "::1": "may not be in the loopback range (127.0.0.0/8, ::1/128)",
    "169.254.1.1": "may not be in the link-local range (169.254.0.0/16, fe80::/10)",
    "224.0.0.9": "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",
}


@pytest.mark.parametrize(("text", "complaint"), _SPECIAL.items(), ids=_SPECIAL.keys())
def test_an_address_that_no_endpoint_has(text: str, complaint: str) -> None:
    assert [str(fault) for fault in not_special("ip", text)] == [f'ip: Invalid value: "{text}": {complaint}']
