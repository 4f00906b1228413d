"""The kubeconfig that is written for kubectl and other clients.

Two contexts of the same administrator: ``<cluster>`` brings a token, ``<cluster>-certificate`` a client certificate.
Upstream: ``cmd/kubeadm/app/phases/kubeconfig/kubeconfig.go``.
"""

from __future__ import annotations

import base64
from pathlib import Path

import yaml

from cluster.http.pki import ADMIN, Pki
from cluster.machinery.meta import Obj


def kubeconfig(cluster: str, server: str, pki: Pki) -> Obj:
    """Return the document. ``server``: the API's address without the cluster's path, ``https://host:port``."""
    by_certificate = f"{ADMIN}-certificate"
    entry = {"server": f"{server}/clusters/{cluster}", "certificate-authority-data": _data(pki.ca_certificate)}
    certificate = {"client-certificate-data": _data(pki.admin_certificate), "client-key-data": _data(pki.admin_key)}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": cluster, "cluster": entry}],
        "users": [{"name": ADMIN, "user": {"token": pki.admin_token()}}, {"name": by_certificate, "user": certificate}],
        "contexts": [
            {"name": cluster, "context": {"cluster": cluster, "user": ADMIN}},
            {"name": f"{cluster}-certificate", "context": {"cluster": cluster, "user": by_certificate}},
        ],
        "current-context": cluster,
    }


def write(path: Path, document: Obj) -> None:
    """Write a kubeconfig that only its owner can read. Raises OSError."""
    path.touch(mode=0o600, exist_ok=True)
    path.write_text(yaml.safe_dump(document, sort_keys=False))


def _data(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
