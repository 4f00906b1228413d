"""One node's agent: watches its pods, gives each a worker, renews its Lease and reports its status.

Differs from upstream in who hands it its own Node: ``kubelets.py``, which watches all of them, since 5,000 watches of one Node each
would be waste. Upstream: ``pkg/kubelet/kubelet.go``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from cluster.client.backoff import Backoff
from cluster.client.client import Client
from cluster.client.events import EventRecorder
from cluster.client.informer import Informer
from cluster.client.workqueue import Result, WorkQueue
from cluster.engine.engine import Engine
from cluster.kubelet import lease
from cluster.kubelet.admission import Admission, Rejection
from cluster.kubelet.cri import RecordedRuntime
from cluster.kubelet.eviction_config import DEFAULT, EvictionConfig, KubeletConfigError, parse_eviction
from cluster.kubelet.eviction_manager import EvictionManager
from cluster.kubelet.images import ImageManager
from cluster.kubelet.lifecycle import HookRunner
from cluster.kubelet.mirror_pods import MirrorClient
from cluster.kubelet.node_context import Burden, Host, NodeContext
from cluster.kubelet.node_measuring import NodeMeasuring
from cluster.kubelet.node_status import REPORT_SECONDS, NodeState, changes_told, node_status, seconds_until_report
from cluster.kubelet.object_cache import ObjectCache
from cluster.kubelet.pod_workers import PodWorkers
from cluster.kubelet.prober.attempt import Prober
from cluster.kubelet.runtime_state import CHECK_SECONDS, RuntimeState
from cluster.kubelet.shutdown import Shutdown
from cluster.kubelet.static_pods import ManifestFolder
from cluster.kubelet.tls_bootstrap import user_of
from cluster.kubelet.volumes.attachments import Attachments
from cluster.kubelet.volumes.tokens import Tokens
from cluster.machinery.cri import ContainerEvent
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.kubelet_credentials import CONFIGURATION
from cluster.machinery.meta import Key, Obj, SimTime
from cluster.machinery.network import Peer
from cluster.machinery.node_files import NodeFiles

logger = logging.getLogger(__name__)

LEASE = Key("lease")
STATUS = Key("status")
RETRY_SECONDS = 10.0
"""The longest wait until a pod is looked at again whose last sync has failed."""
PRESSURE = Key("pressure")
RUNTIME = Key("runtime")
BIRTH = Key("birth")


def node_client(client: Client, node: str, files: NodeFiles) -> Client:
    """Return the client of a node's kubelet: its name in the trace and its identity for the API server."""
    return client.acting_as(f"node/{node}/kubelet", user_of(files, node))


