"""When the next step comes at each pace: a wall clock that the test moves, one component, a real store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pytest

from cluster.client.workqueue import Result, WorkQueue
from cluster.engine.clock import Clock
from cluster.engine.engine import Engine
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.etcd.store import DatabaseStore
from cluster.machinery.meta import SECOND, Key, SimTime
from cluster.machinery.storage import Fenced
from cluster.models import Cluster
from cluster.runner import breakpoints, lease, steering
from cluster.runner.conditions import parse
from cluster.runner.supervisor import Supervisor

pytestmark = pytest.mark.django_db


@dataclass
class Stand:
    """A supervisor whose one component writes ``/a/<key>``, with one visible hop, for each key in ``queue``. ``work``: seconds by the wall
    that it takes for that."""

    wall: float = 1000.0
    work: float = 0.0
    is_awaited: bool = False
    cluster_id: int = field(init=False)
    store: DatabaseStore = field(init=False)
    engine: Engine = field(init=False)
    queue: WorkQueue = field(init=False)
    supervisor: Supervisor = field(init=False)
    folder: str = "/a"

    def __post_init__(self) -> None:
        self.cluster_id = Cluster.objects.create(name="demo", seed=1, now=0).pk
        self.clock = Clock(SimTime(0))
        self.trace = Trace(self.clock)
        self.store = DatabaseStore(self.cluster_id, self.trace, self.clock)
        self.supervisor = Supervisor(
            self.cluster_id,
            self.store,
            self.trace,
            self.clock,
            self.start_loops,
            holder="test",
            wall=lambda: self.wall,
            is_awaited=lambda: self.is_awaited,
        )

    def start_loops(self) -> Engine:
        self.engine = Engine(self.clock, self.trace, Rng(1), strict=True)
        self.queue = WorkQueue("kube-controller-manager/test", self.engine, self.reconcile)
        return self.engine

    def reconcile(self, key: Key, now: SimTime) -> Result:
        hop = self.trace.record("kube-controller-manager/test", "kube-apiserver", "POST", f"pods/{key}")
        self.store.put(f"{self.folder}/{key}", {"at": now}, hop=hop.seq)
        self.wall += self.work
        return Result()

    def read_quietly(self) -> None:
        with self.trace.deferred():
            self.trace.record("kube-controller-manager/test", "kube-apiserver", "GET", "pods/x")

    def steer(self, *, pace: str | None = None, rate: float | None = None, paused: bool | None = None, steps: int = 0) -> None:
        steering.steer(self.cluster_id, pace=pace, rate=rate, paused=paused, steps=steps)
        self.supervisor.notice()

    def pass_time(self, seconds: float) -> None:
        """Let the wall clock go on as the thread would: turn after turn, waiting as long as each one says."""
        end = self.wall + seconds
        while True:
            wait = self.supervisor.turn()
            if self.wall + wait > end:
                self.wall = end
                return
            self.wall += wait

    @property
    def seconds(self) -> float:
        return self.clock.now / SECOND

    @property
    def written(self) -> dict[str, float]:
        """Each key and the simulated second at which it was written."""
        folder = f"{self.folder}/"
        return {kv.key.removeprefix(folder): kv.obj["at"] / SECOND for kv in self.store.list(folder).items}


@pytest.fixture
def stand() -> Stand:
    made = Stand()
    made.supervisor.turn()
    return made


def add(stand: Stand, *keys: str) -> None:
    for key in keys:
        stand.queue.add(Key(key))


def test_at_lecture_pace_each_visible_hop_has_its_time_on_the_screen(stand: Stand) -> None:
    add(stand, "1", "2", "3")
    seen = []
    for _ in range(3):
        stand.pass_time(0.89)
        seen.append(len(stand.written))
        stand.wall += 0.02
    assert seen == [1, 2, 3]
    assert stand.written == {"1": 0.0, "2": 0.0, "3": 0.0}, "the clock stands still while hops are on the screen"


def test_at_double_rate_they_have_half_of_it(stand: Stand) -> None:
    stand.steer(rate=2.0)
    add(stand, "1", "2", "3")
    stand.pass_time(1.0)
    assert sorted(stand.written) == ["1", "2", "3"]


def test_quiet_steps_take_no_time_on_the_screen(stand: Stand) -> None:
    for _ in range(20):
        stand.engine.after(0, "kube-controller-manager/test", stand.read_quietly)
    stand.engine.after(0, "kube-controller-manager/test", lambda: add(stand, "1"))
    stand.pass_time(0.1)
    assert (sorted(stand.written), stand.store.hop_seq) == (["1"], 21)


def test_a_long_wait_passes_in_two_seconds_and_the_screen_says_so(stand: Stand) -> None:
    stand.engine.after(40, "the grace period", lambda: add(stand, "1"))
    stand.pass_time(1.0)
    control = steering.read(stand.cluster_id).control
    assert (control.waiting_for, control.waiting_seconds, stand.supervisor.control) == ("the grace period", 40.0, control)
    stand.pass_time(1.5)
    assert stand.written == {"1": 40.0}
    assert steering.read(stand.cluster_id).control.waiting_for == ""


def test_the_screen_says_what_a_wait_is_for_by_the_message_that_began_it(stand: Stand) -> None:
    def stop() -> None:
        hop = stand.trace.record("node/n1/kubelet", "node/n1/containerd", "StopContainer", "pods/default/web/nginx")
        with stand.trace.caused_by(hop.seq):
            stand.engine.after(40, "node/n1/containerd", lambda: add(stand, "1"))

    stand.engine.after(0, "node/n1/kubelet", stop)
    stand.pass_time(1.5)
    assert steering.read(stand.cluster_id).control.waiting_for == "node/n1/containerd StopContainer pods/default/web/nginx"


@pytest.mark.parametrize(
    ("pace", "soon", "seconds", "waiting_for"),
    [
        pytest.param("lecture", 0, 60, "kube-controller-manager/cronjob", id="a lecture hurries to it"),
        pytest.param("lecture", 40, 40, "node/n1/containerd", id="a lecture waits for what comes sooner first"),
        pytest.param("instant", 0, 2, "", id="an instant cluster does not run one CronJob after the other"),
    ],
)
def test_what_is_scheduled_is_waited_for_in_a_lecture(stand: Stand, pace: str, soon: int, seconds: int, waiting_for: str) -> None:
    stand.steer(pace=pace)
    stand.supervisor.turn()
    stand.engine.after(60, "kube-controller-manager/cronjob", lambda: None, background=True, scheduled=True)
    if soon:
        stand.engine.after(soon, "node/n1/containerd", lambda: add(stand, "1"))
    stand.pass_time(1.0)
    said = steering.read(stand.cluster_id).control.waiting_for
    stand.pass_time(1.0)
    stand.supervisor.turn()
    assert (said, round(stand.seconds)) == (waiting_for, seconds)


@pytest.mark.parametrize(
    ("pace", "paused", "late"),
    [
        pytest.param("lecture", False, 3.0, id="a lecture does not hurry"),
        pytest.param("lecture", True, 0.0, id="a step while paused does not jump there"),
        pytest.param("instant", False, 1800.0, id="at instant pace somebody may wait for it all the same"),
    ],
)
def test_what_is_an_hour_away_is_not_waited_for(stand: Stand, pace: str, paused: bool, late: float) -> None:
    stand.engine.after(3600, "node/n1/containerd", lambda: add(stand, "1"))
    stand.steer(pace=pace, paused=paused, steps=1 if paused else 0)
    stand.pass_time(3.0)
    stand.supervisor.turn()
    assert (stand.written, round(stand.seconds, 3), steering.read(stand.cluster_id).control.waiting_for) == ({}, late, "")


def test_routine_in_a_long_wait_runs_in_time(stand: Stand) -> None:
    beats: list[float] = []

    def beat() -> None:
        beats.append(stand.seconds)
        stand.engine.after(10, "heartbeat", beat, background=True)

    stand.engine.after(10, "heartbeat", beat, background=True)
    stand.engine.after(40, "the grace period", lambda: add(stand, "1"))
    stand.pass_time(2.1)
    assert (beats, stand.written) == ([10.0, 20.0, 30.0], {"1": 40.0})


PACES: dict[str, tuple[str, float, float]] = {
    "lecture: routine does not hurry": ("lecture", 3.0, 3.0),
    "lecture at double rate: routine does not hurry either": ("lecture", 2.0, 3.0),
    "real": ("real", 1.0, 3.0),
    "real at double rate": ("real", 2.0, 6.0),
    "instant: routine does not hurry": ("instant", 1.0, 3.0),
}


@pytest.mark.parametrize(("pace", "rate", "seconds"), PACES.values(), ids=PACES.keys())
def test_while_nothing_is_waited_for_the_clock_follows_the_wall(stand: Stand, pace: str, rate: float, seconds: float) -> None:
    beats: list[float] = []
    stand.steer(pace=pace, rate=rate)
    stand.supervisor.turn()
    stand.engine.after(seconds - 0.5, "heartbeat", lambda: beats.append(stand.seconds), background=True)
    stand.pass_time(3.0)
    stand.supervisor.turn()
    assert (beats, round(stand.seconds, 3)) == ([seconds - 0.5], seconds)


def test_at_instant_pace_a_turn_runs_many_steps_in_one_commit(stand: Stand) -> None:
    commits: list[int] = []
    stand.store.on_commit(commits.append)
    stand.steer(pace="instant")
    add(stand, *(str(number) for number in range(50)))
    stand.supervisor.turn()
    assert (len(stand.written), commits) == (50, [50])


def test_routine_shares_a_commit_with_what_falls_due_soon_after_each_at_its_own_moment(stand: Stand) -> None:
    commits: list[int] = []
    stand.steer(pace="real")
    stand.supervisor.turn()
    stand.store.on_commit(commits.append)
    moments = {str(number): round(1 + number / 100, 2) for number in range(15)}
    for key, moment in moments.items():
        stand.engine.after(moment, "node/n1/kubelet", partial(add, stand, key), background=True)
    stand.pass_time(1.3)
    assert (stand.written, commits) == (moments, [1, 11, 15])


def test_what_is_waited_for_does_not_wait_for_routine(stand: Stand) -> None:
    stand.steer(pace="real")
    stand.supervisor.turn()
    for key, moment, is_routine in (("1", 1.0, True), ("2", 1.01, True), ("3", 1.02, False), ("4", 1.025, True)):
        stand.engine.after(moment, "node/n1/kubelet", partial(add, stand, key), background=is_routine)
    stand.pass_time(1.03)
    assert stand.written == {"1": 1.0, "2": 1.01, "3": 1.02}


@pytest.mark.parametrize(
    ("is_awaited", "in_a_turn"),
    [
        pytest.param(True, 3, id="a turn in which somebody waits for the thread is short"),
        pytest.param(False, 10, id="a turn in which nobody does shares its commit among more steps"),
    ],
)
def test_how_long_a_turn_goes_on(stand: Stand, is_awaited: bool, in_a_turn: int) -> None:
    stand.work, stand.is_awaited = 0.0101, is_awaited
    stand.steer(pace="instant")
    add(stand, *map(str, range(20)))
    stand.supervisor.turn()
    assert len(stand.written) == in_a_turn


def test_at_instant_pace_time_flies_at_most_600_times_as_fast(stand: Stand) -> None:
    stand.steer(pace="instant")
    stand.engine.after(300, "pull", lambda: add(stand, "1"))
    stand.pass_time(0.4)
    before = stand.written
    stand.pass_time(0.11)
    assert (before, stand.written) == ({}, {"1": 300.0})


def test_while_paused_nothing_moves_but_the_steps_that_were_asked_for(stand: Stand) -> None:
    stand.steer(paused=True)
    add(stand, "1", "2", "3")
    stand.engine.after(40, "the grace period", lambda: add(stand, "late"))
    stand.pass_time(5.0)
    assert (stand.written, stand.seconds) == ({}, 0.0)
    stand.steer(steps=2)
    stand.pass_time(5.0)
    assert (sorted(stand.written), steering.read(stand.cluster_id).steps_due) == (["1", "2"], 0)
    stand.steer(steps=2)
    stand.pass_time(5.0)
    assert stand.written == {"1": 0.0, "2": 0.0, "3": 0.0, "late": 40.0}, "a step with nothing to do jumps to what is waited for"


def test_a_step_with_nothing_but_routine_ahead_is_dropped(stand: Stand) -> None:
    stand.engine.after(10, "heartbeat", lambda: None, background=True)
    stand.steer(paused=True, steps=3)
    stand.pass_time(2.0)
    assert (steering.read(stand.cluster_id).steps_due, stand.seconds) == (0, 0.0)


def test_the_next_step_waits_until_a_request_from_outside_was_seen(stand: Stand) -> None:
    with stand.store.transaction():
        stand.trace.record("kubectl", "kube-apiserver", "POST", "pods/default/web")
    add(stand, "1")
    stand.pass_time(0.8)
    before = stand.written
    stand.pass_time(0.2)
    assert (before, sorted(stand.written)) == ({}, ["1"])


LOST: dict[str, Callable[[Stand], None]] = {
    "before a turn's writes": lambda stand: add(stand, "1"),
    "before a renewal": lambda stand: setattr(stand, "wall", stand.wall + lease.RENEW_EVERY),
}


@pytest.mark.parametrize("next_turn", LOST.values(), ids=LOST.keys())
def test_a_supervisor_whose_lease_was_taken_over_writes_nothing_more(stand: Stand, next_turn: Callable[[Stand], None]) -> None:
    Cluster.objects.filter(pk=stand.cluster_id).update(lease_epoch=7, lease_holder="another")
    next_turn(stand)
    with pytest.raises(Fenced):
        stand.supervisor.turn()
    stand.supervisor.resign()
    assert (stand.written, Cluster.objects.get().lease_holder) == ({}, "another")


@pytest.mark.parametrize("pace", ["lecture", "real", "instant"])
def test_a_cluster_stands_still_exactly_where_a_breakpoint_is_met(stand: Stand, pace: str) -> None:
    stand.steer(pace=pace)
    breakpoints.add(stand.cluster_id, parse("configmap two created"))
    stand.supervisor.notice()
    stand.folder = "/registry/configmaps/default"
    add(stand, "one", "two", "three")
    stand.pass_time(10)
    control = stand.supervisor.control
    assert (sorted(stand.written), control.is_paused, control.stopped_by) == (["one", "two"], True, "configmap two created")
    stand.steer(paused=False)
    stand.pass_time(10)
    control = stand.supervisor.control
    assert (sorted(stand.written), control.is_paused, control.stopped_by) == (["one", "three", "two"], False, "")


def test_what_comes_from_outside_meets_breakpoints_before_anything_follows_from_it(stand: Stand) -> None:
    stand.steer(pace="instant")
    breakpoints.add(stand.cluster_id, parse("hop kubectl"))
    stand.supervisor.notice()
    stand.supervisor.turn()
    with stand.store.transaction():
        stand.trace.record("kubectl", "kube-apiserver", "POST", "pods/default/x")
    add(stand, "1")
    stand.pass_time(5)
    assert (sorted(stand.written), stand.supervisor.control.stopped_by) == ([], "hop kubectl")


def test_what_happened_before_a_breakpoint_was_set_does_not_meet_it(stand: Stand) -> None:
    stand.steer(pace="instant")
    with stand.store.transaction():
        stand.trace.record("kubectl", "kube-apiserver", "POST", "pods/default/x")
    breakpoints.add(stand.cluster_id, parse("hop kubectl"))
    stand.supervisor.notice()
    add(stand, "1")
    stand.pass_time(5)
    assert (sorted(stand.written), stand.supervisor.control.is_paused) == (["1"], False)
