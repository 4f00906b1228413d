"""The log of hops: one entry for every message that really passes between two components.

Hops are recorded at the seams (client, informer, store, CRI, plugins) by what wraps them. A frame
for a viewer is a pure function of this log, so rewinding is reading.

Component names, used as ``source`` and ``target``:
``dashboard``, ``kubectl``, ``kubeadm``, ``client``, ``etcdctl`` (outside); ``kube-apiserver`` and its stages
``kube-apiserver/authentication``, ``.../authorization``, ``.../admission``, ``.../validation``; ``etcd``;
``kube-scheduler``, ``kube-scheduler/filter``, ``kube-scheduler/score``; ``kube-controller-manager/<controller>``;
``csi-provisioner``, ``csi-attacher``;
``coredns/<pod>``; ``node/<node>`` (a process of it), ``node/<node>/kubelet``, ``node/<node>/containerd``, ``node/<node>/cni``,
``node/<node>/kube-proxy``, ``node/<node>/netfilter`` (the kernel's packet rules), ``node/<node>/pod/<namespace>/<name>``.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from cluster.engine.clock import Clock
from cluster.machinery.meta import Obj, SimTime


@dataclass(slots=True)
class Hop:
    """One arrow on a diagram.

    ``seq``: position in the cluster's log, from 1, gapless. ``at``: simulated moment. ``step``: the engine's step it belongs to (0:
    a request from outside). ``cause``: seq of the hop that led to it (0: none). ``verb``: POST, PUT, PATCH, DELETE, GET, LIST,
    WATCH (a request); ADDED, MODIFIED, DELETED (a watch event); ``reply``; the name of a stage, or of an admission plugin; ``put``,
    ``delete`` (etcd); a CRI or CNI call; TCP, UDP, a method or a type of DNS record (a packet's way). ``key``:
    ``plural/namespace/name[/subresource]``, or a storage key for etcd. ``revision``: what it wrote or carried (0: none).
    ``outcome``: status code and reason, or what a call returned. ``detail``: what the inspector shows beyond that (the scheduler's
    table, for instance). ``is_routine``: it belongs to a request that changes nothing (a read, a dry run) or comes all the time (a
    heartbeat), as its stages and its reply do.
    """

    seq: int
    at: SimTime
    step: int
    cause: int
    source: str
    target: str
    verb: str
    key: str
    revision: int = 0
    outcome: str = ""
    detail: Obj | None = None
    is_routine: bool = False


class _Causing:
    """One use of ``Trace.caused_by``. There is one for every request: a generator would take twice as long."""

    __slots__ = ("_before", "_seq", "_trace")

    def __init__(self, trace: Trace, seq: int) -> None:
        self._trace, self._seq, self._before = trace, seq, 0

    def __enter__(self) -> None:
        self._before, self._trace.current = self._trace.current, self._seq

    def __exit__(self, *raised: object) -> None:
        self._trace.current = self._before


Marks = tuple[bool, bool, bool]
"""Whether hops are deferred, are routine, are left out where they tell nothing new."""
UNMARKED: Marks = (False, False, False)


class _Marking:
    """One use of ``Trace.routine``, ``Trace.deferred``, ``Trace.repeating`` or ``Trace.anew``."""

    __slots__ = ("_before", "_marks", "_trace")

    def __init__(self, trace: Trace, marks: Marks) -> None:
        self._trace, self._marks, self._before = trace, marks, marks

    def __enter__(self) -> None:
        self._before = self._trace.marking
        self._trace.marking = self._marks

    def __exit__(self, *raised: object) -> None:
        self._trace.marking = self._before


class Trace:
    """Collects hops until the store commits them together with what they wrote.

    ``current`` is the hop that caused whatever is recorded now; ``step`` the running step.
    """

    def __init__(self, clock: Clock, next_seq: int = 1) -> None:
        self._clock = clock
        self._pending: list[Hop] = []
        self._aside: list[Hop] = []
        self._aside_seq = 0
        self._numbered = 0
        self.marking = UNMARKED
        self.next_seq = next_seq
        self.current = 0
        self.step = 0

    def record(
        self, source: str, target: str, verb: str, key: str = "", *, revision: int = 0, outcome: str = "", detail: Obj | None = None
    ) -> Hop:
        """Append a hop caused by ``current`` and return it; it may be completed until it is committed."""
        is_deferred, is_routine, _ = self.marking
        if is_deferred:
            self._aside_seq -= 1
            seq, log = self._aside_seq, self._aside
        else:
            seq, log = self.next_seq, self._pending
            self.next_seq += 1
        hop = Hop(seq, self._clock.now, self.step, self.current, source, target, verb, key, revision, outcome, detail, is_routine)
        log.append(hop)
        return hop

    def record_unless_repeated(self, source: str, target: str, verb: str, key: str = "", *, detail: Obj | None = None) -> Hop:
        """Record a hop, but not inside ``repeating``: the one returned is then in no log, and what it causes names what caused it."""
        if self.is_repeating:
            return Hop(self.current, self._clock.now, self.step, self.current, source, target, verb, key, detail=detail)
        return self.record(source, target, verb, key, detail=detail)

    @property
    def is_repeating(self) -> bool:
        """Whether what is done now has been done before, with a result that is likely to be the same."""
        return self.marking[2]

    def redirect(self, hop: Hop, target: str) -> None:
        """Let the hop recorded last lead elsewhere, because where it led nothing happened."""
        self._log_ending_in(hop)
        hop.target = target

    def retract(self, hop: Hop) -> None:
        """Take back the hop recorded last, because what it stood for did not happen."""
        log = self._log_ending_in(hop)
        log.pop()
        if log is self._pending:
            self.next_seq -= 1

    def _log_ending_in(self, hop: Hop) -> list[Hop]:
        log = self._aside if hop.seq < 0 else self._pending
        if not log or log[-1] is not hop:
            raise ValueError("only the hop recorded last can be changed")
        return log

    def caused_by(self, seq: int) -> AbstractContextManager[None]:
        """Let everything recorded inside name ``seq`` as its cause."""
        return _Causing(self, seq)

    def routine(self) -> AbstractContextManager[None]:
        """Mark hops recorded inside as routine."""
        return _Marking(self, (self.marking[0], True, self.marking[2]))

    def deferred(self, *, is_routine: bool = True) -> AbstractContextManager[None]:
        """Mark hops recorded inside as routine, and keep them aside until the next transaction numbers them: a read costs no commit.

        Until then their ``seq`` is negative. Inside an engine's step, whose turn is committed anyway, nothing is kept aside.
        ``is_routine`` False: they are not, since somebody looks for them.
        """
        return _Marking(self, (self.step == 0, is_routine, self.marking[2]))

    def repeating(self) -> AbstractContextManager[None]:
        """Leave out what is recorded inside by ``record_unless_repeated``: routine that never stops must not fill the log."""
        return _Marking(self, (self.marking[0], True, True))

    def anew(self) -> AbstractContextManager[None]:
        """Leave nothing out inside, whatever is repeated around it."""
        return _Marking(self, (self.marking[0], self.marking[1], False))

    @property
    def has_deferred(self) -> bool:
        """Whether hops wait for a transaction to number them."""
        return bool(self._aside)

    def forget_deferred(self) -> None:
        """Drop the hops that wait for a transaction, where there will be none."""
        self._aside.clear()

    @property
    def mark(self) -> int:
        """How many hops wait for the commit: what ``undo`` goes back to."""
        return len(self._pending)

    def since(self, mark: int) -> list[Hop]:
        """Return the uncommitted hops recorded after ``mark``."""
        return self._pending[mark:]

    def open(self) -> None:
        """Number and append what was deferred: the store calls this when a transaction has begun, after ``restart``."""
        seqs = {hop.seq: self.next_seq + index for index, hop in enumerate(self._aside)}
        for hop in self._aside:
            cause = hop.cause if hop.cause >= 0 else seqs.get(hop.cause, 0)
            self._pending.append(replace(hop, seq=seqs[hop.seq], cause=cause))
        self._numbered = len(self._aside)
        self.next_seq += self._numbered

    def undo(self, mark: int) -> None:
        """Forget the hops recorded since ``mark``, because their transaction was undone."""
        self.next_seq -= len(self._pending) - mark
        del self._pending[mark:]

    def take(self) -> list[Hop]:
        """Hand over the hops recorded since the last call: the store calls this when it commits."""
        taken, self._pending = self._pending, []
        del self._aside[: self._numbered]
        self._numbered = 0
        return taken

    def restart(self, next_seq: int) -> None:
        """Continue at ``next_seq``: another process has written hops, or a transaction was undone.

        Raises ValueError while uncommitted hops are pending.
        """
        if self._pending:
            raise ValueError("uncommitted hops are pending")
        self.next_seq = next_seq
