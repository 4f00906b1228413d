"""Where a machine keeps what its kubelet is known by, and the kubeconfigs that name it.

``kubeadm join`` leaves a kubeconfig with a bootstrap token; the kubelet gets itself a certificate with it and writes one that names
that. Upstream: ``cmd/kubeadm/app/constants/constants.go``, ``pkg/kubelet/certificate/bootstrap/bootstrap.go``.
"""

from __future__ import annotations

import yaml

from cluster.machinery.meta import Obj

BOOTSTRAP_KUBECONFIG = "/etc/kubernetes/bootstrap-kubelet.conf"
KUBECONFIG = "/etc/kubernetes/kubelet.conf"
CA_CERTIFICATE = "/etc/kubernetes/pki/ca.crt"
CONFIGURATION = "/var/lib/kubelet/config.yaml"
CERTIFICATE = "/var/lib/kubelet/pki/kubelet-client-current.pem"
"""Certificate and key in one."""
PRIVATE_KEY = "/var/lib/kubelet/pki/kubelet-client.key.tmp"
"""Of a certificate that was asked for and is not there yet."""
_CLUSTER, _BOOTSTRAP_USER, _USER = "kubernetes", "tls-bootstrap-token-user", "default-auth"


def bootstrap_kubeconfig(cluster: Obj, token: str) -> str:
    """Return the kubeconfig that a kubelet begins with. ``cluster``: server and authority, as ``cluster-info`` has them."""
    return _kubeconfig(cluster, _BOOTSTRAP_USER, {"token": token})


def certificate_kubeconfig(bootstrap: str) -> str:
    """Return the kubeconfig of a kubelet that has its certificate. ``bootstrap``: the one that it began with."""
    (entry,) = yaml.safe_load(bootstrap)["clusters"]
    return _kubeconfig(entry["cluster"], _USER, {"client-certificate": CERTIFICATE, "client-key": CERTIFICATE})


def token_in(bootstrap: str) -> str:
    """Return the token of a kubelet's first kubeconfig."""
    (entry,) = yaml.safe_load(bootstrap)["users"]
    return str(entry["user"]["token"])


def _kubeconfig(cluster: Obj, user: str, credentials: Obj) -> str:
    context = f"{user}@{_CLUSTER}"
    document = {
        "apiVersion": "v1",
        "clusters": [{"cluster": cluster, "name": _CLUSTER}],
        "contexts": [{"context": {"cluster": _CLUSTER, "user": user}, "name": context}],
        "current-context": context,
        "kind": "Config",
        "users": [{"name": user, "user": credentials}],
    }
    return yaml.safe_dump(document)
