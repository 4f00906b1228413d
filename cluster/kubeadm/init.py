"""``kubeadm init``, phase by phase, as far as it writes anything that is there in this simulation.

Certificates and kubeconfigs are made when the server first starts (``http/pki.py``), default roles with the first start of the
loops. So what is left is what stands on the control plane's machine before its kubelet starts (``write_manifests``) and what is
sent to the API server when it answers (``upload``).

Upstream: ``cmd/kubeadm/app/cmd/init.go``.
"""

from __future__ import annotations

import yaml

from cluster.client.client import Client
from cluster.kubeadm.addons import addons
from cluster.kubeadm.constants import MANIFESTS
from cluster.kubeadm.static_pods import components, manifest
from cluster.kubeadm.uploaded import uploaded
from cluster.machinery.kinds.core import SECRETS
from cluster.machinery.meta import Obj
from cluster.machinery.node_files import NodeFiles


def write_manifests(files: NodeFiles, node: str, address: str) -> None:
    """The phases ``etcd local`` and ``control-plane all``: write the static pods of a machine with this address."""
    for component in components(node, address):
        files.write(f"{MANIFESTS}/{component.name}.yaml", yaml.safe_dump(manifest(component)).encode())


def upload(client: Client, address: str, authority: str, token: Obj) -> None:
    """The phases ``upload-config``, ``bootstrap-token`` and ``addon all``. Raises ApiError.

    ``address``: the API server's; ``authority``: its certificate authority in base64; ``token``: the Secret of the first token.
    """
    for kind, obj in (*uploaded(address, authority), (SECRETS, token), *addons(address)):
        client.create(kind, obj)
