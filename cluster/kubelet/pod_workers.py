"""All pods of one node: which there are, by their two sources, and a worker for each.

The API server's pods come by the watch, static ones from the node's manifests. A mirror pod is no pod to run: it is handed to the
worker of the static pod that it shows, and goes when there is none. A static pod that takes another's name waits until that one is gone.

Upstream: ``pkg/kubelet/pod_workers.go`` (allowStaticPodStart), ``pkg/kubelet/kubelet.go`` (HandlePodAdditions and its like).
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.client.workqueue import Result
from cluster.kubelet.mirror_pods import is_mirror
from cluster.kubelet.node_context import NodeContext
from cluster.kubelet.pod_worker import PodWorker
from cluster.machinery.meta import Key, Obj, SimTime, key_of


class PodWorkers:
    """The workers of one node by the uids of their pods."""

    def __init__(self, context: NodeContext) -> None:
        self._context, self._queue = context, context.queue
        self._workers: dict[str, PodWorker] = {}
        self._mirrors: dict[Key, Obj] = {}
        self._static: dict[Key, list[str]] = {}

    def __contains__(self, uid: str) -> bool:
        return uid in self._workers

    def __iter__(self) -> Iterator[PodWorker]:
        return iter(self._workers.values())

    def found(self, uid: str) -> None:
        """Take up a pod that the runtime has, whoever wants it."""
        self._worker(uid)
        self._queue.add(Key(uid))

    def added(self, pod: Obj) -> None:
        """A pod of the API server has come."""
        if is_mirror(pod):
            self._mirror_changed(key_of(pod), pod)
            return
        self._worker(pod["metadata"]["uid"]).state.pod = pod
        self._queue.add(Key(pod["metadata"]["uid"]))

    def updated(self, old: Obj, pod: Obj) -> None:
        """A pod of the API server has changed."""
        uid = pod["metadata"]["uid"]
        if is_mirror(pod):
            self._mirror_changed(key_of(pod), pod, is_telling=concerns_kubelet(old, pod) or uid != old["metadata"]["uid"])
        elif old["metadata"]["uid"] != uid:
            self.deleted(old)
            self.added(pod)
        else:
            state = self._worker(uid).state
            state.pod = pod
            is_own = pod["metadata"].get("resourceVersion", "") == state.written
            if concerns_kubelet(old, pod) or (not is_own and old.get("status") != pod.get("status")):
                self._queue.add(Key(uid))

    def deleted(self, pod: Obj) -> None:
        """A pod of the API server is gone."""
        if is_mirror(pod):
            self._mirror_changed(key_of(pod), None)
            return
        uid = pod["metadata"]["uid"]
        self._context.admission.release(uid)  # as upstream, whatever still runs: the scheduler counts on it already
        self._worker(uid).state.pod = None
        self._queue.add(Key(uid))

    def manifest_added(self, pod: Obj) -> None:
        """A static pod has come."""
        uid, key = pod["metadata"]["uid"], key_of(pod)
        state = self._worker(uid).state
        state.pod, state.mirror = pod, self._mirrors.get(key)
        state.is_static, state.is_removed = True, False
        owners = self._static.setdefault(key, [])
        if uid not in owners:
            owners.append(uid)
        self._queue.add(Key(uid))

    def manifest_removed(self, pod: Obj) -> None:
        """The file of a static pod is gone or says something else."""
        self._worker(pod["metadata"]["uid"]).state.is_removed = True
        self._queue.add(Key(pod["metadata"]["uid"]))

    def sync(self, uid: Key, now: SimTime) -> Result:
        """Let one worker go on. Raises ApiError when what it wrote was refused."""
        worker = self._workers.get(uid)
        if worker is None or (worker.state.is_static and self._static[key_of(worker.state.pod or {})][0] != uid):
            return Result()
        result = worker.sync(now)
        if worker.is_finished:
            worker.close()
            self._context.admission.release(uid)
            self._workers.pop(uid, None)
            if worker.state.pod is not None:
                self._forget_manifest(key_of(worker.state.pod), uid)
        return result

    def sweep_mirrors(self) -> None:
        """Delete the mirrors of static pods that this node no longer has, when both sources have been read. Raises ApiError."""
        for key in [key for key in self._mirrors if key not in self._static]:
            self._context.mirrors.delete(self._mirrors[key])

    def close(self) -> None:
        """Let no worker act any more."""
        for worker in self._workers.values():
            worker.close()

    def _worker(self, uid: str) -> PodWorker:
        if uid not in self._workers:
            self._workers[uid] = PodWorker(uid, self._context)
        return self._workers[uid]

    def _mirror_changed(self, key: Key, mirror: Obj | None, *, is_telling: bool = True) -> None:
        if mirror is None:
            self._mirrors.pop(key, None)
        else:
            self._mirrors[key] = mirror
        for uid in self._static.get(key, ()):
            self._workers[uid].state.mirror = mirror
            if is_telling:
                self._queue.add(Key(uid))

    def _forget_manifest(self, key: Key, uid: Key) -> None:
        owners = self._static.get(key, [])
        if uid in owners:
            owners.remove(uid)
        for waiting in owners[:1]:
            self._queue.add(Key(waiting))
        if not owners:
            self._static.pop(key, None)


def concerns_kubelet(old: Obj, new: Obj) -> bool:
    """Whether a pod's change asks for a sync: of its spec, its deletion or its annotations; of conditions for a readiness gate.

    A status that somebody else has written asks for one besides. The kubelet's own patches come back as changes too and must not.
    """
    before, after = old["metadata"], new["metadata"]
    for name in ("deletionTimestamp", "deletionGracePeriodSeconds", "annotations"):
        if before.get(name) != after.get(name):
            return True
    if old["spec"] != new["spec"]:
        return True
    gates = {gate["conditionType"] for gate in new["spec"].get("readinessGates") or ()}
    return bool(gates) and _gate_conditions(old, gates) != _gate_conditions(new, gates)


def _gate_conditions(pod: Obj, gates: set[str]) -> dict[str, str]:
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return {condition["type"]: condition["status"] for condition in conditions if condition["type"] in gates}
