"""The ConfigMaps that machines read when they join: what the cluster is like, what kubelets are told, where the API server is. Pure.

Upstream: ``cmd/kubeadm/app/phases/{uploadconfig,kubelet,bootstraptoken/clusterinfo}``.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from cluster.kubeadm import constants
from cluster.kubeadm.constants import API_PORT, PKI, PUBLIC, SYSTEM
from cluster.machinery.kinds.core import CONFIGMAPS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

_CLUSTER: Obj = {
    "apiServer": {},
    "apiVersion": "kubeadm.k8s.io/v1beta4",
    "caCertificateValidityPeriod": "87600h0m0s",
    "certificateValidityPeriod": "8760h0m0s",
    "certificatesDir": PKI,
    "clusterName": "kubernetes",
    "controllerManager": {},
    "dns": {},
    "encryptionAlgorithm": "RSA-2048",
    "etcd": {"local": {"dataDir": "/var/lib/etcd"}},
    "imageRepository": constants.IMAGE_REPOSITORY,
    "kind": "ClusterConfiguration",
    "kubernetesVersion": constants.VERSION,
    "networking": {"dnsDomain": constants.DNS_DOMAIN, "podSubnet": constants.POD_SUBNET, "serviceSubnet": constants.SERVICE_SUBNET},
    "proxy": {},
    "scheduler": {},
}
_KUBELET: Obj = {
    "apiVersion": "kubelet.config.k8s.io/v1beta1",
    "authentication": {
        "anonymous": {"enabled": False},
        "webhook": {"cacheTTL": "0s", "enabled": True},
        "x509": {"clientCAFile": f"{PKI}/ca.crt"},
    },
    "authorization": {"mode": "Webhook", "webhook": {"cacheAuthorizedTTL": "0s", "cacheUnauthorizedTTL": "0s"}},
    "cgroupDriver": "systemd",
    "clusterDNS": [constants.DNS_IP],
    "clusterDomain": constants.DNS_DOMAIN,
    "healthzBindAddress": "127.0.0.1",
    "healthzPort": 10248,
    "kind": "KubeletConfiguration",
    "resolvConf": "/run/systemd/resolve/resolv.conf",
    "rotateCertificates": True,
    "staticPodPath": constants.MANIFESTS,
}


def uploaded(address: str, authority: str) -> Iterator[tuple[Kind, Obj]]:
    """Yield the ConfigMaps. ``address``: the API server's; ``authority``: its certificate authority in base64, empty when it has none."""
    yield CONFIGMAPS, _config_map("kubeadm-config", SYSTEM, {"ClusterConfiguration": _yaml(_CLUSTER)})
    yield CONFIGMAPS, _config_map("kubelet-config", SYSTEM, {"kubelet": _yaml(_KUBELET)})
    cluster: Obj = {"server": f"https://{address}:{API_PORT}"} | ({"certificate-authority-data": authority} if authority else {})
    info: Obj = {
        "apiVersion": "v1",
        "clusters": [{"cluster": cluster, "name": ""}],
        "contexts": None,
        "current-context": "",
        "kind": "Config",
        "preferences": {},
        "users": None,
    }
    yield CONFIGMAPS, _config_map("cluster-info", PUBLIC, {"kubeconfig": _yaml(info)})


def _config_map(name: str, namespace: str, data: dict[str, str]) -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data}


def _yaml(value: Obj) -> str:
    return yaml.safe_dump(value, default_flow_style=False)
