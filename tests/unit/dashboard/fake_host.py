"""A cluster without a simulation: an in-memory store, a log of hops, and a record of what was asked of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from cluster.apiserver.request import Request, Response, Watch, WatchReady
from cluster.engine.clock import Clock
from cluster.engine.trace import Hop, Trace
from cluster.etcd.memory import MemoryStore
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds import BUILT_IN
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.storage import Store
from cluster.runner.breakpoints import Found
from cluster.runner.conditions import Condition, HopCondition, StateCondition
from cluster.runner.etcd_admin import EtcdAdmin
from cluster.runner.family import Relative
from cluster.runner.faults.messages import MessageFault, break_message
from cluster.runner.faults.record import Fault, break_component, mend
from cluster.runner.host import Control, Overview, Position
from cluster.runner.kubeadm import Kubeadm
from dashboard import frames

T = TypeVar("T")
START = SimTime(1_700_000_000_000_000)


class FakeHost:
    """Implements ``cluster.runner.host.Host``. ``requests``, ``steered``, ``node_actions``: what was asked;
    ``answers``: what ``serve`` returns or raises, oldest first."""

    def __init__(self, name: str = "demo") -> None:
        self.name, self.seed = name, 1
        self.clock = Clock(START)
        self.trace = Trace(self.clock)
        self.store = MemoryStore(self.trace, self.clock)
        self.control = Control("lecture", 1.0, is_paused=False, is_running=True)
        self.requests: list[Request] = []
        self.answers: list[Response | ApiError] = []
        self.steered: list[Obj] = []
        self.node_actions: list[tuple[str, str, Obj]] = []
        self.conditions: list[Condition] = []
        self.relatives = [Relative(name, "", 0, 9)]
        self.listeners: list[Callable[[], None]] = []

    @property
    def kinds(self) -> ServedKinds:
        """The kinds of the table."""
        return BUILT_IN

    @property
    def token_keys(self) -> Obj | None:
        """No tokens are issued."""
        return None

    @property
    def position(self) -> Position:
        return Position(self.store.revision, len(self.store.hops), self.clock.now)

    async def serve(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, ApiError):
            raise answer
        return answer

    async def watch(self, request: Request, on_ready: WatchReady) -> Watch:
        raise NotImplementedError("the dashboard opens no watches")

    async def read(self, call: Callable[[Store], T]) -> T:
        return call(self.store)

    async def hops(self, *, after: int, limit: int) -> Sequence[Hop]:
        return self.store.hops[after : after + limit]

    async def decision(self, pod: str, revision: int | None) -> tuple[Hop, Hop | None] | None:
        raise NotImplementedError("the dashboard reads decisions from their hops")

    async def steer(self, *, pace: str | None = None, rate: float | None = None, paused: bool | None = None, steps: int = 0) -> Control:
        self.steered.append({"pace": pace, "rate": rate, "paused": paused, "steps": steps})
        if paused is not None:
            self.control = replace(self.control, is_paused=paused)
            self.ring()
        return self.control

    async def breakpoints(self) -> Sequence[Condition]:
        return tuple(self.conditions)

    async def set_breakpoint(self, condition: Condition, *, is_set: bool) -> None:
        if is_set and len(self.conditions) == 2:
            raise ValueError("two are enough")
        self.conditions = [known for known in self.conditions if known != condition] + ([condition] if is_set else [])

    async def search(self, condition: Condition, *, after: int) -> Found:
        hops = self.store.hops[after : after + 5]
        changes = [event for event in self.store.events("", after=0) if hops and hops[0].seq <= event.hop <= hops[-1].seq]
        met = [hop.seq for hop in hops if isinstance(condition, HopCondition) and condition.is_met_by(hop)]
        met += [event.hop for event in changes if isinstance(condition, StateCondition) and condition.is_met_by(event)]
        return Found(tuple(met), hops[-1].seq if hops else after)

    async def etcd(self, call: Callable[[EtcdAdmin], T]) -> T:
        raise NotImplementedError("what is done to etcd itself is tested with a database")

    async def kubeadm(self, call: Callable[[Kubeadm], T]) -> T:
        raise NotImplementedError("this cluster was not made by kubeadm")

    async def fork(self, seq: int) -> str:
        if not 1 <= seq <= len(self.store.hops):
            raise LookupError
        self.relatives.append(Relative(f"{self.name}-{len(self.relatives) + 1}", self.name, seq, seq))
        return self.relatives[-1].name

    async def family(self) -> Sequence[Relative]:
        return self.relatives

    async def revision_at(self, seq: int) -> int:
        return next((hop.revision for hop in reversed(self.store.hops[:seq]) if frames.is_write(hop)), 0)

    async def act_on_node(self, node: str, action: str, detail: Obj) -> None:
        self.node_actions.append((node, action, detail))

    async def break_component(self, fault: Fault) -> None:
        break_component(self.store, self.trace, fault)

    async def break_message(self, fault: MessageFault) -> None:
        break_message(self.store, self.trace, fault)

    async def mend(self, target: str) -> None:
        mend(self.store, self.trace, target)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def ring(self) -> None:
        """Say that something has changed."""
        for listener in list(self.listeners):
            listener()

    def write(self, storage_key: str, obj: Obj | None, *, source: str = "kubectl", resource: str = "") -> Hop:
        """Write as the API server does: a request, a put or delete, a reply. Returns the hop into etcd."""
        verb = "delete" if obj is None else "put"
        with self.store.transaction():
            request = self.trace.record(source, "kube-apiserver", "DELETE" if obj is None else "POST", resource or storage_key)
            with self.trace.caused_by(request.seq):
                hop = self.trace.record("kube-apiserver", "etcd", verb, storage_key)
                hop.revision = self.store.put(storage_key, obj, hop=hop.seq).mod_revision
                self.trace.record(
                    "kube-apiserver", source, "reply", resource or storage_key, outcome="200 OK" if obj is None else "201 Created"
                )
            self.clock.advance(SimTime(self.clock.now + 1_000_000))
        return hop


@dataclass
class FakeHosts:
    """Implements ``cluster.runner.host.Hosts``."""

    hosts: dict[str, FakeHost] = field(default_factory=dict)

    async def get(self, name: str) -> FakeHost | None:
        return self.hosts.get(name)

    async def names(self) -> list[str]:
        return sorted(self.hosts)

    async def overview(self) -> list[Overview]:
        return [Overview(name, 1, host.store.revision, "") for name, host in sorted(self.hosts.items())]
