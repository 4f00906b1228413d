"""NodeRestriction: what a kubelet may write, and what not, in a real server's words."""

from __future__ import annotations

import copy

import pytest

from cluster.apiserver.admission import CREATE, DELETE, UPDATE, Attributes
from cluster.apiserver.admission.node_restriction import NodeRestriction
from cluster.apiserver.admission.node_restriction.labels import forbidden_labels
from cluster.apiserver.authorization.attributes import Attributes as Question
from cluster.apiserver.authorization.decision import Decision, Rules
from cluster.apiserver.request import Options, User
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import CONFIGMAPS, NODES, PERSISTENTVOLUMECLAIMS, PODS, SERVICEACCOUNTS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.storage import CSINODES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.authentication.objects import FakeReader

KUBELET = User("system:node:n1", ("system:nodes", "system:authenticated"))
NOBODY = User("system:node:", ("system:nodes",))
ANN = User("ann", ("system:authenticated",))
OWNER: Obj = {"apiVersion": "v1", "kind": "Node", "name": "n1", "uid": "u1", "controller": True}
NODE: Obj = {"kind": "Node", "metadata": {"name": "n1", "uid": "u1"}, "spec": {}}
AUDIENCE: Obj = {"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "t", "audience": "vault"}}]}}
CSI: Obj = {"name": "c", "csi": {"driver": "d"}}
DRIVER: Obj = {"kind": "CSIDriver", "metadata": {"name": "d"}, "spec": {"tokenRequests": [{"audience": "csi"}]}}


def pod(
    name: str = "web",
    *,
    node: str = "n1",
    mirror: bool = True,
    owners: tuple[Obj, ...] = (OWNER,),
    labels: Obj | None = None,
    **spec: object,
) -> Obj:
    meta: Obj = {"name": name, "namespace": "default", "uid": f"uid-{name}", "ownerReferences": list(owners), "labels": labels or {}}
    if mirror:
        meta["annotations"] = {"kubernetes.io/config.mirror": "x"}
    return {"kind": "Pod", "metadata": meta, "spec": {"nodeName": node, "containers": [{"name": "c"}], **spec}, "status": {}}


def claim(**status: object) -> Obj:
    return {"kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": {}, "status": status}


def node(*, labels: Obj | None = None, meta: Obj | None = None, **spec: object) -> Obj:
    return {"kind": "Node", "metadata": {"name": "n1", "uid": "u1", "labels": labels or {}, **(meta or {})}, "spec": spec}


def named(kind: str, name: str) -> Obj:
    return {"kind": kind, "metadata": {"name": name}}


def token(*audiences: str, **reference: str) -> Obj:
    bound = {"apiVersion": "v1", "kind": "Pod", "name": "web", "uid": "uid-web", **reference}
    return {"kind": "TokenRequest", "metadata": {}, "spec": {"boundObjectRef": bound, "audiences": list(audiences)}}


class Asked:
    """Allows whoever asks for the audience ``given``."""

    def authorize(self, attributes: Question) -> Decision:
        return Decision((attributes.verb, attributes.resource) == ("request-serviceaccounts-token-audience", "given"))

    def rules_for(self, user: User, namespace: str) -> Rules:
        return Rules()


READER = FakeReader(NODE, DRIVER, pod("web", volumes=[AUDIENCE, CSI]), pod("other", node="n2"))


def outcome(operation: str, kind: Kind, obj: Obj | None, old: Obj | None, name: str, subresource: str, namespace: str, user: User) -> str:
    """Return the refusal's message, empty when it passes."""
    before = copy.deepcopy(obj)
    attributes = Attributes(operation, kind, namespace, name, subresource, obj, old, user, Options())
    plugin = NodeRestriction(READER, Asked())
    try:
        if plugin.handles(operation, kind, subresource):
            assert plugin.admit(attributes) is False
    except ApiError as error:
        return error.message
    assert obj == before
    return ""


P = 'pods "{}" is forbidden: '
MIRRORED = P.format("web") + 'node "n1" can '
POD_CREATIONS: dict[str, tuple[Obj, str]] = {
    "a mirror pod of its own": (pod(), ""),
    "no mirror pod": (
        pod(mirror=False),
        P.format("web") + 'pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods',
    ),
    "on another node": (pod(node="n2"), MIRRORED + "only create pods with spec.nodeName set to itself"),
    "two owners": (pod(owners=(OWNER, OWNER)), MIRRORED + "only create pods with a single owner reference set to itself"),
    "no owner": (pod(owners=()), MIRRORED + "only create pods with an owner reference set to itself"),
    "another owner": (pod(owners=({**OWNER, "name": "n2"},)), MIRRORED + "only create pods with an owner reference set to itself"),
    "an owner that does not control": (
        pod(owners=({**OWNER, "controller": False},)),
        MIRRORED + "only create pods with a controller owner reference set to itself",
    ),
    "an owner that it holds back": (
        pod(owners=({**OWNER, "blockOwnerDeletion": True},)),
        P.format("web") + 'node "n1" must not set blockOwnerDeletion on an owner reference',
    ),
    "an owner of that name that is gone": (
        pod(owners=({**OWNER, "uid": "old"},)),
        P.format("web") + "node n1 UID mismatch: expected old got u1",
    ),
    "a service account": (pod(serviceAccountName="x"), MIRRORED + "not create pods that reference a service account"),
    "a secret": (pod(imagePullSecrets=[{"name": "x"}]), MIRRORED + "not create pods that reference secrets"),
    "a config map": (
        pod(volumes=[{"name": "v", "configMap": {"name": "x"}}]),
        MIRRORED + "not create pods that reference configmaps",
    ),
    "a bundle": (
        pod(volumes=[{"name": "v", "projected": {"sources": [{"clusterTrustBundle": {}}]}}]),
        MIRRORED + "not create pods that reference clustertrustbundles",
    ),
    "a claim": (
        pod(volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "x"}}]),
        MIRRORED + "not create pods that reference persistentvolumeclaims",
    ),
    "a resource claim": (pod(resourceClaims=[{"name": "x"}]), MIRRORED + "not create pods that reference resourceclaims"),
}


