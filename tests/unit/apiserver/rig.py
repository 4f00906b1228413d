"""A cluster's control plane without components: a memory store, an engine, an API server, and clients for it."""

from __future__ import annotations

from collections.abc import Callable

from cluster.apiserver.authentication.keys import SigningKey
from cluster.apiserver.handler import Handler
from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.engine.clock import Clock
from cluster.engine.engine import Engine
from cluster.engine.rng import Rng
from cluster.engine.trace import Hop, Trace
from cluster.etcd.memory import MemoryStore
from cluster.machinery.kinds.apiregistration import APISERVICES
from cluster.machinery.kinds.core import NAMESPACES, SERVICEACCOUNTS
from cluster.machinery.kubelet_server import KubeletServers
from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.storage import Store
from tests.unit.apiserver.authentication.keys import SIGNING_KEY
from tests.unit.apiserver.default_policy import default_policy

START = SimTime(1_767_225_600 * SECOND)
"""2026-01-01T00:00:00Z."""
TOKEN = "admin-token"
ADMIN = User("kubernetes-admin", ("kubeadm:cluster-admins",))


class Rig:
    """``namespaces``: exist from the start, with their default ServiceAccount. ``admin``: a client from outside.

    The default roles and bindings hold, but are not in the store. ``kubelets``: makes the way to the nodes.
    """

    def __init__(
        self,
        *namespaces: str,
        seed: int = 1,
        strict: bool = True,
        signing_key: SigningKey | None = SIGNING_KEY,
        kubelets: Callable[[Store, Clock, Trace], KubeletServers] | None = None,
    ) -> None:
        self.clock = Clock(START)
        self.trace = Trace(self.clock)
        self.rng = Rng(seed)
        self.store = MemoryStore(self.trace, self.clock)
        self.engine = Engine(self.clock, self.trace, self.rng, strict=strict)
        self.handler = Handler(
            self.store,
            self.trace,
            self.clock,
            self.rng,
            tokens={TOKEN: ADMIN},
            signing_key=signing_key,
            policy=default_policy(),
            kubelets=kubelets(self.store, self.clock, self.trace) if kubelets is not None else None,
        )
        self.engine.before_step(self.handler.cacher.pump)
        self.admin = self.client("kubectl", ADMIN)
        for name in namespaces or ("default", "kube-system", "kube-node-lease"):
            self.admin.create(NAMESPACES, {"metadata": {"name": name}})
            self.admin.create(SERVICEACCOUNTS, {"metadata": {"name": "default", "namespace": name}})

    def install_metrics(self) -> None:
        """Let metrics-server be there and well."""
        meta, service = {"name": "v1beta1.metrics.k8s.io"}, {"namespace": "kube-system", "name": "metrics-server"}
        spec = {"group": "metrics.k8s.io", "version": "v1beta1", "service": service, "groupPriorityMinimum": 100, "versionPriority": 100}
        made = self.admin.create(APISERVICES, {"metadata": meta, "spec": spec})
        condition = {"type": "Available", "status": "True", "reason": "Passed", "message": "all checks passed"}
        self.admin.update_status(APISERVICES, {**made, "status": {"conditions": [condition]}})

    def client(self, source: str, user: User = ADMIN) -> Client:
        """Return a client that speaks as ``source``; as an administrator unless a user is given."""
        return Client(self.handler, source, user, self.engine.checkpoint)

    def hops(self) -> list[Hop]:
        """Return every hop so far, those of reads that nothing has followed included."""
        with self.store.transaction():
            pass
        return self.store.hops

    def run(self, seconds: float = 0.0) -> None:
        """Let the engine run for so many simulated seconds."""
        self.engine.run_until(SimTime(self.clock.now + round(seconds * SECOND)))


def pod(name: str, *, node: str = "", image: str = "nginx:1.27", **spec: object) -> Obj:
    """Return a pod with one container in the namespace ``default``."""
    placed = {"nodeName": node} if node else {}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": name}},
        "spec": {"containers": [{"name": "c", "image": image}], **placed, **spec},
    }
