"""The node authorizer: a kubelet gets what its own pods use, and nothing of other nodes."""

from __future__ import annotations

import pytest

from cluster.apiserver.authorization.attributes import Attributes
from cluster.apiserver.authorization.bootstrap_policy.nodes import NODE_RULES
from cluster.apiserver.authorization.decision import Decision
from cluster.apiserver.authorization.node.authorizer import NodeAuthorizer
from cluster.apiserver.authorization.node.relations import Relations
from cluster.apiserver.reader import StoreReader
from cluster.apiserver.request import User
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import Rig, pod

NODE = User("system:node:n1", ("system:nodes", "system:authenticated"))

_CONTAINER: Obj = {
    "name": "c",
    "image": "i",
    "env": [
        {"name": "A", "valueFrom": {"secretKeyRef": {"name": "by-env", "key": "k"}}},
        {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "map-by-env", "key": "k"}}},
    ],
    "envFrom": [{"secretRef": {"name": "by-env-from"}}, {"configMapRef": {"name": "map-by-env-from"}}],
}
_VOLUMES: list[Obj] = [
    {"name": "a", "secret": {"secretName": "by-volume"}},
    {"name": "b", "configMap": {"name": "map-by-volume"}},
    {"name": "c", "projected": {"sources": [{"secret": {"name": "projected"}}, {"configMap": {"name": "map-projected"}}]}},
    {"name": "d", "persistentVolumeClaim": {"claimName": "claim"}},
    {"name": "e", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}},
    {"name": "f", "csi": {"driver": "d", "nodePublishSecretRef": {"name": "by-csi"}}},
]


def _authorizer() -> NodeAuthorizer:
    """A cluster whose pod ``web`` runs on the node ``n1`` as the ServiceAccount ``sa``, and ``other`` on ``n2``."""
    rig = Rig()
    web = {
        **pod("web", node="n1"),
        "spec": {
            "nodeName": "n1",
            "serviceAccountName": "sa",
            "imagePullSecrets": [{"name": "by-pull"}],
            "containers": [_CONTAINER],
            "volumes": _VOLUMES,
        },
    }
    other = {**pod("other", node="n2"), "spec": {"nodeName": "n2", "containers": [], "volumes": [_VOLUMES[0]]}}
    for each in (web, other):
        rig.store.put(PODS.storage_key("default", each["metadata"]["name"]), each, if_mod_revision=0)
    return NodeAuthorizer(Relations(rig.handler.cacher.pods_on, StoreReader(rig.store), lambda: rig.handler.kinds), NODE_RULES)


def _ask(verb: str, resource: str, name: str = "", *, namespace: str = "default", group: str = "", selector: str = "") -> Attributes:
    plural, _, subresource = resource.partition("/")
    return Attributes(NODE, verb, group, "v1", plural, subresource, namespace, name, selector)


_STRANGE = "no relationship found between node 'n1' and this object"
_LEASE = {"group": "coordination.k8s.io", "namespace": "kube-node-lease"}
_CLUSTER = {"namespace": ""}