@pytest.mark.parametrize(("obj", "message"), POD_CREATIONS.values(), ids=POD_CREATIONS.keys())
def test_a_kubelet_creates_mirrors_of_its_own_pods(obj: Obj, message: str) -> None:
    assert outcome(CREATE, PODS, obj, None, "web", "", "default", KUBELET) == message


Write = tuple[str, Kind, str, Obj | None, Obj | None, str, str]
"""Operation, kind, subresource, object, old object, name, message."""
N = 'nodes "n1" is forbidden: '
POD_WRITES: dict[str, Write] = {
    "a pod of its own deleted": (DELETE, PODS, "", None, pod(), "web", ""),
    "a pod of another node deleted": (
        DELETE,
        PODS,
        "",
        None,
        pod("other", node="n2"),
        "other",
        P.format("other") + 'node "n1" can only delete pods with spec.nodeName set to itself',
    ),
    "a pod that is not there": (DELETE, PODS, "", None, None, "gone", 'pods "gone" not found'),
    "a pod changed": (
        UPDATE,
        PODS,
        "",
        pod(),
        pod(),
        "web",
        P.format("web") + 'unexpected operation "UPDATE", node "n1" can only create and delete mirror pods',
    ),
    "a pod bound": (
        CREATE,
        PODS,
        "binding",
        named("Binding", "web"),
        None,
        "web",
        P.format("web") + "unexpected pod subresource \"binding\", only 'status' and 'eviction' are allowed",
    ),
    "a status of its own pod": (UPDATE, PODS, "status", {**pod(), "status": {"phase": "Running"}}, pod(), "web", ""),
    "a status of another node's pod": (
        UPDATE,
        PODS,
        "status",
        pod(),
        pod(node="n2"),
        "web",
        P.format("web") + 'node "n1" can only update pod status for pods with spec.nodeName set to itself',
    ),
    "labels through the status": (
        UPDATE,
        PODS,
        "status",
        pod(labels={"a": "b"}),
        pod(),
        "web",
        P.format("web") + 'node "n1" cannot update labels through pod status',
    ),
    "claims through the status": (
        UPDATE,
        PODS,
        "status",
        {**pod(), "status": {"resourceClaimStatuses": [{"name": "x"}]}},
        pod(),
        "web",
        P.format("web") + 'node "n1" cannot update resource claim statues',
    ),
    "an eviction of its own pod": (CREATE, PODS, "eviction", named("Eviction", "web"), None, "web", ""),
    "an eviction of another node's pod": (
        CREATE,
        PODS,
        "eviction",
        named("Eviction", "other"),
        None,
        "other",
        P.format("other") + "node n1 can only evict pods with spec.nodeName set to itself",
    ),
}
NODE_WRITES: dict[str, Write] = {
    "itself registered": (CREATE, NODES, "", node(labels={"kubernetes.io/os": "linux"}, taints=[{"key": "a"}]), None, "n1", ""),
    "another node": (UPDATE, NODES, "", NODE, NODE, "n2", 'nodes "n2" is forbidden: node "n1" is not allowed to modify node "n2"'),
    "a role at registration": (
        CREATE,
        NODES,
        "",
        node(labels={"node-role.kubernetes.io/control-plane": "", "k8s.io/b": ""}),
        None,
        "n1",
        N + 'node "n1" is not allowed to set the following labels: k8s.io/b, node-role.kubernetes.io/control-plane',
    ),
    "a role later": (
        UPDATE,
        NODES,
        "",
        node(labels={"node-role.kubernetes.io/x": ""}),
        node(),
        "n1",
        N + "is not allowed to modify labels: node-role.kubernetes.io/x",
    ),
    "a role that it has": (
        UPDATE,
        NODES,
        "",
        node(labels={"node-role.kubernetes.io/x": ""}),
        node(labels={"node-role.kubernetes.io/x": ""}),
        "n1",
        "",
    ),
    "taints": (UPDATE, NODES, "", node(taints=[{"key": "a"}]), node(), "n1", N + 'node "n1" is not allowed to modify taints'),
    "owners": (
        UPDATE,
        NODES,
        "status",
        node(meta={"ownerReferences": [OWNER]}),
        node(),
        "n1",
        N + 'node "n1" is not allowed to modify ownerReferences',
    ),
    "a configuration source": (
        CREATE,
        NODES,
        "",
        node(configSource={}),
        None,
        "n1",
        N + 'node "n1" is not allowed to create pods with a non-nil configSource',
    ),
    "another configuration source": (
        UPDATE,
        NODES,
        "",
        node(configSource={"x": 1}),
        node(),
        "n1",
        N + 'node "n1" is not allowed to update configSource to a new non-nil configSource',
    ),
}
V, C = 'persistentvolumeclaims "data" is forbidden: ', "can only access CSINode with the same name as the requesting node"
OTHER_WRITES: dict[str, Write] = {
    "how large a volume has grown": (UPDATE, PERSISTENTVOLUMECLAIMS, "status", claim(capacity={"storage": "2Gi"}), claim(), "data", ""),
    "the phase of a claim": (
        UPDATE,
        PERSISTENTVOLUMECLAIMS,
        "status",
        claim(phase="Bound"),
        claim(),
        "data",
        V + 'node "n1" is not allowed to update fields other than status.capacity and status.conditions: ',
    ),
    "a claim": (UPDATE, PERSISTENTVOLUMECLAIMS, "", claim(), claim(), "data", V + "may only update PVC status"),
    "its own CSINode": (CREATE, CSINODES, "", named("CSINode", "n1"), None, "n1", ""),
    "another CSINode": (DELETE, CSINODES, "", None, named("CSINode", "n2"), "n2", f'csinodes.storage.k8s.io "n2" is forbidden: {C}'),
    "what is no node's": (CREATE, CONFIGMAPS, "", named("ConfigMap", "c"), None, "c", ""),
}


