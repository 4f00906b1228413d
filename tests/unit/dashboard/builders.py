"""Small objects, as the API server would have stored them."""

from __future__ import annotations

from cluster.machinery.meta import Obj


def pod(name: str = "web", *, node: str = "", phase: str = "Pending", image: str = "nginx", **status: object) -> Obj:
    """A Pod with one container."""
    spec: Obj = {"containers": [{"name": "main", "image": image, "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}}]}
    if node:
        spec["nodeName"] = node
    meta = {"namespace": "default", "name": name, "uid": f"uid-{name}"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": {"phase": phase, **status}}


def node(name: str = "n1", *, ready: bool = True, unschedulable: bool = False) -> Obj:
    """A Node of 4 CPUs."""
    spec: Obj = {"unschedulable": True} if unschedulable else {}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "uid": f"uid-{name}",
            "labels": {"node-role.kubernetes.io/control-plane": "", "topology.kubernetes.io/zone": "zone-a"},
        },
        "spec": {**spec, "taints": [{"key": "dedicated", "value": "x", "effect": "NoSchedule"}, {"key": "cold", "effect": "NoExecute"}]},
        "status": {
            "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"},
            "conditions": [{"type": "Ready", "status": "True" if ready else "Unknown"}],
        },
    }


def deployment(name: str = "web", *, replicas: int = 2) -> Obj:
    """A Deployment that has stored but not yet seen anything."""
    meta = {"namespace": "default", "name": name, "uid": f"uid-{name}", "annotations": {"deployment.kubernetes.io/revision": "3"}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": {"replicas": replicas, "template": {}}, "status": {}}


def pod_key(name: str = "web") -> str:
    """Where etcd has the Pod."""
    return f"/registry/pods/default/{name}"