CASES: dict[str, tuple[Attributes, bool, str]] = {
    **{
        f"a Secret {name}": (_ask("get", "secrets", name), True, "")
        for name in ("by-env", "by-env-from", "by-volume", "projected", "by-csi", "by-pull")
    },
    **{
        f"a ConfigMap {name}": (_ask("watch", "configmaps", name), True, "")
        for name in ("map-by-env", "map-by-env-from", "map-by-volume", "map-projected")
    },
    "a Secret that no pod uses": (_ask("get", "secrets", "strange"), False, _STRANGE),
    "a Secret of that name elsewhere": (_ask("get", "secrets", "by-env", namespace="kube-system"), False, _STRANGE),
    "all Secrets": (_ask("list", "secrets"), False, "No Object name found"),
    "all Secrets of the cluster": (_ask("list", "secrets", **_CLUSTER), False, "can only read namespaced object of this type"),
    "writing a ConfigMap": (_ask("update", "configmaps", "map-by-env"), False, "can only read resources of this type"),
    "a claim": (_ask("get", "persistentvolumeclaims", "claim"), True, ""),
    "the claim of an ephemeral volume": (_ask("get", "persistentvolumeclaims", "web-e"), True, ""),
    "the status of a claim": (_ask("patch", "persistentvolumeclaims/status", "claim"), True, ""),
    "reading the status of a claim": (_ask("get", "persistentvolumeclaims/status", "claim"), False, "can only get/update/patch this type"),
    "listing claims": (_ask("list", "persistentvolumeclaims"), False, "can only get individual resources of this type"),
    "a token for its pod's ServiceAccount": (_ask("create", "serviceaccounts/token", "sa"), True, ""),
    "a token for another ServiceAccount": (_ask("create", "serviceaccounts/token", "default"), False, _STRANGE),
    "a ServiceAccount itself": (
        _ask("get", "serviceaccounts", "sa"),
        False,
        "can only create tokens for individual service accounts",
    ),
    "its Lease": (_ask("update", "leases", "n1", **_LEASE), True, ""),
    "creating its Lease": (_ask("create", "leases", **_LEASE), True, ""),
    "another Lease": (
        _ask("get", "leases", "n2", **_LEASE),
        False,
        "can only access node lease with the same name as the requesting node",
    ),
    "a Lease elsewhere": (
        _ask("get", "leases", "n1", group="coordination.k8s.io"),
        False,
        'can only access leases in the "kube-node-lease" system namespace',
    ),
    "its Node": (_ask("get", "nodes", "n1", **_CLUSTER), True, ""),
    "another Node": (_ask("get", "nodes", "n2", **_CLUSTER), False, "node 'n1' cannot read 'n2', only its own Node object"),
    "all Nodes": (_ask("list", "nodes", **_CLUSTER), False, "node 'n1' cannot read all nodes, only its own Node object"),
    "deleting its Node": (_ask("delete", "nodes", "n1", **_CLUSTER), False, ""),
    "its Node's status": (_ask("patch", "nodes/status", "n1", **_CLUSTER), True, ""),
    "its pods": (_ask("watch", "pods", selector="spec.nodeName=n1", **_CLUSTER), True, ""),
    "the pods of another node": (
        _ask("watch", "pods", selector="spec.nodeName=n2", **_CLUSTER),
        False,
        "can only list/watch pods with spec.nodeName field selector",
    ),
    "a pod of its own": (_ask("get", "pods", "web"), True, ""),
    "a pod of another node": (_ask("get", "pods", "other"), False, _STRANGE),
    "evicting a pod": (_ask("create", "pods/eviction", "other"), True, ""),
    "a pod's log": (_ask("get", "pods/log", "web"), False, ""),
    "Services, as every node": (_ask("list", "services", **_CLUSTER), True, ""),
    "Deployments": (_ask("list", "deployments", group="apps"), False, ""),
}


@pytest.mark.parametrize(("question", "is_allowed", "reason"), CASES.values(), ids=CASES.keys())
def test_a_node_asks_for(question: Attributes, is_allowed: bool, reason: str) -> None:
    assert _authorizer().authorize(question) == Decision(is_allowed, reason)


STRANGERS = {
    "a user of that name outside the group": (User("system:node:n1"), ""),
    "a member of the group with another name": (User("ann", ("system:nodes",)), ""),
    "a node without a name": (User("system:node:", ("system:nodes",)), 'unknown node for user "system:node:"'),
}


@pytest.mark.parametrize(("user", "reason"), STRANGERS.values(), ids=STRANGERS.keys())
def test_others_are_none_of_its_business(user: User, reason: str) -> None:
    assert _authorizer().authorize(_ask("get", "nodes", "n1", **_CLUSTER)._replace(user=user)) == Decision(False, reason)
