"""The faults of a cluster: what is broken now, as the store has it.

In a real cluster things break by themselves, or somebody pulls a plug (``systemctl stop kubelet``, a firewall rule, ``kill -STOP``). Here a
fault is one entry of one record of the store. So it is an input like any other: it is part of the history, it is rewound and forked with
everything else, and whoever runs the loops next finds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from cluster.container_runtime.trouble import Trouble
from cluster.engine.trace import Trace
from cluster.etcd.hop_log import BREAK, MEND
from cluster.kubelet.kubelets import RECORD
from cluster.machinery.meta import Obj
from cluster.machinery.network import Peer
from cluster.machinery.storage import KeyValue, Store
from cluster.runner.faults.containers import instance_of, is_container
from cluster.runner.faults.messages import HAND, MESSAGE, check_seconds, take_back
from cluster.runner.faults.names import API_SERVER, is_part
from cluster.runner.machines import control_plane_peer, machines_of
from cluster.runner.refused_order import RefusedOrder, Why

KEY = "/runner/faults"
STOPPED, CUT_OFF, SLOW = "stopped", "cut-off", "slow"
SHORT = "short"
"""Of a resource of a node: something beside its pods has taken all of it."""
SECONDS = 5.0
"""How long each piece of work of a slow component takes, when nobody says: simulated seconds."""
GONE = "gone"
"""Outcome of the hop that says so."""
DOWN = "down/"
"""How the names of components begin that are down because their container has ended; nobody broke them."""
ENDED, BEGUN, IN_VAIN = "ended", "begun", "begun in vain"
"""Outcomes of the hops that say that a component has ended and begun with its container; in vain: it is stopped."""

RESOURCES = ("memory", "disk", "pids")
ETCD, CONTROLLER_MANAGER = "etcd", "kube-controller-manager"
SCHEDULER = "kube-scheduler"
CONTROL_PLANE = (API_SERVER, ETCD, SCHEDULER, CONTROLLER_MANAGER)
_PROCESS = (STOPPED, CUT_OFF, SLOW)
_COMPONENTS: Mapping[str, tuple[str, ...]] = {
    API_SERVER: (STOPPED, SLOW),
    ETCD: (STOPPED, SLOW),
    SCHEDULER: _PROCESS,
    CONTROLLER_MANAGER: _PROCESS,
    "coredns": _PROCESS,
}
_CONTROLLER = (STOPPED, SLOW)
_ON_NODE: Mapping[str, tuple[str, ...]] = {
    "": (CUT_OFF,),
    "kubelet": _PROCESS,
    "containerd": _PROCESS,
    "kube-proxy": _PROCESS,
    **dict.fromkeys(RESOURCES, (SHORT,)),
}
_CONTAINER = tuple(each.value for each in Trouble)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with ``target``: a component as the trace names it, a node (``node/worker-1``), a resource of a node
    (``node/worker-1/memory``) or a container (the name of its pod in the trace, and its own). ``seconds``: of a slow one; ``instance``:
    which container it was that broke, see ``containers.py``."""

    target: str
    fault: str
    seconds: float = 0.0
    instance: str = ""


NONE: Mapping[str, Fault] = {}


def faults_for(target: str) -> tuple[str, ...]:
    """Return what can be wrong with a component; nothing for one that does not exist."""
    owner, _, part = target.partition("/")
    if owner == "node":
        node, _, component = part.partition("/")
        if is_container(target):
            return _CONTAINER
        return _ON_NODE.get(component, ()) if node else ()
    if owner == CONTROLLER_MANAGER and part:
        return _CONTROLLER
    return _COMPONENTS.get(target, ())


def offers() -> Obj:
    """Return what can be wrong: by component, with one controller, by part of a node (empty: the node itself), and with a container."""
    return {"components": dict(_COMPONENTS), "controller": _CONTROLLER, "node": dict(_ON_NODE), "container": _CONTAINER}


