"""Runs the engine of one cluster: when the next step may come, and how far the clock may go.

*lecture*: the cluster waits for the picture; each visible hop has its time on the screen, then the next step runs.
*real*: the clock follows the wall. *instant*: no waiting, many steps share a commit. *paused*: only the steps that were
asked for. In every pace a turn is short, since requests from outside are served between turns.

Real components are not supervised: the kubelet restarts the control plane's static pods, systemd the kubelet.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from cluster.engine.clock import Clock
from cluster.engine.engine import Engine
from cluster.engine.timers import Timer
from cluster.engine.trace import Hop, Trace
from cluster.etcd.rows import Rows
from cluster.etcd.store import DatabaseStore
from cluster.machinery.meta import SECOND
from cluster.machinery.storage import Fence, Fenced
from cluster.models import Pace
from cluster.runner import breakpoints, lease, steering
from cluster.runner.host import Control
from cluster.runner.pace import duration_ms
from cluster.runner.timeflow import LONGEST_AWAITED, TimeFlow, is_fast_forward, speed_of

logger = logging.getLogger(__name__)

POLL_EVERY = 1.0
"""Seconds between looks at the row: a lost doorbell costs no more than this."""
TURN, LONGEST_TURN = 0.025, 0.1
"""Seconds that a turn goes on beginning further steps, while somebody waits for the thread and while nobody does: what is written in
it shares one commit."""
ROUTINE_TOGETHER = 0.1
"""Seconds by the wall from one turn to the next that has only routine (background timers) to do: what falls due meanwhile shares a commit,
each at its own simulated moment. 5,000 kubelets renew 500 Leases a second."""
LONGEST_WORDS = 255
"""Characters of a row for what is waited for."""
LONGEST_QUEUE = 5.0
"""Seconds on the screen at most that requests from outside keep the next step waiting."""


class Supervisor:
    """Belongs to the cluster's thread. ``start_loops`` builds the engine with all components, inside a transaction.

    ``wall``: a monotonic clock in seconds. ``holder`` None: never take the lease, only keep the store up to date. ``is_awaited``: whether
    somebody waits for the thread.
    """

    def __init__(
        self,
        cluster_id: int,
        store: DatabaseStore,
        trace: Trace,
        clock: Clock,
        start_loops: Callable[[], Engine],
        *,
        holder: str | None,
        wall: Callable[[], float],
        is_awaited: Callable[[], bool],
    ) -> None:
        self._id, self._store, self._trace, self._clock = cluster_id, store, trace, clock
        self._rows = Rows(cluster_id)
        self._start_loops, self._holder, self._wall, self._is_awaited = start_loops, holder, wall, is_awaited
        self._engine: Engine | None = None
        self._fence: Fence | None = None
        self._orders = steering.read(cluster_id)
        self._poll_at = self._lease_at = 0.0
        self._flow: TimeFlow | None = None
        self._awaited: Timer | None = None
        self._screen_until = self._routine_at = 0.0
        self._shown_seq = store.hop_seq
        self._judged = (store.revision, store.hop_seq)

    @property
    def control(self) -> Control:
        """How the cluster runs, as last read."""
        return self._orders.control

    @property
    def fence(self) -> Fence | None:
        """The permission to write as who runs the loops; None when another process does."""
        return self._fence if self._engine is not None else None

    def notice(self) -> None:
        """Look at the row in the next turn: a doorbell has rung, or somebody here has changed it."""
        self._poll_at = 0.0

    def turn(self) -> float:
        """Run what is due; return after how many seconds the next turn is wanted.

        Raises Fenced when the lease was lost. After any exception the cluster must be assembled anew from the store.
        """
        wall = self._wall()
        if wall >= self._poll_at:
            self._store.refresh()
            self._read_orders()
            self._poll_at = wall + POLL_EVERY
        self._keep_lease(wall)
        if self._engine is None or self._fence is None:
            return self._poll_at - wall
        wait = self._run(self._engine, self._fence, wall)
        return max(min(wait, self._poll_at - wall, self._lease_at - wall), 0.0)

    def catch_up_with_the_wall(self) -> None:
        """Move the clock to the present, before a request from outside is served."""
        if self._engine is not None and not self.control.is_paused:
            wall = self._wall()
            if wall >= self._screen_until:
                self._follow(self._engine, wall)

    def resign(self) -> None:
        """Give the lease back, so that another process takes over at once."""
        if self._fence is not None:
            lease.release(self._id, self._fence)
        self._engine = self._fence = None

    def _read_orders(self) -> None:
        before, self._orders = self._orders, steering.read(self._id)
        if before.conditions != self._orders.conditions:
            self._judged = (self._store.revision, self._store.hop_seq)
        if (before.control.pace, before.control.rate) != (self.control.pace, self.control.rate):
            self._flow = None
            self._screen_until = min(self._screen_until, self._wall())

    def _keep_lease(self, wall: float) -> None:
        if wall < self._lease_at or self._holder is None:
            return
        if self._fence is None:
            self._lease_at = wall + POLL_EVERY
            self._fence = lease.acquire(self._id, self._holder)
            if self._fence is None:
                return
            logger.info("%s runs cluster %s, epoch %s", self._holder, self._id, self._fence.epoch)
            with self._store.transaction(fence=self._fence):
                self._engine = self._start_loops()
            self._shown_seq = self._store.hop_seq
            self._judged = (self._store.revision, self._store.hop_seq)
            self._orders = steering.read(self._id)
        elif not lease.renew(self._id, self._fence):
            raise Fenced(f"epoch {self._fence.epoch} has ended")
        self._lease_at = wall + lease.RENEW_EVERY

    def _run(self, engine: Engine, fence: Fence, wall: float) -> float:
        is_lecture = self.control.pace == Pace.LECTURE
        self._show_requests(wall if is_lecture else None)
        self._stop_at_requests()
        if is_lecture and wall < self._screen_until:
            self._flow = None  # the clock stands still while hops are on the screen
            self._announce("", 0.0)
            return self._screen_until - wall
        if self.control.is_paused:
            return self._run_asked_steps(engine, fence, wall)
        self._follow(engine, wall)
        if not engine.is_busy:
            return self._until_due(engine, wall)
        with self._store.transaction(fence=fence):
            self._steps(engine, wall)
        self._routine_at = wall + ROUTINE_TOGETHER
        self._shown_seq = self._store.hop_seq
        self._judged = (self._store.revision, self._store.hop_seq)
        return 0.0

    def _steps(self, engine: Engine, wall: float) -> None:
        """Run steps for one turn; at lecture pace up to the first that is visible."""
        is_lecture = self.control.pace == Pace.LECTURE
        while self._goes_on(wall):
            mark, revision = self._trace.mark, self._store.revision
            if engine.step() is None:
                if not self._follow(engine, wall):
                    return
            elif (self._orders.conditions and self._stops(revision, self._trace.since(mark))) or (is_lecture and self._show(mark, wall)):
                return

    def _goes_on(self, begun: float) -> bool:
        seconds = self._wall() - begun
        return seconds < TURN or (seconds < LONGEST_TURN and not self._is_awaited())

    def _stops(self, revision: int, hops: Sequence[Hop]) -> bool:
        """Pause the cluster if what was written after ``revision``, or one of ``hops``, meets a breakpoint; return whether it does."""
        if not self._orders.conditions or self.control.is_paused:
            return False
        condition = breakpoints.met(self._orders.conditions, self._store.events("", after=revision), hops)
        if condition is None:
            return False
        breakpoints.stop(self._id, condition)
        self._orders = steering.read(self._id)
        return True

    def _stop_at_requests(self) -> None:
        """Hold breakpoints against what came from outside since the last turn, here or in another process."""
        revision, seq = self._judged
        self._judged = (self._store.revision, self._store.hop_seq)
        if self._orders.conditions and self._judged != (revision, seq):
            self._stops(max(revision, self._store.compacted), self._rows.hops(seq, self._store.hop_seq - seq))

    def _run_asked_steps(self, engine: Engine, fence: Fence, wall: float) -> float:
        self._flow = None
        if not self._orders.steps_due:
            return POLL_EVERY
        with self._store.transaction(fence=fence):
            mark, is_shown = self._trace.mark, False
            while not is_shown and self._wall() < wall + TURN and self._step_or_jump(engine):
                is_shown = self._show(mark, wall)
            if is_shown:
                steering.count_step(self._id)
            elif self._wall() < wall + TURN:
                steering.drop_steps(self._id)
        self._shown_seq = self._store.hop_seq
        self._judged = (self._store.revision, self._store.hop_seq)
        self._orders = steering.read(self._id)
        return 0.0

    def _step_or_jump(self, engine: Engine) -> bool:
        """Run a step, if need be after jumping to the next foreground timer; False when only routine is left."""
        if engine.step() is not None:
            return True
        timer = self._next_awaited(engine)
        if timer is None:
            return False
        self._clock.advance(timer.when)
        return True

    def _show(self, mark: int, wall: float) -> bool:
        """Give the hops since ``mark`` their time on the screen; return whether they need any."""
        shown_ms = sum(duration_ms(hop) for hop in self._trace.since(mark))
        if shown_ms:
            self._screen_until = max(self._screen_until, wall) + shown_ms / 1000 / self.control.rate
        return bool(shown_ms)

    def _show_requests(self, wall: float | None) -> None:
        """Give hops that came from outside, here or in another process, their time, too."""
        if wall is not None and self._store.hop_seq > self._shown_seq:
            shown_ms = sum(duration_ms(hop) for hop in self._rows.hops(self._shown_seq, 500))
            until = max(self._screen_until, wall) + shown_ms / 1000 / self.control.rate
            self._screen_until = max(self._screen_until, min(until, wall + LONGEST_QUEUE))
        self._shown_seq = self._store.hop_seq

    def _follow(self, engine: Engine, wall: float) -> bool:
        """Move the clock along the wall's, but not past the next timer; return whether one is due."""
        awaited = self._next_awaited(engine)
        control = self.control
        gap = None if awaited is None else max((awaited.when - self._clock.now) / SECOND, 0.0)
        if self._flow is None or awaited is not self._awaited:
            speed = speed_of(control.pace, control.rate, gap)
            if self._flow is None or speed != self._flow.speed or control.pace == Pace.LECTURE:
                self._flow = TimeFlow(wall, self._clock.now, speed)
            self._awaited = awaited
            self._announce(self._said(awaited) if awaited is not None and is_fast_forward(control.pace, gap) else "", gap or 0.0)
        moment = self._flow.at(wall)
        due = _next_due(engine)
        if due is not None and due.when <= moment:
            self._clock.advance(due.when)
            return True
        self._clock.advance(moment)
        return False

    def _next_awaited(self, engine: Engine) -> Timer | None:
        """What is waited for on the screen: in a lecture what is scheduled, too, and nothing that is too far away."""
        timer = engine.timers.next(background=False)
        if self.control.pace != Pace.LECTURE:
            return timer
        both = (timer, engine.timers.next_scheduled(self._clock.now))
        return min(
            (each for each in both if each is not None and each.seconds <= LONGEST_AWAITED), key=lambda each: each.when, default=None
        )

    def _said(self, awaited: Timer) -> str:
        """Whose timer it is, and the message because of which it was set."""
        causes = self._rows.hops(awaited.cause - 1, 1) if awaited.cause > 0 else ()
        return " ".join((awaited.name, *(f"{hop.verb} {hop.key}" for hop in causes)))[:LONGEST_WORDS]

    def _announce(self, waiting_for: str, seconds: float) -> None:
        if waiting_for != self.control.waiting_for:
            steering.show_wait(self._id, waiting_for, seconds if waiting_for else 0.0)
            self._orders = steering.read(self._id)

    def _until_due(self, engine: Engine, wall: float) -> float:
        """Return the seconds until a timer is due that is no routine, or routine is done again."""
        if self._flow is None:
            return POLL_EVERY
        foreground, background = engine.timers.next(background=False), engine.timers.next(background=True)
        waits = [POLL_EVERY]
        if foreground is not None:
            waits.append(self._flow.until(foreground.when, wall))
        if background is not None:
            waits.append(max(self._flow.until(background.when, wall), self._routine_at - wall))
        return min(waits)


def _next_due(engine: Engine) -> Timer | None:
    timers = [timer for background in (False, True) if (timer := engine.timers.next(background=background)) is not None]
    return min(timers, key=lambda timer: timer.when, default=None)
