"""``kubectl drain <node> --ignore-daemonsets --delete-emptydir-data``: cordons a node and evicts its pods.

kubectl evicts all pods at once through ``pods/eviction``, tries again after five seconds while a PodDisruptionBudget refuses (429), and
waits until each pod is gone. Pods of DaemonSets and mirror pods stay; one that no controller has is refused without ``--force``, before
anything is evicted. Here kubectl is part of what the loops run, so that a drain goes on wherever they go on; what is left to do stands in
the store. It ends when the node is uncordoned, where one would press Ctrl-C.

Upstream: ``staging/src/k8s.io/kubectl/pkg/drain/drain.go``, ``filters.go``.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.client.workqueue import Result, WorkQueue
from cluster.engine.engine import Engine
from cluster.kubelet.mirror_pods import is_mirror
from cluster.machinery.errors import ApiError, bad_request, not_found
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import Key, Obj, SimTime, controller_of
from cluster.machinery.storage import Store

KUBECTL = "kubectl"
PREFIX = "/runner/drains/"
RETRY_SECONDS = 5.0
POLL_SECONDS = 1.0
_ADMIN = User("kubernetes-admin", ("system:masters", "system:authenticated"))
_TOO_MANY = 429
_OVER = ("Succeeded", "Failed")


def to_evict(pods: Iterable[Obj], *, is_forced: bool) -> list[Obj]:
    """Return which pods of a node have to go. Raises ApiError (400) for those that nobody would make again."""
    found, orphans = [], []
    for pod in pods:
        owner = controller_of(pod)
        is_over = (pod.get("status") or {}).get("phase") in _OVER
        if is_mirror(pod) or (owner is not None and owner["kind"] == "DaemonSet" and not is_over):
            continue
        found.append(pod)
        if owner is None and not is_over:
            orphans.append(f"{pod['metadata']['namespace']}/{pod['metadata']['name']}")
    if orphans and not is_forced:
        raise bad_request(f"cannot delete Pods that declare no controller (use --force to override): {', '.join(orphans)}")
    return found


class Drains:
    """What is being drained. A record for each pod that has to go: ``{"uid", "evicted"}``."""

    def __init__(self, store: Store, client: Client, engine: Engine) -> None:
        self._store = store
        self._client = client.acting_as(KUBECTL, _ADMIN)
        self._queue = WorkQueue(KUBECTL, engine, self._go_on, background=True)

    def start(self) -> None:
        """Go on with what is left to do."""
        for value in self._store.list(PREFIX).items:
            self._queue.add(Key(value.key.removeprefix(PREFIX)))

    def begin(self, node: str, *, is_forced: bool) -> None:
        """Begin to drain a node. Raises ApiError: 404 without such a node, 400 for pods that nobody would make again."""
        if self._store.get(NODES.storage_key("", node)) is None:
            raise not_found("", "nodes", node)
        if not self._is_cordoned(node):
            self._client.patch(NODES, node, "", {"spec": {"unschedulable": True}})
        pods = self._client.list(PODS, field_selector=f"spec.nodeName={node}")
        for pod in to_evict(pods, is_forced=is_forced):
            meta = pod["metadata"]
            key = f"{node}/{meta['namespace']}/{meta['name']}"
            self._store.put(f"{PREFIX}{key}", {"uid": meta["uid"], "evicted": False})
            self._queue.add(Key(key))

    def _go_on(self, key: Key, now: SimTime) -> Result:
        value = self._store.get(f"{PREFIX}{key}")
        if value is None:
            return Result()
        node, namespace, name = key.split("/")
        if not self._is_cordoned(node):
            return self._forget(key)
        if value.obj["evicted"]:
            is_gone = self._is_gone(namespace, name, value.obj["uid"])
            return self._forget(key) if is_gone else Result(POLL_SECONDS)
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": namespace}}
        try:
            self._client.create(PODS, eviction, subresource="eviction", name=name)
        except ApiError as error:
            return Result(RETRY_SECONDS) if error.code == _TOO_MANY else self._forget(key)
        self._store.put(f"{PREFIX}{key}", {"uid": value.obj["uid"], "evicted": True})
        return Result(POLL_SECONDS)

    def _is_cordoned(self, node: str) -> bool:
        value = self._store.get(NODES.storage_key("", node))
        return value is not None and bool(value.obj["spec"].get("unschedulable"))

    def _is_gone(self, namespace: str, name: str, uid: str) -> bool:
        try:
            return bool(self._client.get(PODS, name, namespace)["metadata"]["uid"] != uid)
        except ApiError:
            return True  # not found; or the API server is, and kubectl gives up

    def _forget(self, key: Key) -> Result:
        self._store.put(f"{PREFIX}{key}", None)
        return Result()
