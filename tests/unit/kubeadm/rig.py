"""A control plane that kubeadm has made."""

from __future__ import annotations

import base64

from cluster.apiserver.request import User
from cluster.controller_manager.keys import Keys
from cluster.kubeadm.init import upload
from cluster.kubeadm.join import JoinConfiguration, join
from cluster.kubeadm.tokens import INIT_DESCRIPTION, ca_cert_hash, token_secret
from cluster.machinery.bootstrap_token import DEFAULT_SECONDS, BootstrapToken
from cluster.machinery.kinds.core import CONFIGMAPS
from tests.unit.controller_manager.authority import AUTHORITY
from tests.unit.controller_manager.cluster_rig import ControlledRig

TOKEN = BootstrapToken("abcdef", "0123456789abcdef")
PIN = ca_cert_hash(AUTHORITY.certificate)
NOBODY = User("system:anonymous")


class KubeadmRig(ControlledRig):
    """A control plane that kubeadm has made, with a token that it has signed for."""

    def __init__(self, seconds: float = DEFAULT_SECONDS) -> None:
        super().__init__("default", "kube-system", "kube-public", "kube-node-lease", keys=Keys(authority=AUTHORITY))
        authority = base64.b64encode(AUTHORITY.pem.encode()).decode()
        upload(self.admin, "192.168.0.10", authority, token_secret(TOKEN, self.clock.now, INIT_DESCRIPTION, seconds))
        self.run(1)

    def join(self, node: str = "w1", token: str = str(TOKEN), *hashes: str, **rest: bool) -> dict[str, str]:
        """Run ``kubeadm join`` with the right hash unless others are given."""
        configuration = JoinConfiguration(node, token, hashes or (() if rest else (PIN,)), **rest)
        return join(self.client("kubeadm", NOBODY), configuration)

    def change_info(self, **data: str | None) -> None:
        """Change ``cluster-info`` while the signer does not look."""
        self.manager.stop()
        wanted = {key.replace("_", "-"): value for key, value in data.items()}
        self.admin.patch(CONFIGMAPS, "cluster-info", "kube-public", {"data": wanted})
