"""What the controller remembers between two looks at a Job, because its caches may lag behind what it has asked for.

Upstream: ``pkg/controller/job/tracking_utils.go`` (``uidTrackingExpectations``), ``backoff_utils.go`` (``backoffStore``).
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.client.consistency import OwnWrites
from cluster.client.expectations import ControllerExpectations
from cluster.controller_manager.job.backoff import Record
from cluster.machinery.meta import Key


class FinalizerExpectations:
    """The pods, by uid, whose finalizer was taken off and whose change the cache has not shown yet."""

    def __init__(self) -> None:
        self._uids: dict[Key, set[str]] = {}

    def expected(self, key: Key) -> frozenset[str]:
        """Return the uids awaited for a Job."""
        return frozenset(self._uids.get(key, ()))

    def expect(self, key: Key, uids: Iterable[str]) -> None:
        """Await some more."""
        self._uids.setdefault(key, set()).update(uids)

    def observed(self, key: Key, uid: str) -> None:
        """One was seen, or will never come because its request failed."""
        self._uids.get(key, set()).discard(uid)

    def forget(self, key: Key) -> None:
        """Await nothing for a Job."""
        self._uids.pop(key, None)


class Memory:
    """Everything remembered of every Job."""

    def __init__(self) -> None:
        self.pods = ControllerExpectations()
        self.finalizers = FinalizerExpectations()
        self.writes = OwnWrites()
        self._records: dict[Key, Record] = {}

    def record(self, key: Key) -> Record:
        """Return a Job's failures."""
        return self._records.get(key, Record())

    def remember(self, key: Key, record: Record) -> None:
        """Note a Job's failures."""
        self._records[key] = record

    def forget_failures(self, key: Key) -> None:
        """Forget the failures of a Job that has ended."""
        self._records.pop(key, None)

    def forget(self, key: Key) -> None:
        """Forget a Job that is gone."""
        self.pods.delete_expectations(key)
        self.finalizers.forget(key)
        self.writes.forget(key)
        self.forget_failures(key)
