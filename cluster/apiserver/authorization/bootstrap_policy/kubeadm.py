"""What kubeadm adds when it makes a cluster: its administrators' group, what machines need that join, and CoreDNS.

They carry no mark of the API server's defaults: nobody brings them back when they are deleted.

Upstream: ``cmd/kubeadm/app/phases/{bootstraptoken,kubeconfig,kubelet,uploadconfig,addons}``.
"""

from __future__ import annotations

from cluster.apiserver.authorization.bootstrap_policy.building import CORE, binding, cluster_role, group, role, rule, service_account, user
from cluster.machinery.meta import Obj

_NEW_NODES = group("system:bootstrappers:kubeadm:default-node-token")
_NODES = group("system:nodes")
_CSR = "system:certificates.k8s.io:certificatesigningrequests"

_GET_NODES = role("kubeadm:get-nodes", (rule("get", CORE, "nodes"),))
_COREDNS = role(
    "system:coredns",
    (rule("list watch", CORE, "endpoints services pods namespaces"), rule("list watch", "discovery.k8s.io", "endpointslices")),
)


def _config_role(name: str, config_map: str, namespace: str = "kube-system") -> Obj:
    return role(name, (rule("get", CORE, "configmaps", config_map),), namespace=namespace)


_CONFIG_READERS: tuple[tuple[Obj, tuple[Obj, ...]], ...] = (
    (_config_role("kubeadm:kubelet-config", "kubelet-config"), (_NODES, _NEW_NODES)),
    (_config_role("kubeadm:nodes-kubeadm-config", "kubeadm-config"), (_NEW_NODES, _NODES)),
    (_config_role("kube-proxy", "kube-proxy"), (_NEW_NODES,)),
    (_config_role("kubeadm:bootstrap-signer-clusterinfo", "cluster-info", "kube-public"), (user("system:anonymous"),)),
)

KUBEADM_ROLES: tuple[Obj, ...] = (_GET_NODES, _COREDNS, *(made for made, _ in _CONFIG_READERS))
KUBEADM_ROLE_BINDINGS: tuple[Obj, ...] = (
    binding("kubeadm:cluster-admins", cluster_role("cluster-admin"), group("kubeadm:cluster-admins")),
    binding("kubeadm:get-nodes", _GET_NODES, _NEW_NODES),
    binding("kubeadm:kubelet-bootstrap", cluster_role("system:node-bootstrapper"), _NEW_NODES),
    binding("kubeadm:node-autoapprove-bootstrap", cluster_role(f"{_CSR}:nodeclient"), _NEW_NODES),
    binding("kubeadm:node-autoapprove-certificate-rotation", cluster_role(f"{_CSR}:selfnodeclient"), _NODES),
    binding("kubeadm:node-proxier", cluster_role("system:node-proxier"), service_account("kube-proxy")),
    binding("system:coredns", _COREDNS, service_account("coredns")),
    *(binding(made["metadata"]["name"], made, *subjects, namespace=made["metadata"]["namespace"]) for made, subjects in _CONFIG_READERS),
)
