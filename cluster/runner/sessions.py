"""Sessions where the loops run: takes up what API servers have written down, and carries bytes between the store and the nodes.

A session is looked after between the engine's steps, at any pace and while the cluster is paused: what takes no simulated time is answered
at once, and what sleeps waits for the clock. Sessions that were open when the loops began are cut, as by a kubelet that was restarted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cluster.engine.trace import Trace
from cluster.kubelet.streaming_server import FarEnd
from cluster.machinery.kubelet_server import HttpReply, Output
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store
from cluster.runner.mailbox import Mailbox
from cluster.runner.session_records import IN, OUT, PREFIX, end_session, ending_obj, input_of, output_obj

PIECE = 32 * 1024
"""Bytes of one piece of output at most."""


class Openers(Protocol):
    """Who can open the far end of what is wanted."""

    def __call__(self, wanted: Obj, wake: Callable[[], None]) -> FarEnd:
        """Open it. ``wake``: to be called when there is something to read."""
        ...


@dataclass(slots=True)
class _Open:
    far: FarEnd
    mailbox: Mailbox
    has_begun: bool = False
    is_over: bool = False


class Sessions:
    """Belongs to the cluster's thread. ``serve`` between steps, inside a transaction that carries the engine's fence."""

    def __init__(self, store: Store, trace: Trace, open_far_end: Openers) -> None:
        self._store, self._trace, self._open_far_end = store, trace, open_far_end
        self._open: dict[str, _Open] = {}
        self._seen = -1
        self._is_woken = False

    def start(self) -> None:
        """Cut what is left of an earlier run of the loops."""
        left = dict.fromkeys(kv.key.removeprefix(PREFIX).partition("/")[0] for kv in self._store.list(PREFIX).items)
        for session in left:
            end_session(self._store, PREFIX + session, has_carried_much=True)

    @property
    def is_due(self) -> bool:
        """Whether there may be something to do."""
        return self._is_woken or (self._store.revision != self._seen and self._has_any)

    def serve(self) -> None:
        """Take up new sessions, carry what is under way, and let go of those that were left."""
        self._is_woken = False
        keys = {kv.key: kv.obj for kv in self._store.list(PREFIX).items if kv.key.count("/") == PREFIX.count("/")}
        for key in [key for key in self._open if key not in keys]:
            self._open.pop(key).far.leave()
        for key, wanted in keys.items():
            session = self._open.get(key)
            if session is None:
                session = self._begin(key, wanted)
            self._carry(session)
        self._seen = self._store.revision

    @property
    def _has_any(self) -> bool:
        return bool(self._open) or bool(self._store.list(PREFIX, limit=1).items)

    def _begin(self, key: str, wanted: Obj) -> _Open:
        with self._trace.caused_by(wanted["cause"]):
            far = self._open_far_end(wanted, self._wake)
        session = self._open[key] = _Open(far, Mailbox(self._store, key + OUT, key + IN))
        return session

    def _carry(self, session: _Open) -> None:
        if session.is_over:
            return
        pieces = session.mailbox.take()
        if pieces:
            session.far.take([input_of(piece) for piece in pieces])
        if not session.mailbox.has_room:
            return
        ending = session.far.ending
        output = [output_obj(piece) for piece in in_pieces(session.far.output())]
        session.is_over = ending is not None
        if output or ending is not None or not session.has_begun:
            session.has_begun = True
            session.mailbox.send(output, None if ending is None else ending_obj(ending))

    def _wake(self) -> None:
        self._is_woken = True


def in_pieces(outputs: Sequence[Output | HttpReply]) -> list[Output | HttpReply]:
    """Cut output into pieces of ``PIECE`` bytes at most."""
    cut: list[Output | HttpReply] = []
    for output in outputs:
        if isinstance(output, HttpReply):
            cut.append(output)
            continue
        cut += [Output(stdout=output.stdout[at : at + PIECE]) for at in range(0, len(output.stdout), PIECE)]
        cut += [Output(stderr=output.stderr[at : at + PIECE]) for at in range(0, len(output.stderr), PIECE)]
    return cut
