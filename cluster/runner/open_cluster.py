"""One cluster in this process: its thread, and the Host through which the server's loop reaches it.

The thread alone touches the store, the API server and, while this process holds the lease, the engine. It takes turns:
calls from the loop first, then a turn of the supervisor. When a turn fails everything is assembled anew from the store,
as a restarted process would be.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from django.db import DatabaseError, connection

from cluster.apiserver.request import Credentials, Request, Response, Watch, WatchReady
from cluster.engine.trace import Hop
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Fenced, ReadOnly, Store
from cluster.models import Cluster
from cluster.runner import breakpoints, family, late_requests, steering
from cluster.runner.assembly import Assembly
from cluster.runner.breakpoints import Found
from cluster.runner.conditions import Condition
from cluster.runner.etcd_admin import EtcdAdmin
from cluster.runner.family import Relative
from cluster.runner.faults.messages import MessageFault
from cluster.runner.faults.record import Fault
from cluster.runner.host import Control, Position
from cluster.runner.kubeadm import Kubeadm
from cluster.runner.outside_watch import OutsideWatch
from cluster.runner.refused_order import RefusedOrder, Why
from cluster.runner.supervisor import Supervisor

logger = logging.getLogger(__name__)

T = TypeVar("T")
Job = Callable[[], None]

CALLS_A_TURN = 50
"""Calls from the loop that are served before the engine has its next turn."""
FLUSH_EVERY = 0.25
"""Seconds that hops of outside reads wait at most for a transaction that carries them."""
RESTART_AFTER = 1.0
"""Seconds before a cluster whose turn failed is assembled anew."""


class OpenCluster:
    """Implements Host. Made on the loop; ``holder`` None: this process never runs the loops. ``is_shut``: whether nobody listens on the API
    server's port; ``on_shut`` is called on the loop when that has changed."""

    def __init__(
        self, cluster_id: int, name: str, holder: str | None, on_moved: Callable[[str], None], on_shut: Callable[[], None]
    ) -> None:
        self._id, self._name, self._holder, self._on_moved = cluster_id, name, holder, on_moved
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._on_shut = on_shut
        self._listeners: list[Callable[[], None]] = []
        self._watches: set[OutsideWatch] = set()
        self._is_stopping = self._is_broken = False
        self._flush_at = 0.0
        self._has_committed = False
        self._seen: tuple[Position, Control] | None = None
        self.is_shut = False
        self._called_at = time.monotonic()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._assembly: Assembly
        self._supervisor: Supervisor
        self._thread = threading.Thread(target=self._run, name=f"cluster-{name}", daemon=True)

    async def open(self) -> None:
        """Start the thread and wait until the cluster can be served. Raises what kept it from opening."""
        self._thread.start()
        await self._opened

    async def close(self) -> None:
        """Give the lease back and end the thread."""
        self._is_stopping = True
        self._jobs.put(_nothing)
        await asyncio.to_thread(self._thread.join)

    @property
    def name(self) -> str:
        """The cluster's name."""
        return self._name

    @property
    def seed(self) -> int:
        """Where its random draws begin."""
        return self._assembly.seed

    @property
    def is_open(self) -> bool:
        """Whether its thread runs."""
        return self._thread.is_alive()

    @property
    def is_followed(self) -> bool:
        """Whether somebody watches, here."""
        return bool(self._listeners or self._watches)

    def is_idle(self, seconds: float) -> bool:
        """Whether nobody watches here, and nobody has asked for anything for so long."""
        return not self.is_followed and time.monotonic() - self._called_at >= seconds

    @property
    def position(self) -> Position:
        """How far the cluster has come, as the loop has been told."""
        return self._known[0]

    @property
    def control(self) -> Control:
        """How the cluster runs, as the loop has been told."""
        return self._known[1]

    @property
    def kinds(self) -> ServedKinds:
        """What the cluster's API server serves now."""
        return self._assembly.api.kinds

    @property
    def token_keys(self) -> Obj | None:
        """The JSON Web Key Set of the cluster's ServiceAccount tokens; None: it issues none."""
        return self._assembly.api.token_keys

    async def serve(self, request: Request) -> Response:
        """Run an API request through every stage. Raises ApiError."""
        return await late_requests.serve(request, lambda call: self._call(lambda: call(self._present().door)), self.subscribe)

    async def visit(self, credentials: Credentials, verb: str, path: str) -> None:
        """Authenticate and authorize a request for a path that names no resource. Raises ApiError."""
        await self._call(lambda: self._assembly.door.visit(credentials, verb, path))

    async def watch(self, request: Request, on_ready: WatchReady) -> Watch:
        """Open a watch."""
        return await self._call(lambda: self._open_watch(request, on_ready))

    async def read(self, call: Callable[[Store], T]) -> T:
        """Run a call with the store."""
        return await self._call(lambda: call(self._present().store))

    async def hops(self, *, after: int, limit: int) -> Sequence[Hop]:
        """Return committed hops in order."""
        return await self._call(lambda: self._assembly.rows.hops(after, limit))

    async def decision(self, pod: str, revision: int | None) -> tuple[Hop, Hop | None] | None:
        """Return the hops of the last decision about a pod."""
        return await self._call(lambda: self._assembly.rows.decision(pod, revision))

    async def steer(self, *, pace: str | None = None, rate: float | None = None, paused: bool | None = None, steps: int = 0) -> Control:
        """Change how the cluster runs. Raises ValueError."""

        def change() -> Control:
            steering.steer(self._id, pace=pace, rate=rate, paused=paused, steps=steps)
            self._supervisor.notice()
            return steering.read(self._id).control

        control = await self._call(change)
        self._on_moved(self._name)
        return control

    async def breakpoints(self) -> Sequence[Condition]:
        """Return the conditions at which the cluster pauses."""
        return await self._call(lambda: breakpoints.read(self._id))

    async def set_breakpoint(self, condition: Condition, *, is_set: bool) -> None:
        """Set a breakpoint or take it away. Raises ValueError."""

        def change() -> None:
            (breakpoints.add if is_set else breakpoints.remove)(self._id, condition)
            self._supervisor.notice()

        await self._call(change)
        self._on_moved(self._name)

    async def search(self, condition: Condition, *, after: int) -> Found:
        """Look for where a condition came true."""

        def look() -> Found:
            assembly = self._assembly
            return breakpoints.search(condition, assembly.store, assembly.rows, after=after, head=assembly.store.hop_seq)

        return await self._call(look)

    async def etcd(self, call: Callable[[EtcdAdmin], T]) -> T:
        """Work on etcd itself. Raises etcd_admin.Refused."""

        def work() -> T:
            assembly = self._present()
            return call(EtcdAdmin(self._id, assembly.store, assembly.trace))

        return await self._call(work)

    async def fork(self, seq: int) -> str:
        """Make a branch. Raises LookupError, Compacted."""
        return await self._call(lambda: family.fork(self._id, seq))

    async def family(self) -> Sequence[Relative]:
        """Return all clusters that share a past."""
        return await self._call(lambda: family.family_of(self._id))

    async def revision_at(self, seq: int) -> int:
        """Return the revision of the last write at or before a hop."""
        return await self._call(lambda: self._assembly.rows.revision_at(seq))

    async def kubeadm(self, call: Callable[[Kubeadm], T]) -> T:
        """Run kubeadm. Raises ApiError."""
        return await self._call(lambda: call(self._present().kubeadm))

    async def act_on_node(self, node: str, action: str, detail: Obj) -> None:
        """Do something to a node itself. Raises ApiError."""
        await self._call(lambda: self._present().act_on_node(node, action, detail, self._supervisor.fence))

    async def break_component(self, fault: Fault) -> None:
        """Let a component have a fault. Raises ApiError."""
        await self._call(lambda: self._present().break_component(fault))

    async def break_message(self, fault: MessageFault) -> None:
        """Let something happen to the next message that matches. Raises ApiError."""
        await self._call(lambda: self._present().break_message(fault))

    async def mend(self, target: str) -> None:
        """Let a component be whole again, or all. Raises ApiError."""
        await self._call(lambda: self._present().mend(target))

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call a listener on the loop whenever position or control has changed."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def notice(self) -> None:
        """Look at the database now: a doorbell has rung (on the loop)."""
        self._jobs.put(lambda: self._supervisor.notice())

    @property
    def _known(self) -> tuple[Position, Control]:
        if self._seen is None:
            raise RuntimeError(f"cluster {self._name} is not open")
        return self._seen

    async def _call(self, call: Callable[[], T]) -> T:
        """Run a call on the thread."""
        if not self.is_open:
            raise RuntimeError(f"cluster {self._name} is closed")
        self._called_at = time.monotonic()
        future: Future[T] = Future()

        def job() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except ReadOnly as error:
                    future.set_exception(RefusedOrder(Why.RECORDING, str(error), code=405, reason="MethodNotAllowed"))
                except Exception as error:  # noqa: BLE001 - it belongs to who called
                    future.set_exception(error)

        self._jobs.put(job)
        return await asyncio.wrap_future(future)

    # What follows runs on the thread.

    def _run(self) -> None:
        try:
            self._assemble()
            self._tell()
            self._loop.call_soon_threadsafe(self._opened.set_result, None)
        except Exception as error:  # noqa: BLE001 - whoever opens the cluster hears of it
            self._loop.call_soon_threadsafe(self._opened.set_exception, error)
            connection.close()
            return
        while not self._is_stopping:
            try:
                if self._is_broken:
                    self._assemble()
                serve_calls(self._jobs, self._turn())
            except Cluster.DoesNotExist:
                logger.info("cluster %s is gone", self._name)
                break
            except Fenced as error:
                logger.info("cluster %s: %s", self._name, error)
                self._break(0.0)
            except Exception:
                logger.exception("cluster %s: a turn failed; it is assembled anew from its store", self._name)
                self._break(RESTART_AFTER)
        self._close()

    def _turn(self) -> float:
        wait = self._supervisor.turn()
        if self._assembly.serve_sessions(self._supervisor.fence):
            wait = 0.0
        if self._assembly.store.is_recording:
            self._assembly.trace.forget_deferred()
        if self._assembly.trace.has_deferred:
            now = time.monotonic()
            if now >= self._flush_at:
                self._flush_at = now + FLUSH_EVERY
                with self._assembly.store.transaction():
                    pass  # its commit carries the hops that wait
            else:
                wait = min(wait, self._flush_at - now)
        self._tell()
        return wait

    def _present(self) -> Assembly:
        """The assembly, caught up with other processes and with the wall clock."""
        self._supervisor.catch_up_with_the_wall()
        self._assembly.refresh()
        return self._assembly

    def _open_watch(self, request: Request, on_ready: WatchReady) -> OutsideWatch:
        inner = self._present().door.watch(request, _nothing)
        watch = OutsideWatch(inner, on_ready, on_thread=self._jobs.put, on_loop=self._on_loop, on_stop=self._watches.discard)
        self._watches.add(watch)
        watch.carry()
        return watch

    def _on_loop(self, call: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(call)

    def _tell(self) -> None:
        """Bring watch events and the news of position and control to the loop."""
        self._assembly.api.cacher.pump()
        for watch in list(self._watches):
            watch.carry()
        store = self._assembly.store
        if self.is_shut != self._assembly.door.is_shut:
            self.is_shut = not self.is_shut
            self._loop.call_soon_threadsafe(self._on_shut)
        seen = Position(store.revision, store.hop_seq, store.now), self._supervisor.control
        if seen != self._seen:
            is_ours = self._has_committed or self._seen is None or seen[1] != self._seen[1]
            self._seen, self._has_committed = seen, False
            self._loop.call_soon_threadsafe(self._spread, is_ours)

    def _spread(self, is_ours: bool) -> None:
        for listener in list(self._listeners):
            listener()
        if is_ours:
            self._on_moved(self._name)

    def _note_commit(self, _revision: int) -> None:
        self._has_committed = True

    def _assemble(self) -> None:
        self._assembly = Assembly(self._id)
        self._assembly.store.on_commit(self._note_commit)
        self._supervisor = Supervisor(
            self._id,
            self._assembly.store,
            self._assembly.trace,
            self._assembly.clock,
            self._assembly.start_loops,
            holder=None if self._assembly.store.is_recording else self._holder,
            wall=time.monotonic,
            is_awaited=lambda: not self._jobs.empty(),
        )
        self._is_broken = False

    def _break(self, wait: float) -> None:
        """Let go of everything: what is in memory is ahead of the store, or the store cannot be reached."""
        self._is_broken = True
        for watch in self._watches:
            watch.expire()
        self._watches.clear()
        try:
            self._supervisor.resign()
        except DatabaseError as error:
            logger.warning("cluster %s: the lease could not be given back: %s", self._name, error)
            connection.close()
        time.sleep(wait)

    def _close(self) -> None:
        for watch in self._watches:
            watch.expire()
        try:
            self._supervisor.resign()
        finally:
            connection.close()


def serve_calls(jobs: queue.SimpleQueue[Job], wait: float) -> None:
    """Run what the loop has asked for, ``CALLS_A_TURN`` calls at most; wait so many seconds for the first."""
    try:
        job = jobs.get(timeout=wait) if wait > 0 else jobs.get_nowait()
        job()
        for _ in range(CALLS_A_TURN - 1):
            jobs.get_nowait()()
    except queue.Empty:
        return


def _nothing() -> None:
    """The watch cache's ready call: events are carried over after each turn anyway."""