@pytest.mark.parametrize(
    ("operation", "kind", "subresource", "obj", "old", "name", "message"),
    [pytest.param(*write, id=name) for writes in (POD_WRITES, NODE_WRITES, OTHER_WRITES) for name, write in writes.items()],
)
def test_a_kubelet_writes_what_is_its_own(
    operation: str, kind: Kind, subresource: str, obj: Obj | None, old: Obj | None, name: str, message: str
) -> None:
    assert outcome(operation, kind, obj, old, name, subresource, "default", KUBELET) == message


LEASE = 'leases.coordination.k8s.io "{}" is forbidden: can only access '
LEASES_WRITTEN: dict[str, tuple[str, str, str]] = {
    "its own": ("kube-node-lease", "n1", ""),
    "another node's": ("kube-node-lease", "n2", LEASE.format("n2") + "node lease with the same name as the requesting node"),
    "in another namespace": ("default", "n1", LEASE.format("n1") + 'leases in the "kube-node-lease" system namespace'),
}


@pytest.mark.parametrize("operation", [CREATE, UPDATE])
@pytest.mark.parametrize(("namespace", "name", "message"), LEASES_WRITTEN.values(), ids=LEASES_WRITTEN.keys())
def test_a_kubelet_renews_its_own_lease(operation: str, namespace: str, name: str, message: str) -> None:
    assert outcome(operation, LEASES, named("Lease", name), None, name, "", namespace, KUBELET) == message


