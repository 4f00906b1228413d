"""A cluster as the web layers see it: one object per process and cluster, safe to use from the event loop.

Everything that touches a cluster's store runs on that cluster's own thread: API requests, reads for the
stage, and the engine's turns when this process holds the lease. The loop only awaits the results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from cluster.apiserver.request import Credentials, Request, Response, Watch, WatchReady
from cluster.engine.trace import Hop
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.storage import Store
from cluster.runner.breakpoints import Found
from cluster.runner.conditions import Condition
from cluster.runner.etcd_admin import EtcdAdmin
from cluster.runner.family import Relative
from cluster.runner.faults.messages import MessageFault
from cluster.runner.faults.record import Fault
from cluster.runner.kubeadm import Kubeadm

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Position:
    """How far a cluster has come: the doorbell's whole message."""

    revision: int
    seq: int
    now: SimTime


@dataclass(frozen=True, slots=True)
class Control:
    """How a cluster runs. ``pace``: lecture, real or instant; ``rate``: factor on the pace (1.0 is normal);
    ``is_running``: some process holds the lease and runs its loops now. ``waiting_for`` says whose timer a
    fast-forward that is being shown ends with and, behind a space each, verb and key of the message that set it (empty: none);
    ``waiting_seconds``: its simulated length. ``stopped_by``: the breakpoint that
    paused it, as text. ``is_recorded``: it is a recording, to which nothing is added."""

    pace: str
    rate: float
    is_paused: bool
    is_running: bool
    waiting_for: str = ""
    waiting_seconds: float = 0.0
    stopped_by: str = ""
    is_recorded: bool = False


class Host(Protocol):
    """One cluster in this process. Every coroutine may be awaited from any task of the server's loop."""

    @property
    def name(self) -> str: ...

    @property
    def seed(self) -> int:
        """Where its random draws begin."""
        ...

    @property
    def position(self) -> Position: ...

    @property
    def control(self) -> Control: ...

    @property
    def kinds(self) -> ServedKinds:
        """What the cluster's API server serves now."""
        ...

    @property
    def token_keys(self) -> Obj | None:
        """The JSON Web Key Set of the cluster's ServiceAccount tokens; None: it issues none."""
        ...

    async def serve(self, request: Request) -> Response:
        """Run an API request through every stage. Raises ApiError."""
        ...

    async def visit(self, credentials: Credentials, verb: str, path: str) -> None:
        """Authenticate and authorize a request for a path that names no resource (discovery, health, OpenAPI).
        ``verb``: lower case HTTP method. Raises ApiError 401 or 403."""
        ...

    async def watch(self, request: Request, on_ready: WatchReady) -> Watch:
        """Open a watch. ``on_ready`` is called on the loop. The watch's ``next`` may be called from the loop."""
        ...

    async def read(self, call: Callable[[Store], T]) -> T:
        """Run ``call`` with the store, on the cluster's thread, after a refresh."""
        ...

    async def hops(self, *, after: int, limit: int) -> Sequence[Hop]:
        """Return committed hops with ``seq > after`` in order, at most ``limit``. Sequence numbers are gapless."""
        ...

    async def decision(self, pod: str, revision: int | None) -> tuple[Hop, Hop | None] | None:
        """Return how the scheduler last decided about ``<namespace>/<name>``, until a revision: the hop to its filters, and the one to
        its scores where it had a choice. None: it has not."""
        ...

    async def steer(self, *, pace: str | None = None, rate: float | None = None, paused: bool | None = None, steps: int = 0) -> Control:
        """Change how the cluster runs, whoever runs it; ``steps``: run so many more visible steps while paused.
        Raises ValueError with a sentence for a pace or rate that does not exist."""
        ...

    async def breakpoints(self) -> Sequence[Condition]:
        """Return the conditions at which the cluster pauses."""
        ...

    async def set_breakpoint(self, condition: Condition, *, is_set: bool) -> None:
        """Let the cluster pause at a condition, or no longer. Raises ValueError when there are too many."""
        ...

    async def search(self, condition: Condition, *, after: int) -> Found:
        """Look for where a condition came true behind a hop, in one bounded piece of the log."""
        ...

    async def etcd(self, call: Callable[[EtcdAdmin], T]) -> T:
        """Work on etcd itself, past the API server. Raises etcd_admin.Refused."""
        ...

    async def fork(self, seq: int) -> str:
        """Make a branch that begins behind a hop and return its name. Raises LookupError for no such hop, Compacted."""
        ...

    async def family(self) -> Sequence[Relative]:
        """Return this cluster with all that share a past with it."""
        ...

    async def revision_at(self, seq: int) -> int:
        """Return the revision of the last write at or before a hop; 0: nothing had been written yet."""
        ...

    async def kubeadm(self, call: Callable[[Kubeadm], T]) -> T:
        """Run kubeadm: for a token, or on a new machine. Raises ApiError."""
        ...

    async def act_on_node(self, node: str, action: str, detail: Obj) -> None:
        """Do something to a node itself, past the API server: ``stop``, ``start`` (its kubelet and containers),
        ``kill-container`` (detail: pod uid and container), ``join`` (what kubeadm has left). Raises ApiError (404, 409, 400)."""
        ...

    async def break_component(self, fault: Fault) -> None:
        """Let a component have a fault. Raises ApiError (400)."""
        ...

    async def break_message(self, fault: MessageFault) -> None:
        """Let something happen to the next message that matches. Raises ApiError (400)."""
        ...

    async def mend(self, target: str) -> None:
        """Let a component be whole again, all of them when ``target`` is empty. Raises ApiError (400)."""
        ...

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` on the loop whenever ``position`` or ``control`` has changed; returns the unsubscriber."""
        ...


@dataclass(frozen=True, slots=True)
class Overview:
    """What a list of clusters says of one, without waking it. ``parent``: what it was forked from, or empty;
    ``recorded``: it is a recording."""

    name: str
    nodes: int
    revision: int
    parent: str
    recorded: bool = False


class Hosts(Protocol):
    """The clusters that this process serves."""

    async def get(self, name: str) -> Host | None:
        """Return the host of a cluster, opening it on first use; None when there is no such cluster."""
        ...

    async def names(self) -> list[str]:
        """Return the names of all clusters in the database, sorted."""
        ...

    async def overview(self) -> Sequence[Overview]:
        """Return all clusters in the database, sorted by name; none of them wakes."""
        ...
