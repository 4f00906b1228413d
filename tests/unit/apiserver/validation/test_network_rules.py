"""Rules of Ingresses, their classes and NetworkPolicies: the faults that breaking each of them causes, and no others."""

from __future__ import annotations

import pytest

from cluster.apiserver.registry import strategies
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.networking import INGRESSCLASSES, INGRESSES, NETWORKPOLICIES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.validation.judge import made

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
_PORT = "must be between 1 and 65535, inclusive"


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
    for kind, table in ((INGRESSES, _INGRESSES), (INGRESSCLASSES, _CLASSES), (NETWORKPOLICIES, _POLICIES))
    for name, (body, faults) in table.items()
]


@pytest.mark.parametrize(("kind", "body", "faults"), _RULES)
def test_a_rule(kind: Kind, body: Obj, faults: list[str]) -> None:
    assert [str(fault) for fault in strategies[kind].validate(made(kind, body))] == faults


_META: Obj = {"metadata": {"name": "x", "resourceVersion": "1"}}
_CHANGES = [
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
    old, new = made(kind, {**_META, **before}), made(kind, {**_META, **after})
    assert [str(fault) for fault in strategies[kind].validate_update(new, old)] == faults


_WARNINGS = [
    pytest.param(
        INGRESSES,
        {"metadata": {"annotations": {"kubernetes.io/ingress.class": "a"}}, **_ingress()},
        ["annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"],
        id="an old class",
    ),
]


@pytest.mark.parametrize(("kind", "body", "warnings"), _WARNINGS)
def test_what_is_accepted_with_a_warning(kind: Kind, body: Obj, warnings: list[str]) -> None:
    assert strategies[kind].warnings(made(kind, body)) == warnings
