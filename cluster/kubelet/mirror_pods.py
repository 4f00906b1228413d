"""Mirror pods: how the API server gets to see static pods.

For each static pod the kubelet keeps a pod of the same name in the API server, and reports the status there. It decides nothing:
deleting it deletes a picture, and the kubelet draws it again.

Upstream: ``pkg/kubelet/pod/mirror_client.go`` and ``pkg/kubelet/kubelet.go`` (tryReconcileMirrorPods).
"""

from __future__ import annotations

from cluster.client.client import Client
from cluster.kubelet.static_pods import HASH
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj

MIRROR = "kubernetes.io/config.mirror"


def is_mirror(pod: Obj) -> bool:
    """Whether a pod of the API server is the picture of a static one."""
    return MIRROR in (pod["metadata"].get("annotations") or {})


def uid_on_node(pod: Obj) -> str:
    """Return the uid under which a pod of the API server runs on its node: a static pod's is that of its manifest."""
    meta = pod["metadata"]
    return str(meta["annotations"][MIRROR] if is_mirror(pod) else meta["uid"])


def is_mirror_of(mirror: Obj, pod: Obj) -> bool:
    """Whether a mirror pod shows a static pod as it is now."""
    return bool(mirror["metadata"]["annotations"].get(MIRROR) == pod["metadata"]["annotations"][HASH])


def mirror_of(pod: Obj, node: Obj) -> Obj:
    """Return the mirror pod to create for a static pod; ``node``: its Node, which owns it."""
    meta = {name: value for name, value in pod["metadata"].items() if name != "uid"}
    owner = {"apiVersion": "v1", "kind": "Node", "name": node["metadata"]["name"], "uid": node["metadata"]["uid"], "controller": True}
    meta |= {"annotations": {**meta["annotations"], MIRROR: meta["annotations"][HASH]}, "ownerReferences": [owner]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": pod["spec"]}


class MirrorClient:
    """Writes the mirror pods of one node."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, pod: Obj, node: Obj) -> None:
        """Create the mirror of a static pod; one that is there already is left alone. Raises ApiError."""
        try:
            self._client.create(PODS, mirror_of(pod, node), is_shared=True)
        except ApiError as error:
            if error.code != 409:
                raise

    def delete(self, mirror: Obj) -> None:
        """Delete a mirror pod at once; one that is gone already is left alone. Raises ApiError."""
        meta = mirror["metadata"]
        try:
            self._client.delete(PODS, meta["name"], meta["namespace"], uid=meta["uid"], grace_period_seconds=0)
        except ApiError as error:
            if error.code not in (404, 409):
                raise
