"""A control plane with the controllers and nothing else: pods are made ready, and nodes kept alive, by hand."""

from __future__ import annotations

from cluster.controller_manager.keys import Keys
from cluster.controller_manager.manager import ControllerManager
from cluster.machinery.kinds.apps import DEPLOYMENTS, REPLICASETS
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import EVENTS, NODES, PODS
from cluster.machinery.meta import Obj, micro_timestamp, timestamp
from tests.unit.apiserver.rig import Rig

NAMESPACE = "default"

STARTING = 0.1
"""Simulated seconds that pass while pods become ready: without any, a work queue would hold its key back."""


NO_KEYS = Keys()


class ControlledRig(Rig):
    """``Rig`` with a running controller manager."""

    def __init__(self, *namespaces: str, keys: Keys = NO_KEYS) -> None:
        super().__init__(*namespaces)
        self.manager = ControllerManager(self.client("kube-controller-manager"), self.engine, keys)
        self.manager.start()
        self.run()

    def pods(self) -> list[Obj]:
        """Return the pods of the namespace that nobody has asked to delete."""
        return [pod for pod in self.admin.list(PODS, NAMESPACE) if "deletionTimestamp" not in pod["metadata"]]

    def deployment(self) -> Obj:
        """Return the deployment ``web``."""
        return self.admin.get(DEPLOYMENTS, "web", NAMESPACE)

    def sizes(self) -> dict[str, int]:
        """Return the replicas asked for by image of each ReplicaSet."""
        return {
            rs["spec"]["template"]["spec"]["containers"][0]["image"]: rs["spec"]["replicas"]
            for rs in self.admin.list(REPLICASETS, NAMESPACE)
        }

    def make_ready(self, count: int = 1000) -> None:
        """Let pods that are not ready become ready, at most ``count``, and the controllers see it."""
        waiting = [pod for pod in self.pods() if pod["status"]["phase"] == "Pending"]
        for pod in waiting[:count]:
            since = timestamp(self.clock.now)
            pod["status"] |= {"phase": "Running", "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": since}]}
            self.admin.update_status(PODS, pod)
        self.run(STARTING)

    def settle(self, rounds: int = 40) -> None:
        """Make pods ready until no more come."""
        for _ in range(rounds):
            self.make_ready()

    def messages(self, reason: str) -> list[str]:
        """Return the messages of Events, in order of their making."""
        events = sorted(self.admin.list(EVENTS), key=lambda event: event["metadata"]["name"].rsplit(".", 1)[1])
        return [event["message"] for event in events if event["reason"] == reason]

    def heartbeat(self, *names: str) -> None:
        """Renew the Leases of nodes."""
        for name in names:
            lease = self.admin.get(LEASES, name, "kube-node-lease")
            lease["spec"]["renewTime"] = micro_timestamp(self.clock.now)
            self.admin.update(LEASES, lease)
        self.run()

    def add_node(self, name: str) -> None:
        """Make a ready node with its Lease."""
        self.admin.create(NODES, {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}})
        node = self.admin.get(NODES, name)
        moment = timestamp(self.clock.now)
        ready = {"type": "Ready", "status": "True", "lastHeartbeatTime": moment, "lastTransitionTime": moment, "reason": "KubeletReady"}
        node["status"] = node.get("status", {}) | {"conditions": [ready]}
        self.admin.update_status(NODES, node)
        spec = {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": micro_timestamp(self.clock.now)}
        self.admin.create(
            LEASES,
            {
                "apiVersion": "coordination.k8s.io/v1",
                "kind": "Lease",
                "metadata": {"name": name, "namespace": "kube-node-lease"},
                "spec": spec,
            },
        )
        self.run()


def condition(obj: Obj, type: str) -> tuple[str, str]:
    """Return status and reason of a condition."""
    found = next(c for c in obj["status"]["conditions"] if c["type"] == type)
    return found["status"], found["reason"]


def deployment(replicas: int = 2, **spec: object) -> Obj:
    """Return the deployment ``web`` of nginx:1.25."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": NAMESPACE},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx:1.25"}]}},
            **spec,
        },
    }


def replica_set(replicas: int = 2) -> Obj:
    """Return the ReplicaSet ``rs``."""
    return deployment(replicas) | {"kind": "ReplicaSet", "metadata": {"name": "rs", "namespace": NAMESPACE}}
