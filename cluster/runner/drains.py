"""``kubectl drain <node> --ignore-daemonsets --delete-emptydir-data``: cordons a node and evicts its pods.

kubectl evicts all pods at once through ``pods/eviction``, tries again after five seconds while a PodDisruptionBudget refuses (429), and
waits until each pod is gone. Pods of DaemonSets and mirror pods stay; one that no controller has is refused without ``--force``, before
anything is evicted. Here kubectl is part of what the loops run, so that a drain goes on wherever they go on; what is left to do stands in
the store, and a hop of kubectl with itself says whenever that changes, as kubectl prints a line. It ends when the node is uncordoned, where
one would press Ctrl-C.

Upstream: ``staging/src/k8s.io/kubectl/pkg/drain/drain.go``, ``filters.go``.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.client.workqueue import Result, WorkQueue
from cluster.engine.engine import Engine
from cluster.etcd.hop_log import PROGRESS
from cluster.kubelet.mirror_pods import is_mirror
from cluster.machinery.errors import ApiError, bad_request, not_found
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import Key, Obj, SimTime, controller_of
from cluster.machinery.storage import Store

KUBECTL = "kubectl"
PREFIX = "/runner/drains/"
CARD = "faults/drains/"
"""How the keys of the hops and cards begin that say how far it is."""
OVER = "drained"
"""Outcome of the hop that says that no pod is left."""
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
    """What is being drained. A record for each pod that has to go: ``{"uid", "evicted", "why"}``; ``why``: what keeps it from being
    evicted."""

    def __init__(self, store: Store, client: Client, engine: Engine) -> None:
        self._store, self._trace = store, engine.trace
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
            key = Key(f"{node}/{meta['namespace']}/{meta['name']}")
            self._note(key, {"uid": meta["uid"], "evicted": False, "why": ""})
            self._queue.add(key)

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
            if error.code != _TOO_MANY:
                return self._forget(key)
            why = _why(error)
            if why != value.obj.get("why", ""):
                self._note(key, {**value.obj, "why": why}, f"{namespace}/{name}: {why}")
            return Result(RETRY_SECONDS)
        self._note(key, {"uid": value.obj["uid"], "evicted": True, "why": ""})
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
        node = key.split("/")[0]
        is_last = len(self._store.list(f"{PREFIX}{node}/").items) == 1
        self._note(key, None, OVER if is_last and self._is_cordoned(node) else "")
        return Result()

    def _note(self, key: Key, value: Obj | None, outcome: str = "") -> None:
        """Write a record. ``outcome``: what there is to see of it; empty: it is one step of many."""
        node = key.split("/")[0]
        hop = self._trace.record(KUBECTL, KUBECTL, PROGRESS, f"{CARD}{node}", outcome=outcome)
        hop.is_routine = not outcome
        hop.revision = self._store.put(f"{PREFIX}{key}", value, hop=hop.seq).mod_revision


def _why(error: ApiError) -> str:
    """Return which budget refuses an eviction, in its own words."""
    causes = (error.details or {}).get("causes") or ()
    return str(causes[0]["message"]) if causes else error.message


def left_in(store: Store, revision: int) -> dict[str, list[Obj]]:
    """Return which pods are left of each node that was being drained at a revision: ``{"pod", "evicted", "why"}``. Raises Compacted."""
    found: dict[str, list[Obj]] = {}
    for value in store.list(PREFIX, revision=revision).items:
        node, _, pod = value.key.removeprefix(PREFIX).partition("/")
        found.setdefault(node, []).append({"pod": pod, "evicted": value.obj["evicted"], "why": value.obj.get("why", "")})
    return found