class Kubelet:
    """The kubelet of one node from one start to its stop; a node that starts again gets a new one.

    ``node``: its Node, shared with whoever hands it over; ``is_new``: it is a process that begins, not one that is found running.
    """

    def __init__(self, node: Obj, client: Client, engine: Engine, host: Host, *, is_new: bool = True) -> None:
        name = node["metadata"]["name"]
        self._node, self._engine, self._host = node, engine, host
        self._client = node_client(client, name, host.files)
        self._runtime, self._runtime_state = RecordedRuntime(host.runtime, engine.trace, name, host.line, engine.after), RuntimeState()
        self._queue = WorkQueue(self._client.source, engine, self._sync_pod, max_delay=RETRY_SECONDS)
        self._routine = WorkQueue(self._client.source, engine, self._sync_node, background=True)
        self._informer = Informer(PODS, self._client, engine, field_selector=f"spec.nodeName={name}")
        self._lease = lease.NodeLease(self._client, node)
        self._has_renewed = self._is_stopped = False
        self._is_new = is_new
        self._recorder = EventRecorder(self._client, "kubelet", engine, name)
        self._objects = ObjectCache(self._client, engine, self._queue)
        self._attachments = Attachments(self._client, lambda: self._node, lambda: self._routine.add(STATUS))
        peer = Peer(name, host.internal_ip)
        context = NodeContext(
            self._client,
            engine,
            self._runtime,
            host.files,
            ImageManager(self._runtime, engine.clock),
            Backoff(),
            self._recorder,
            MirrorClient(self._client),
            Prober(host.network, self._runtime, peer),
            HookRunner(engine, host.network, self._runtime, peer),
            host.services,
            self._objects,
            Tokens(self._client, engine.clock),
            self._attachments,
            Admission(lambda: self._node, self._gate),
            self._queue,
            lambda: self._node,
            host.internal_ip,
        )
        self._workers = PodWorkers(context)
        self._measuring = NodeMeasuring(lambda: self._node, self._runtime, self._recorder, host.burden)
        self._eviction = EvictionManager(
            lambda: self._node,
            self._measuring,
            self._recorder,
            lambda: self._workers,
            lambda: self._routine.add(STATUS),
            eviction_config(host.files),
        )
        self._shutdown = Shutdown(engine, self._client.source, lambda: self._workers, lambda: self._routine.add(STATUS))
        self._manifests = ManifestFolder(host.files, name, self._workers.manifest_added, self._workers.manifest_removed)

    @property
    def runtime(self) -> RecordedRuntime:
        """The node's runtime, each call of which is a hop."""
        return self._runtime

    def start(self) -> None:
        """Take up what is on the node, read its manifests, watch its pods, begin heartbeats."""
        self._configure_network()
        self._runtime_state.asked(self._engine.clock.now, is_answered=self._runtime.status() is None)
        self._runtime.get_container_events(self._container_event)
        for sandbox in self._runtime.list_pod_sandbox():
            self._workers.found(sandbox.uid)
        self._manifests.start()
        self._informer.subscribe(
            self._client.source, self._queue, on_add=self._workers.added, on_update=self._workers.updated, on_delete=self._workers.deleted
        )
        self._informer.keep_trying()
        self._workers.sweep_mirrors()
        if self._is_new:
            self._routine.add(BIRTH)
        self._routine.add(LEASE)
        due = seconds_until_report(self._node, self._host.internal_ip, self._engine.clock.now, self._state())
        self._routine.add_after(STATUS, due)

    def stop(self) -> None:
        """Fall silent: no watch, no heartbeat, no answer to what the runtime says."""
        self._is_stopped = True
        self._informer.stop()
        self._manifests.stop()
        self._objects.stop()
        self._runtime.get_container_events(_unheard)
        self._workers.close()

    def node_changed(self, node: Obj) -> None:
        """Take note of the Node's new state; a status that somebody else has changed is written again."""
        self._node = node
        self._configure_network()
        self._report_what_has_changed(self._engine.clock.now)

    def pressure_changed(self, burden: Burden) -> None:
        """Take note of what something else takes of the machine."""
        self._measuring.burden = burden
        self._routine.add(PRESSURE)

    def shut_down(self, period: float, critical_period: float, done: Callable[[], None]) -> None:
        """End all pods as before a shutdown, within ``period`` seconds, the critical ones in the last part; then call ``done``."""
        self._tell("Shutdown", "Shutdown manager detected shutdown event")
        self._shutdown.begin(period, critical_period, lambda: None if self._is_stopped else done())

    def _report_what_has_changed(self, now: SimTime) -> None:
        if seconds_until_report(self._node, self._host.internal_ip, now, self._state()) <= 0:
            self._routine.add(STATUS)

    def _gate(self, pod: Obj) -> Rejection | None:
        return self._shutdown.gate(pod) or self._eviction.gate(pod)

    def _configure_network(self) -> None:
        self._runtime.update_runtime_config(self._node["spec"].get("podCIDR") or self._host.pod_cidr)

    def _container_event(self, event: ContainerEvent) -> None:
        if event.pod_uid in self._workers:
            self._queue.add(Key(event.pod_uid))

    def _state(self) -> NodeState:
        images, errors = tuple(self._runtime.list_images()), self._runtime_state.errors
        return NodeState(self._eviction.pressures, self._shutdown.is_going_on, images, errors, self._attachments.in_use)

    def _sync_pod(self, key: Key, now: SimTime) -> Result:
        return Result() if self._is_stopped or self._is_blind(key) else self._workers.sync(key, now)

    def _is_blind(self, pod_uid: Key) -> bool:
        """Whether nothing can be known of a pod: the runtime does not answer. A new pod is tried until the node is not ready."""
        if self._runtime.status() is None:
            return False
        return bool(self._runtime_state.errors) or self._runtime.pod_sandbox_status(pod_uid) is not None

    def _ask_runtime(self, now: SimTime) -> None:
        """Find out whether the runtime is up. When it is again, all pods are looked at anew."""
        was_answering = self._runtime_state.is_answering
        self._runtime_state.asked(now, is_answered=self._runtime.status() is None)
        if not self._runtime_state.is_answering:
            self._routine.add_after(RUNTIME, CHECK_SECONDS)
        elif not was_answering:
            for worker in self._workers:
                self._queue.add(Key(worker.state.uid))
        self._report_what_has_changed(now)

    def _sync_node(self, key: Key, now: SimTime) -> Result:
        if self._is_stopped:
            return Result()
        try:
            return self._report(key, now)
        except ApiError as error:
            if not error.is_server_error:
                raise
            return Result(lease.RENEW_SECONDS)  # it cannot be reached: it is tried again at the usual time

    def _report(self, key: Key, now: SimTime) -> Result:
        """Tell the API server that the node lives, and how it is. Raises ApiError."""
        if key == BIRTH:
            self._tell("Starting", "Starting kubelet.")
            self._tell("NodeAllocatableEnforced", "Updated Node Allocatable limit across pods")
            return Result()
        if key == RUNTIME:
            self._ask_runtime(now)
            return Result()
        if key == PRESSURE:
            self._eviction.synchronize(now)
            return Result()
        if key == LEASE:
            if self._runtime_state.is_answering:
                self._eviction.synchronize(now)
            self._ask_runtime(now)
            self._lease.renew(now)
            first, self._has_renewed = not self._has_renewed, True
            return Result(lease.stagger(self._node["metadata"]["name"]) if first else lease.RENEW_SECONDS)
        before, name = self._node, self._node["metadata"]["name"]
        patch = {"status": node_status(before, self._host.internal_ip, now, self._state())}
        self._node = self._client.patch(NODES, name, "", patch, subresource="status")
        for reason in changes_told(before, self._node):
            self._tell(reason, f"Node {name} status is now: {reason}")
        return Result(REPORT_SECONDS)

    def _tell(self, reason: str, message: str) -> None:
        name = self._node["metadata"]["name"]
        reference = {"kind": "Node", "metadata": {"name": name, "uid": name}}  # upstream, too, gives the name for the uid
        self._recorder.event(reference, "Normal", reason, message)


def eviction_config(files: NodeFiles) -> EvictionConfig:
    """Return what the configuration on a machine's disk says of eviction; the defaults where there is none that is good."""
    text = files.read(CONFIGURATION)
    try:
        return parse_eviction(text.decode()) if text is not None else DEFAULT
    except KubeletConfigError as error:
        logger.warning("%s: %s", CONFIGURATION, error)
        return DEFAULT


def _unheard(_: ContainerEvent) -> None:
    """Where events go while no kubelet listens."""
