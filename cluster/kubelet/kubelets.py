"""The machine room: one machine with a runtime and a kubelet for every Node that exists.

A real cluster has machines first, and each one's kubelet registers its Node. Here it is also the other way round: whoever
creates a Node gets a machine for it, and who deletes a Node has the machine taken away for good. So this is part of the simulation and
not of Kubernetes; its watch is no arrow on any diagram. A Node has
no machine while it is annotated ``simulation.podium/ignore=true``; while it is annotated ``simulation.podium/stopped=true`` its kubelet is
silent and its containers run on.

What is done to a machine is kept in the node's record ``machine``: ``{"index": 3, "stopped": false, "uid": <the Node's>}``. What
a person does to it past the API server (``stop``, ``start``, ``kill-container``, ``write-manifest``) is recorded as a hop from
``dashboard``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from ipaddress import ip_network

from cluster.apiserver.request import Watch
from cluster.client.client import Client
from cluster.engine.engine import Engine
from cluster.kubelet.cri import CLEAR, Line, RecordedRuntime
from cluster.kubelet.joining import Joining
from cluster.kubelet.kubelet import Kubelet
from cluster.kubelet.machine import POD_CIDR_BITS, Machine, internal_ip, pod_cidr
from cluster.kubelet.node_context import Burden, Host, NodeRuntime
from cluster.kubelet.service_environment import ServiceEnvironment
from cluster.kubelet.shutdown import CRITICAL_PERIOD, PERIOD
from cluster.kubelet.static_pods import decode_manifest, manifest_path
from cluster.machinery.errors import bad_request, not_found
from cluster.machinery.kinds.core import NODES
from cluster.machinery.kubelet_credentials import CONFIGURATION
from cluster.machinery.meta import Obj
from cluster.machinery.netfilter.rules import lose_power
from cluster.machinery.network import Network, PodServer
from cluster.machinery.node_files import MountedFiles
from cluster.machinery.node_storage import NodeStorage
from cluster.machinery.quantity import QuantityError
from cluster.machinery.quantity import value as amount_of
from cluster.machinery.steering import is_ignored, is_stopped

RECORD = "machine"
PRESSURE = "pressure"
"""The record of what something beside the pods takes of a machine."""
HAND = "dashboard"
"""Who pulls the plug, as the trace names it."""


@dataclass(slots=True)
class _Node:
    node: Obj
    index: int
    is_stopped: bool
    storage: NodeStorage
    runtime: NodeRuntime
    kubelet: Kubelet | None = None

    @property
    def pod_cidr(self) -> str:
        return self.node["spec"].get("podCIDR") or pod_cidr(self.index)


@dataclass(frozen=True, slots=True)
class Plug:
    """A machine as the network sees it. ``is_powered``: whether anything answers there; ``has_kubelet``: whether its kubelet does."""

    name: str
    ip: str
    is_powered: bool
    has_kubelet: bool
    pods: PodServer


class Kubelets:
    """All machines of a cluster. ``client``: any client, its name is used for the list and watch of Nodes only.

    ``storage``, ``files`` and ``runtime`` give a node's by its name. ``register``: machines whose kubelets register their Nodes, once: a
    Node that was deleted does not come back. They are numbered in this order. ``is_held``: whether a kubelet (``node/n1/kubelet``) is kept
    from running; ``line``: how it reaches a runtime (``node/n1/containerd``).
    """

    def __init__(
        self,
        client: Client,
        engine: Engine,
        storage: Callable[[str], NodeStorage],
        files: Callable[[str], MountedFiles],
        runtime: Callable[[str], NodeRuntime],
        network: Network,
        register: Sequence[Machine] = (),
        is_held: Callable[[str], bool] = lambda kubelet: False,
        line: Callable[[str], Line] = lambda runtime: CLEAR,
    ) -> None:
        self._client, self._engine, self._network = client, engine, network
        self._storage, self._files, self._runtime, self._is_held, self._line = storage, files, runtime, is_held, line
        self._joining = {machine.name: self._machine_that_joins(machine, index) for index, machine in enumerate(register)}
        self._next_index = len(self._joining)
        self._services = ServiceEnvironment(client, engine)
        self._nodes: dict[str, _Node] = {}
        self._addresses: dict[str, str] = {}
        self._watch: Watch | None = None

    @property
    def name(self) -> str:
        """Whose step it is when a Node's change is taken up."""
        return self._client.source

    def start(self) -> None:
        """Start every machine that is not stopped, and have those registered that are not there."""
        self._services.start()
        self._list_and_watch()
        for name, joining in self._joining.items():
            if name not in self._nodes and self._storage(name).get(RECORD) is None:
                joining.start()

    def stop(self) -> None:
        """Stop acting; machines that run are found running by the next start."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        self._services.stop()
        for joining in self._joining.values():
            joining.stop()
        for entry in self._nodes.values():
            self._silence(entry)
            entry.runtime.stop()
        self._nodes.clear()

    def run_next(self) -> bool:
        """Take up the oldest change of a Node."""
        event = self._watch.next() if self._watch is not None else None
        if self._watch is None or event is None:
            return False
        with self._engine.trace.caused_by(event.hop):
            if event.type == "ERROR":
                self._list_and_watch()  # the watch fell behind (410)
            elif event.type == "DELETED":
                self._removed(event.value.obj["metadata"]["name"])
            elif event.type != "BOOKMARK":
                self._changed(event.value.obj)
        return self._watch is not None and self._watch.has_more

    def join(self, machine: Machine, files: Mapping[str, str]) -> None:
        """Give a machine power, with nothing on its disk but ``files`` (text by path): its kubelet registers it. One whose Node was deleted
        may come again. Harmless when it is there."""
        name = machine.name
        if name in self._nodes:
            return
        before = self._joining.get(name)
        if before is None:
            self._next_index += 1
        else:
            before.stop()
        _wipe(self._storage(name))
        for path, text in files.items():
            self._files(name).write(path, text.encode())
        self._joining[name] = self._machine_that_joins(machine, before.index if before is not None else self._next_index - 1)
        self._joining[name].start()

    def plug(self, name: str) -> Plug | None:
        """Return a machine by its node's name, None when there is none."""
        entry = self._nodes.get(name)
        if entry is None:
            return None
        return Plug(name, internal_ip(entry.index), not entry.is_stopped, entry.kubelet is not None, entry.runtime)

    def plug_at(self, address: str) -> Plug | None:
        """Return the machine that has an address, or in whose pod range it is; None: nobody."""
        if not self._addresses:
            for name, entry in self._nodes.items():
                self._addresses[internal_ip(entry.index)] = self._addresses[entry.pod_cidr] = name
        found = self._addresses.get(address) or self._addresses.get(str(ip_network((address, POD_CIDR_BITS), strict=False)))
        return self.plug(found) if found is not None else None

    def follow_hold(self, name: str) -> None:
        """Start or stop a node's kubelet as ``is_held`` says now. Harmless when there is no such node."""
        if name in self._nodes:
            self._follow_annotation(self._nodes[name])

    def is_stopped(self, name: str) -> bool:
        """Whether a machine has been stopped. Raises ApiError (404) when there is none of this name."""
        return self._find(name).is_stopped

    def stop_node(self, name: str) -> None:
        """Cut a machine's power: kubelet and containers stop at once. Raises ApiError (404)."""
        entry = self._find(name)
        if not entry.is_stopped:
            entry.is_stopped = True
            self._switch(entry, "stop")
            self._silence(entry)
            entry.runtime.stop()

    def start_node(self, name: str) -> None:
        """Give a machine its power back: its containers are lost, its kubelet starts anew. Raises ApiError (404)."""
        entry = self._find(name)
        if entry.is_stopped:
            entry.is_stopped = False
            with self._engine.trace.caused_by(self._switch(entry, "start")):
                entry.runtime = self._runtime(name)
                entry.runtime.mark_lost()
                lose_power(entry.storage)
                entry.runtime.start()
                self._follow_annotation(entry)

    def kill_container(self, pod_uid: str, container: str) -> None:
        """Kill a container from outside; it ends with code 137. Raises ApiError (400) when it does not run."""
        trace = self._engine.trace
        for name, entry in self._nodes.items():
            sandbox = None if entry.is_stopped else entry.runtime.pod_sandbox_status(pod_uid)
            if sandbox is not None:
                key = f"pods/{sandbox.namespace}/{sandbox.name}/{container}"
                hop = trace.record(HAND, f"node/{name}/containerd", "kill-container", key)
                with trace.caused_by(hop.seq):
                    if entry.runtime.kill(pod_uid, container):
                        return
                trace.retract(hop)
        raise bad_request(f'container "{container}" is not running')

    def trouble_container(self, node: str, pod_uid: str, container: str, trouble: str, container_id: str = "") -> None:
        """Let something be wrong with a container from now on (empty: nothing). Harmless where it is not."""
        if node in self._nodes:
            self._nodes[node].runtime.trouble(pod_uid, container, trouble, container_id)

    def write_manifest(self, node: str, name: str, text: str) -> None:
        """Write a static pod's manifest (``web.yaml``) on a machine's disk. Raises ApiError: 404, 400 and 422 for what is no pod."""
        self._find(node)
        path = manifest_path(name)
        decode_manifest(text.encode(), path, node)
        self._files(node).write(path, text.encode())

    def remove_manifest(self, node: str, name: str) -> None:
        """Remove a static pod's manifest from a machine's disk. Raises ApiError: 404 for the node, 400 for the file."""
        self._find(node)
        path = manifest_path(name)
        if self._files(node).read(path) is None:
            raise bad_request(f"node {node} has no {path}")
        self._files(node).remove(path)

    def runtime(self, name: str) -> RecordedRuntime | None:
        """Return the runtime of a node as its kubelet calls it, each call a hop; None while that kubelet does not run."""
        entry = self._nodes.get(name)
        return entry.kubelet.runtime if entry is not None and entry.kubelet is not None else None

    def shut_down(self, name: str, period: float = PERIOD, critical_period: float = CRITICAL_PERIOD) -> None:
        """Shut a machine down gracefully: its pods end within ``period`` seconds, then its power is cut. Raises ApiError (404)."""
        entry = self._find(name)
        if not 0 <= critical_period <= period:
            raise bad_request("the time for critical pods is a part of the time for all")
        if entry.kubelet is None:
            self.stop_node(name)
        else:
            entry.kubelet.shut_down(period, critical_period, lambda: self.stop_node(name))

    def set_pressure(self, name: str, memory: str = "0", disk: str = "0", inodes: str = "0", pids: str = "0") -> None:
        """Let something beside its pods take of what a machine has (quantities; 0: nothing). Raises ApiError (404, 400)."""
        entry = self._find(name)
        try:
            burden = Burden(amount_of(memory), amount_of(disk), amount_of(inodes), amount_of(pids))
        except QuantityError as error:
            raise bad_request(str(error)) from None
        entry.storage.put(PRESSURE, asdict(burden))
        if entry.kubelet is not None:
            entry.kubelet.pressure_changed(burden)

    def configure(self, name: str, text: str) -> None:
        """Write a KubeletConfiguration on a machine's disk, and let its kubelet begin anew with it. Raises ApiError (404)."""
        entry = self._find(name)
        self._files(name).write(CONFIGURATION, text.encode())
        self._silence(entry)
        self._follow_annotation(entry)

    def _wake(self) -> None:
        self._engine.wake(self, delivery=True)

    def _list_and_watch(self) -> None:
        if self._watch is not None:
            self._watch.stop()
        response = self._client.list_values(NODES)
        names = [value.obj["metadata"]["name"] for value in response.items]
        for name in sorted(self._nodes.keys() - set(names)):
            self._removed(name)
        for name in names:
            record = self._storage(name).get(RECORD) or {"index": -1}
            self._next_index = max(self._next_index, record["index"] + 1)
        for value in response.items:
            self._changed(value.obj)
        meta = response.list_meta or {}
        self._watch = self._client.watch(NODES, self._wake, resource_version=meta["resourceVersion"])
        if self._watch.has_more:
            self._wake()

    def _changed(self, node: Obj) -> None:
        name, uid = node["metadata"]["name"], node["metadata"]["uid"]
        entry = self._nodes.get(name)
        if entry is None or entry.node["spec"].get("podCIDR") != node["spec"].get("podCIDR"):
            self._addresses.clear()
        if entry is not None and entry.node["metadata"]["uid"] != uid:
            self._removed(name)
            entry = None
        if entry is None:
            if not is_ignored(node["metadata"].get("annotations")):
                self._install(node)
            return
        if is_ignored(node["metadata"].get("annotations")):
            self._removed(name)
            return
        entry.node = node
        if entry.kubelet is not None:
            entry.kubelet.node_changed(node)
        self._follow_annotation(entry)

    def _install(self, node: Obj) -> None:
        name = node["metadata"]["name"]
        storage = self._storage(name)
        record = storage.get(RECORD)
        if record is not None and record["uid"] != node["metadata"]["uid"]:
            _wipe(storage)
            record = None
        runtime = self._runtime(name)
        if record is not None:
            entry = _Node(node, record["index"], record["stopped"], storage, runtime)
        else:
            entry = _Node(node, self._take_index(name), False, storage, runtime)
            self._save(entry)
        self._nodes[name] = entry
        if name in self._joining:
            self._joining[name].stop()
        if not entry.is_stopped:
            runtime.start()
            self._follow_annotation(entry, is_new=record is None)

    def _removed(self, name: str) -> None:
        entry = self._nodes.pop(name, None)
        self._addresses.clear()
        if entry is not None:
            self._silence(entry)
            entry.runtime.stop()
            entry.is_stopped = False
            self._save(entry)
            _wipe(entry.storage, but=RECORD)

    def _follow_annotation(self, entry: _Node, *, is_new: bool = True) -> None:
        name = entry.node["metadata"]["name"]
        is_silent = is_stopped(entry.node["metadata"].get("annotations")) or self._is_held(f"node/{name}/kubelet")
        is_wanted = not entry.is_stopped and not is_silent
        if is_wanted and entry.kubelet is None:
            burden = Burden(**(entry.storage.get(PRESSURE) or {}))
            index, line = entry.index, partial(self._line, f"node/{name}/containerd")
            host = Host(entry.runtime, self._files(name), self._network, self._services, internal_ip(index), pod_cidr(index), burden, line)
            entry.kubelet = Kubelet(entry.node, self._client, self._engine, host, is_new=is_new)
            entry.kubelet.start()
        elif not is_wanted:
            self._silence(entry)

    def _silence(self, entry: _Node) -> None:
        if entry.kubelet is not None:
            entry.kubelet.stop()
            entry.kubelet = None

    def _take_index(self, name: str) -> int:
        if name in self._joining:
            return self._joining[name].index
        self._next_index += 1
        return self._next_index - 1

    def _machine_that_joins(self, machine: Machine, index: int) -> Joining:
        return Joining(self._client, self._engine, self._files(machine.name), machine, index)

    def _save(self, entry: _Node) -> int:
        return entry.storage.put(RECORD, {"index": entry.index, "stopped": entry.is_stopped, "uid": entry.node["metadata"]["uid"]})

    def _switch(self, entry: _Node, verb: str) -> int:
        name = entry.node["metadata"]["name"]
        return self._engine.trace.record(HAND, f"node/{name}/kubelet", verb, f"nodes/{name}", revision=self._save(entry)).seq

    def _find(self, name: str) -> _Node:
        if name not in self._nodes:
            raise not_found("", "nodes", name)
        return self._nodes[name]


def address_of(storage: NodeStorage) -> str:
    """Return the address of the machine that a disk belongs to; empty: it is none yet."""
    record = storage.get(RECORD)
    return internal_ip(record["index"]) if record is not None else ""


def _wipe(storage: NodeStorage, but: str = "") -> None:
    for key, _ in storage.list(""):
        if key != but:
            storage.put(key, None)
