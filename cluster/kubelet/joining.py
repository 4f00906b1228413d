"""A machine on its way into the cluster: its kubelet gets itself a certificate where it has to, and registers its Node.

A machine with a kubeconfig that holds a bootstrap token (``kubeadm join`` leaves one) goes through TLS bootstrap first. One without any
is trusted as it comes: the machines that a cluster was made of, and those of a cluster that kubeadm has not made.

Upstream: ``cmd/kubelet/app/server.go`` (``buildKubeletClientConfig``), ``pkg/kubelet/kubelet_node_status.go`` (``registerWithAPIServer``).
"""

from __future__ import annotations

from cluster.client.client import Client
from cluster.engine.engine import Engine
from cluster.kubelet.kubelet import node_client
from cluster.kubelet.machine import Machine, node_object
from cluster.kubelet.tls_bootstrap import TlsBootstrap, needs_bootstrap
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NODES
from cluster.machinery.node_files import NodeFiles

REGISTER_SECONDS = 7.0
"""Between two tries of a kubelet to register its Node."""
_CONFLICT = 409


class Joining:
    """One machine from its first breath until it has its Node. ``index``: its number."""

    def __init__(self, client: Client, engine: Engine, files: NodeFiles, machine: Machine, index: int) -> None:
        self._client, self._engine, self._files = client, engine, files
        self.machine, self.index = machine, index
        self._bootstrap: TlsBootstrap | None = None
        self._is_over = False

    def start(self) -> None:
        """Let the kubelet begin in a step of its own."""
        self._engine.after(0, self._source, self._begin)

    def stop(self) -> None:
        """Do nothing any more: the Node is there, or the process ends."""
        self._is_over = True
        if self._bootstrap is not None:
            self._bootstrap.stop()

    @property
    def _source(self) -> str:
        return f"node/{self.machine.name}/kubelet"

    def _begin(self) -> None:
        name = self.machine.name
        if self._is_over:
            return
        if needs_bootstrap(self._files):
            client = node_client(self._client, name, self._files)
            self._bootstrap = TlsBootstrap(client, self._engine, self._files, name, self._register)
            self._bootstrap.start()
        else:
            self._register()

    def _register(self) -> None:
        if self._is_over:
            return
        try:
            client = node_client(self._client, self.machine.name, self._files)
            client.create(NODES, node_object(self.machine, self.index))
        except ApiError as error:
            if error.code != _CONFLICT:
                self._engine.after(REGISTER_SECONDS, self._source, self._register, background=True)
