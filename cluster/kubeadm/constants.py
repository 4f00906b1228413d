"""What kubeadm's pieces agree on. Upstream: ``cmd/kubeadm/app/constants/constants.go``."""

from __future__ import annotations

VERSION = "v1.36.0"
IMAGE_REPOSITORY = "registry.k8s.io"
ETCD_IMAGE = f"{IMAGE_REPOSITORY}/etcd:3.6.6-0"
COREDNS_IMAGE = f"{IMAGE_REPOSITORY}/coredns/coredns:v1.13.1"

SYSTEM, PUBLIC = "kube-system", "kube-public"
SERVICE_SUBNET, POD_SUBNET, DNS_DOMAIN = "10.96.0.0/12", "10.244.0.0/16", "cluster.local"
DNS_IP = "10.96.0.10"
"""The tenth address of the Services' range."""
API_PORT = 6443
PKI = "/etc/kubernetes/pki"
MANIFESTS = "/etc/kubernetes/manifests"
"""The kubelet's ``staticPodPath``."""
CONTROL_PLANE_TAINT = "node-role.kubernetes.io/control-plane"

INSTANCE_TYPE = {"node.kubernetes.io/instance-type": "podium"}
"""Label of the machines that join by themselves. Add-ons choose it beside ``kubernetes.io/os: linux``, which kubeadm's do not: a
Node that somebody makes by hand stays as empty as it was made."""


def image(component: str) -> str:
    """Return the image of a component that is released with Kubernetes."""
    return f"{IMAGE_REPOSITORY}/{component}:{VERSION}"
