"""A run as the server would send it, for looking at the page without a server: a Deployment of 2 becomes running pods.

The hops are those of the course's pictures 8 to 12; the sentences are the real ones.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from cluster.engine.trace import Hop
from cluster.machinery.meta import SECOND, Obj, SimTime
from dashboard.captions import caption

API = "kube-apiserver"
STAGES = ("authentication", "authorization", "admission", "validation")
LANES = "kube-controller-manager"
POD_NAMES = ("web-5d9c7b8f4-x7k2p", "web-5d9c7b8f4-m4q9z")
GIB = 2**30


def node(name: str, *, roles: tuple[str, ...] = (), cpu: int = 4000) -> Obj:
    """The card of a ready node."""
    flags = {"ready": True, "unschedulable": False, "stopped": False}
    return {"kind": "Node", "name": name, "roles": list(roles), **flags, "cpu": cpu, "memory": 8 * GIB, "pods": 110, "taints": []}


def pod(name: str, *, on: str = "", status: str = "Pending", cpu: int = 250) -> Obj:
    """The card of a pod with one container, ready when it is running."""
    ready = status == "Running"
    return {
        "kind": "Pod",
        "namespace": "default",
        "name": name,
        "node": on,
        "status": status,
        "ready": int(ready),
        "restarts": 0,
        "owner": "uid-rs",
        "deleting": status == "Terminating",
        "cpu": cpu,
        "memory": GIB // 4,
        "containers": [{"name": "nginx", "image": "nginx:1.27", "state": status, "ready": ready, "restarts": 0}],
    }


def workload(kind: str, name: str, *, uid: str, owner: str = "", ready: int = 0) -> Obj:
    """The card of a Deployment or ReplicaSet of two."""
    counts = {"replicas": 2, "ready": ready, "updated": ready, "available": ready}
    return {"kind": kind, "namespace": "default", "name": name, "uid": uid, "owner": owner, **counts, "paused": False, "revision": "1"}


def cluster(workers: int = 3, pods_per_node: int = 1) -> dict[str, Obj]:
    """The cards of a cluster before anything is asked of it."""
    cards = {"nodes/control-plane-1": node("control-plane-1", roles=("control-plane",))}
    for number in range(1, workers + 1):
        name = f"worker-{number}"
        cards[f"nodes/{name}"] = node(name)
        for index in range(pods_per_node):
            old = f"api-{number:02d}{index:02d}"
            cards[f"pods/default/{old}"] = pod(old, on=name, status="Running", cpu=300 * number)
    return cards


@dataclass
class Recording:
    """Collects hops as documents of the stage protocol."""

    hops: list[Obj] = field(default_factory=list)
    revision: int = 1280
    at: float = 12.0

    def add(
        self,
        source: str,
        target: str,
        verb: str,
        key: str,
        *,
        ms: int = 900,
        outcome: str = "",
        detail: Obj | None = None,
        change: Obj | None = None,
    ) -> int:
        """Record a hop and return its seq; its cause is the one before."""
        self.at += 0.05
        seq = len(self.hops) + 1
        revision = self.revision if target == "etcd" or verb in ("ADDED", "MODIFIED") else 0
        hop = Hop(seq, SimTime(round(self.at * SECOND)), seq, seq - 1, source, target, verb, key, revision, outcome, detail)
        document = {name: value for name, value in asdict(hop).items() if name != "detail"}
        self.hops.append({**document, "at": self.at, "ms": ms, "quiet": False, "caption": caption(hop), "change": change})
        return seq

    def write(self, source: str, verb: str, key: str, card: Obj) -> None:
        """A request through the API server's stages into etcd, and its reply."""
        self.add(source, API, verb, key)
        for stage in STAGES:
            self.add(API, f"{API}/{stage}", stage, key, ms=350, outcome="allowed")
        self.revision += 1
        object_key = "/".join(key.split("/")[:3])
        self.add(API, "etcd", "put", f"/registry/{object_key}", change={"key": object_key, "card": card})
        self.add(API, source, "reply", key, ms=500, outcome="201 Created" if verb == "POST" else "200 OK")


def deployment_of_two() -> list[Obj]:
    """The hops from the form's request to two running pods."""
    run = Recording()
    deployment, replicaset = "deployments/default/web", "replicasets/default/web-5d9c7b8f4"
    run.write("dashboard", "POST", deployment, workload("Deployment", "web", uid="uid-deploy"))
    run.add(API, f"{LANES}/deployment", "ADDED", deployment)
    run.write(f"{LANES}/deployment", "POST", replicaset, workload("ReplicaSet", "web-5d9c7b8f4", uid="uid-rs", owner="uid-deploy"))
    run.add(API, f"{LANES}/replicaset", "ADDED", replicaset)
    for name in POD_NAMES:
        run.write(f"{LANES}/replicaset", "POST", f"pods/default/{name}", pod(name))
    for name, worker in zip(POD_NAMES, ("worker-1", "worker-3"), strict=True):
        key, kubelet, runtime = f"pods/default/{name}", f"node/{worker}/kubelet", f"node/{worker}/containerd"
        run.add(API, "kube-scheduler", "ADDED", key)
        run.add("kube-scheduler", "kube-scheduler/filter", "filter", key, outcome="3 of 4 nodes fit")
        run.add("kube-scheduler", "kube-scheduler/score", "score", key, outcome=worker)
        run.write("kube-scheduler", "POST", f"{key}/binding", pod(name, on=worker))
        run.add(API, kubelet, "MODIFIED", key)
        run.add(kubelet, runtime, "RunPodSandbox", key)
        run.add(runtime, f"node/{worker}/cni", "ADD", key, outcome="10.244.1.7")
        for call in ("PullImage", "CreateContainer", "StartContainer"):
            run.add(kubelet, runtime, call, key)
        run.write(kubelet, "PATCH", f"{key}/status", pod(name, on=worker, status="Running"))
    return run.hops