T = 'serviceaccounts "robot" is forbidden: '
TOKENS: dict[str, tuple[Obj, str]] = {
    "for an audience of its pod's volumes": (token("vault"), ""),
    "for an audience of a volume's driver": (token("csi"), ""),
    "for an audience that it was given": (token("given"), ""),
    "for another audience": (
        token("x"),
        T + 'audience "x" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience',
    ),
    "for two audiences": (token("vault", "csi"), T + "node may only request 0 or 1 audiences"),
    "for no pod": (token("vault", kind="Secret"), T + "node requested token not bound to a pod"),
    "for a pod of any age": (token("vault", uid=""), T + "node requested token with a pod binding without a uid"),
    "for a pod that is not there": (token("vault", name="gone"), 'pods "gone" not found'),
    "for a pod of that name that is gone": (
        token("vault", uid="old"),
        T + "the UID in the bound object reference (old) does not match the UID in record. The object might have been deleted and then "
        "recreated",
    ),
    "for a pod of another node": (
        token("vault", name="other", uid="uid-other"),
        T + "node requested token bound to a pod scheduled on a different node",
    ),
}


@pytest.mark.parametrize(("obj", "message"), TOKENS.values(), ids=TOKENS.keys())
def test_a_kubelet_asks_for_tokens_of_its_own_pods(obj: Obj, message: str) -> None:
    assert outcome(CREATE, SERVICEACCOUNTS, obj, None, "robot", "token", "default", KUBELET) == message


WHO: dict[str, tuple[User, str]] = {
    "everybody else passes": (ANN, ""),
    "a name without the group is no node": (User(KUBELET.name, ("system:authenticated",)), ""),
    "a node without a name may write nothing": (NOBODY, N + 'could not determine node from user "system:node:"'),
}


@pytest.mark.parametrize(("user", "message"), WHO.values(), ids=WHO.keys())
def test_only_nodes_are_held_to_it(user: User, message: str) -> None:
    assert outcome(UPDATE, NODES, node(taints=[{"key": "a"}]), node(), "n1", "", "", user) == message


LABELS: dict[str, tuple[Obj, Obj, list[str]]] = {
    "a kubelet's own": ({"kubernetes.io/hostname": "n1", "topology.kubernetes.io/zone": "a"}, {}, []),
    "of a kubelet's domains": ({"kubelet.kubernetes.io/a": "", "x.node.kubernetes.io/b": ""}, {}, []),
    "of anybody's domains": ({"example.com/a": "", "plain": ""}, {}, []),
    "of Kubernetes' domains": ({"kubernetes.io/a": "", "x.k8s.io/b": ""}, {}, ["kubernetes.io/a", "x.k8s.io/b"]),
    "of the restricted domain": ({"x.node-restriction.kubernetes.io/a": ""}, {}, ["x.node-restriction.kubernetes.io/a"]),
    "taken away": ({}, {"kubernetes.io/a": ""}, ["kubernetes.io/a"]),
    "left alone": ({"kubernetes.io/a": ""}, {"kubernetes.io/a": ""}, []),
}


@pytest.mark.parametrize(("new", "old", "found"), LABELS.values(), ids=LABELS.keys())
def test_labels_that_steer_work_are_not_a_kubelets(new: Obj, old: Obj, found: list[str]) -> None:
    assert forbidden_labels(new, old) == found
