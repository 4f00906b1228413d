"""Defaults of Secrets, Services and the network kinds: what decoded objects say after nobody said anything else."""

from __future__ import annotations

import pytest

from cluster.apiserver.registry import strategies
from cluster.apiserver.schema import decode
from cluster.machinery.kinds.core import ENDPOINTS, SECRETS, SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.networking import INGRESSCLASSES, NETWORKPOLICIES
from cluster.machinery.meta import Obj

_INSIDE: Obj = {"internalTrafficPolicy": "Cluster", "sessionAffinity": "None"}
_CASES: dict[str, tuple[Kind, Obj, Obj]] = {
    "text becomes data": (
        SECRETS,
        {"stringData": {"a": "new"}, "data": {"a": "b2xk", "b": "b2xk"}},
        {"type": "Opaque", "data": {"a": "bmV3", "b": "b2xk"}},
    ),
    "a Service": (SERVICES, {}, {"spec": {**_INSIDE, "type": "ClusterIP"}, "status": {"loadBalancer": {}}}),
    "a port": (
        SERVICES,
        {"spec": {"ports": [{"port": 80}, {"port": 81, "targetPort": "web", "protocol": "UDP"}]}},
        {
            "spec": {
                **_INSIDE,
                "type": "ClusterIP",
                "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}, {"port": 81, "protocol": "UDP", "targetPort": "web"}],
            },
            "status": {"loadBalancer": {}},
        },
    ),
    "sessions that stay": (
        SERVICES,
        {"spec": {"sessionAffinity": "ClientIP"}},
        {
            "spec": {
                "type": "ClusterIP",
                "internalTrafficPolicy": "Cluster",
                "sessionAffinity": "ClientIP",
                "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}},
            },
            "status": {"loadBalancer": {}},
        },
    ),
    "a load balancer": (
        SERVICES,
        {"spec": {"type": "LoadBalancer"}, "status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}, {"hostname": "a.b"}]}}},
        {
            "spec": {**_INSIDE, "type": "LoadBalancer", "allocateLoadBalancerNodePorts": True, "externalTrafficPolicy": "Cluster"},
            "status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4", "ipMode": "VIP"}, {"hostname": "a.b"}]}},
        },
    ),
    "only a name": (
        SERVICES,
        {"spec": {"type": "ExternalName", "externalName": "a.b"}},
        {"spec": {"type": "ExternalName", "externalName": "a.b", "sessionAffinity": "None"}, "status": {"loadBalancer": {}}},
    ),
    "the protocol of endpoints": (
        ENDPOINTS,
        {"subsets": [{"ports": [{"port": 80}]}]},
        {"subsets": [{"ports": [{"port": 80, "protocol": "TCP"}]}]},
    ),
    "an empty slice": (ENDPOINTSLICES, {"addressType": "IPv4"}, {"addressType": "IPv4", "endpoints": None, "ports": None}),
    "the port of a slice": (
        ENDPOINTSLICES,
        {"addressType": "IPv4", "endpoints": [{"addresses": ["10.0.0.1"]}], "ports": [{}]},
        {
            "addressType": "IPv4",
            "endpoints": [{"addresses": ["10.0.0.1"], "conditions": {}}],
            "ports": [{"name": "", "protocol": "TCP"}],
        },
    ),
    "a policy for what comes in": (NETWORKPOLICIES, {}, {"spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}),
    "a policy for what goes out": (
        NETWORKPOLICIES,
        {"spec": {"egress": [{"ports": [{"port": 53}]}]}},
        {"spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "egress": [{"ports": [{"port": 53, "protocol": "TCP"}]}]}},
    ),
    "parameters of a class": (
        INGRESSCLASSES,
        {"spec": {"controller": "a.b/c", "parameters": {"kind": "K", "name": "n"}}},
        {"spec": {"controller": "a.b/c", "parameters": {"kind": "K", "name": "n", "scope": "Cluster"}}},
    ),
}


@pytest.mark.parametrize(("kind", "sent", "outcome"), _CASES.values(), ids=_CASES.keys())
def test_what_nobody_said(kind: Kind, sent: Obj, outcome: Obj) -> None:
    obj, _ = decode(kind, sent)
    strategies[kind].default(obj)
    assert {field: value for field, value in obj.items() if field not in ("apiVersion", "kind", "metadata")} == outcome