class Faults:
    """The record as it is now. Reading it costs next to nothing while it does not change."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._moves = -1
        self._value: KeyValue | None = None
        self._machine: KeyValue | None = None
        self._control_plane = Peer("", "")
        self._faults: Mapping[str, Fault] = NONE

    @property
    def home(self) -> str:
        """The node that the control plane runs on; empty: nobody has said what machines there are."""
        return self._peer().node

    @property
    def address(self) -> str:
        """The address of that node."""
        return self._peer().ip

    def _peer(self) -> Peer:
        if not self._control_plane.node:
            self._control_plane = control_plane_peer(machines_of(self._store))
        return self._control_plane

    @property
    def now(self) -> Mapping[str, Fault]:
        """What is broken, by target, in the order in which it broke. With the power of its machine the whole control plane is gone, with
        its container one component of it."""
        moves = self._store.moves_outside_registry
        if moves == self._moves:
            return self._faults
        self._moves = moves
        value, machine = self._store.get(KEY), self._store.get(f"/node/{self.home}/{RECORD}")
        if value is not self._value or machine is not self._machine:
            self._value, self._machine, self._faults = value, machine, faults_in(value)
            is_dark = machine is not None and machine.obj["stopped"]
            self._faults = {**self._faults, **{name: Fault(name, STOPPED) for name in (CONTROL_PLANE if is_dark else down_in(value))}}
        return self._faults

    def cuts_off(self, name: str, node: str) -> bool:
        """Whether nothing gets through between a component and the API server: the network of its node or of the API server's is down, or a
        firewall is in its way alone. ``node``: where it runs, empty outside."""
        of_nodes = {f"node/{each}" for each in (node, self.home) if each}
        cut_off = [target for target, fault in self.now.items() if fault.fault == CUT_OFF]
        if any(target not in of_nodes and is_part(name, target) for target in cut_off):
            return True
        return node != self.home and any(target in of_nodes for target in cut_off)

    def has(self, name: str, fault: str) -> bool:
        """Whether a component has a fault, or what it is a part of has."""
        return bool(self.now) and any(each.fault == fault and is_part(name, target) for target, each in self.now.items())


def faults_in(value: KeyValue | None) -> Mapping[str, Fault]:
    """Return the faults of a record, by target."""
    return NONE if value is None else {entry["target"]: Fault(**entry) for entry in value.obj["faults"]}


def down_in(value: KeyValue | None) -> tuple[str, ...]:
    """Return the components of the control plane that are down because their container has ended."""
    return () if value is None else tuple(value.obj.get("down", ()))


def note_container(store: Store, trace: Trace, node: str, component: str, *, runs: bool) -> None:
    """Let a component of the control plane end with its container on a node, or begin with a new one. Harmless when it has already."""
    value = store.get(KEY)
    before = down_in(value)
    if runs is (component not in before):
        return
    down = [name for name in before if name != component] + ([] if runs else [component])
    is_stopped = component in faults_in(value) and faults_in(value)[component].fault == STOPPED
    verb, outcome = (MEND, IN_VAIN if is_stopped else BEGUN) if runs else (BREAK, ENDED)
    hop = trace.record(f"node/{node}/containerd", component, verb, f"faults/{DOWN}{component}", outcome=outcome)
    hop.revision = _put(store, hop.seq, list(faults_in(value).values()), down)


def break_component(store: Store, trace: Trace, fault: Fault) -> None:
    """Let a component have a fault, instead of another one that it may have. Raises ApiError (400)."""
    offered = faults_for(fault.target)
    if not offered:
        message = f"{fault.target} cannot be {fault.fault}: there is no such component"
        raise RefusedOrder(Why.NO_COMPONENT, message, target=fault.target)
    if fault.fault not in offered:
        choice = ", ".join(offered)
        message = f"{fault.target} cannot be {fault.fault}: choose {choice}"
        raise RefusedOrder(Why.NO_FAULT, message, target=fault.target, fault=fault.fault, offered=choice)
    if fault.fault == SLOW:
        check_seconds("a slow component takes", fault.seconds)
    if is_container(fault.target):
        fault = replace(fault, instance=instance_of(store, fault.target, fault.fault))
    with store.transaction():
        others = [each for target, each in faults_in(store.get(KEY)).items() if target != fault.target]
        _write(store, trace, BREAK, fault.target, [*others, fault], fault.fault)


def forget(store: Store, trace: Trace, faults: Sequence[Fault]) -> None:
    """Take note that what was broken is gone for good, and its faults with it."""
    with store.transaction(), trace.routine():
        for fault in faults:
            rest = [each for each in faults_in(store.get(KEY)).values() if each != fault]
            _write(store, trace, MEND, fault.target, rest, GONE)


def mend(store: Store, trace: Trace, target: str = "") -> None:
    """Let a component be whole again, or with no ``target`` everything; take a message's fault back, which is named like one. Raises
    ApiError (400) when nothing is wrong."""
    with store.transaction():
        take_back(store, trace, target)
        if target.startswith(MESSAGE):
            return
        before = faults_in(store.get(KEY))
        for each in (target,) if target else tuple(before):
            if each not in before:
                raise RefusedOrder(Why.WHOLE, f"nothing is wrong with {each}", name=each)
            before = {name: fault for name, fault in before.items() if name != each}
            _write(store, trace, MEND, each, list(before.values()), "")


def _write(store: Store, trace: Trace, verb: str, target: str, faults: list[Fault], outcome: str) -> None:
    hop = trace.record(HAND, target, verb, f"faults/{target}", outcome=outcome)
    hop.revision = _put(store, hop.seq, faults, down_in(store.get(KEY)))


def _put(store: Store, hop: int, faults: list[Fault], down: Sequence[str]) -> int:
    value: Obj = {"faults": [asdict(each) for each in faults]} | ({"down": list(down)} if down else {})
    return store.put(KEY, value if any(value.values()) else None, hop=hop).mod_revision
