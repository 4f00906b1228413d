"""Whether an object has to do with a node: a pod there uses it.

Upstream keeps a graph of all pods, claims, volumes and what they refer to, and looks for a path in it. A node runs some
hundred pods at most and its kubelet seldom asks: here the pods of the node are looked through when it does.

Upstream: ``plugin/pkg/auth/authorizer/node/graph.go``, ``graph_populator.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cluster.apiserver.authorization.node import references
from cluster.apiserver.reader import Reader
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue

_MIRROR = "kubernetes.io/config.mirror"


class Relations:
    """``pods_on``: the pods of a node, by its name; ``kinds``: what is served now."""

    def __init__(self, pods_on: Callable[[str], Sequence[KeyValue]], reader: Reader, kinds: Callable[[], ServedKinds]) -> None:
        self._pods_on, self._reader, self._kinds = pods_on, reader, kinds

    def has_pod(self, node: str, namespace: str, name: str) -> bool:
        """Whether a pod was bound to the node."""
        return any(_is(kv.obj, namespace, name) for kv in self._pods_on(node))

    def has_secret(self, node: str, namespace: str, name: str) -> bool:
        """Whether a pod there uses a Secret, itself or by a volume."""
        if any(name in references.secrets_of(pod) for pod in self._users(node, namespace)):
            return True
        return any((namespace, name) in references.volume_secrets_of(volume) for volume in self._volumes(node))

    def has_config_map(self, node: str, namespace: str, name: str) -> bool:
        """Whether a pod there uses a ConfigMap."""
        return any(name in references.config_maps_of(pod) for pod in self._users(node, namespace))

    def has_service_account(self, node: str, namespace: str, name: str) -> bool:
        """Whether a pod there runs as a ServiceAccount."""
        return any(pod["spec"].get("serviceAccountName") == name for pod in self._users(node, namespace))

    def has_claim(self, node: str, namespace: str, name: str) -> bool:
        """Whether a pod there uses a PersistentVolumeClaim."""
        return any(name in references.claims_of(pod) for pod in self._users(node, namespace))

    def has_volume(self, node: str, name: str) -> bool:
        """Whether a pod there uses a claim that is bound to a PersistentVolume."""
        return any(volume["metadata"]["name"] == name for volume in self._volumes(node))

    def has_attachment(self, node: str, name: str) -> bool:
        """Whether a VolumeAttachment is one of the node."""
        kind = self._kind("storage.k8s.io", "volumeattachments")
        attachment = self._reader.get(kind, "", name) if kind else None
        return attachment is not None and attachment["spec"].get("nodeName") == node

    def _users(self, node: str, namespace: str) -> Iterator[Obj]:
        """Yield a node's pods in a namespace; mirror pods need nothing: they are a file on the node."""
        for kv in self._pods_on(node):
            meta = kv.obj["metadata"]
            if meta.get("namespace") == namespace and _MIRROR not in (meta.get("annotations") or ()):
                yield kv.obj

    def _volumes(self, node: str) -> Iterator[Obj]:
        kind = self._kind("", "persistentvolumes")
        for volume in self._reader.list(kind) if kind else ():
            claim = volume["spec"].get("claimRef") or {}
            if claim and self.has_claim(node, claim.get("namespace", ""), claim.get("name", "")):
                yield volume

    def _kind(self, group: str, plural: str) -> Kind | None:
        return self._kinds().by_resource(group, "v1", plural)


def _is(obj: Obj, namespace: str, name: str) -> bool:
    meta = obj["metadata"]
    return bool(meta["name"] == name and meta.get("namespace", "") == namespace)
