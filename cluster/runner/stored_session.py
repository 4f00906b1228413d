"""A session as the API server holds it: what it writes is taken up by the process that runs the cluster's loops.

Implements ``Session``, in every process alike.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.kubelet_server import Ending, HttpReply, Input, Output
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store
from cluster.runner.mailbox import Mailbox, size_of
from cluster.runner.session_records import IN, MUCH, OUT, PREFIX, end_session, ending_of, input_obj, output_of

LOST = Ending(lost="the connection to the kubelet was lost")
"""The loops have gone to another process, and what ran in this one is no more."""


class StoredSession:
    """Made with what is wanted (``wanted``, see ``Sessions``), which it writes down. Belongs to the thread of its store."""

    def __init__(self, store: Store, wanted: Obj) -> None:
        self._store = store
        with store.transaction():
            self._key = f"{PREFIX}{store.revision + 1:020}"
            store.put(self._key, wanted)
        self._mailbox = Mailbox(store, self._key + IN, self._key + OUT)
        self._carried = 0

    @property
    def has_begun(self) -> bool:
        """Whether it has been taken up, or is gone."""
        return self._mailbox.other_has_written or not self._exists

    @property
    def has_room(self) -> bool:
        """Whether more may be sent."""
        return not self._exists or self._mailbox.has_room

    def send(self, *pieces: Input) -> None:
        """Send; harmless when the session has ended."""
        written = [input_obj(piece) for piece in pieces]
        with self._store.transaction():
            if self._exists:
                self._mailbox.send(written)
                self._carried += sum(map(size_of, written))

    def read(self) -> Sequence[Output | HttpReply]:
        """Return what has come out since the last time."""
        taken = self._mailbox.take() if self._exists else []
        self._carried += sum(map(size_of, taken))
        return [output_of(obj) for obj in taken]

    @property
    def ending(self) -> Ending | None:
        """How it ended, once everything has been read."""
        if not self._exists:
            return LOST
        end = self._mailbox.other_end
        return None if end is None else ending_of(end)

    def close(self) -> None:
        """Remove what is written down: the other side leaves, too."""
        end_session(self._store, self._key, has_carried_much=self._carried >= MUCH)

    @property
    def _exists(self) -> bool:
        return self._store.get(self._key) is not None
