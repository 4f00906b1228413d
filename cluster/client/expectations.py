"""Expectations: what a controller has asked for and its informer has not shown yet.

A controller that has created three pods must not look at a cache that knows of one of them and create two more. So it
notes what it expects to see, and leaves the key alone until it has seen it, or until five minutes have passed.

Upstream: ``pkg/controller/controller_utils.go`` (``ControllerExpectations``, ``UIDTrackingControllerExpectations``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cluster.machinery.meta import SECOND, Key, SimTime

EXPECTATIONS_TIMEOUT = 5 * 60
"""Seconds after which unfulfilled expectations are taken for lost."""


@dataclass(slots=True)
class Expectations:
    """Creations and deletions of one key's controller that are still to be seen."""

    add: int
    delete: int
    since: SimTime

    @property
    def are_fulfilled(self) -> bool:
        """Whether everything was seen (more than expected counts too)."""
        return self.add <= 0 and self.delete <= 0


class ControllerExpectations:
    """Expectations by controller key."""

    def __init__(self) -> None:
        self._expectations: dict[Key, Expectations] = {}

    def get(self, key: Key) -> Expectations | None:
        """Return the expectations of a controller, if it has set any."""
        return self._expectations.get(key)

    def are_satisfied(self, key: Key, now: SimTime) -> bool:
        """Whether a controller may trust its cache: all was seen, too long ago, or nothing was ever expected."""
        expected = self._expectations.get(key)
        return expected is None or expected.are_fulfilled or now - expected.since > EXPECTATIONS_TIMEOUT * SECOND

    def expect(self, key: Key, creations: int, deletions: int, now: SimTime) -> None:
        """Expect so many creations and deletions and nothing else."""
        self._expectations[key] = Expectations(creations, deletions, now)

    def expect_creations(self, key: Key, count: int, now: SimTime) -> None:
        """Expect ``count`` creations and nothing else."""
        self.expect(key, count, 0, now)

    def expect_deletions(self, key: Key, count: int, now: SimTime) -> None:
        """Expect ``count`` deletions and nothing else."""
        self.expect(key, 0, count, now)

    def creation_observed(self, key: Key) -> None:
        """One creation was seen, or will never come because its request failed."""
        self._lower(key, add=1)

    def deletion_observed(self, key: Key) -> None:
        """One deletion was seen, or will never come because its request failed."""
        self._lower(key, delete=1)

    def lower_creations(self, key: Key, count: int) -> None:
        """``count`` creations will not be asked for after all."""
        self._lower(key, add=count)

    def delete_expectations(self, key: Key) -> None:
        """Forget a controller."""
        self._expectations.pop(key, None)

    def _lower(self, key: Key, *, add: int = 0, delete: int = 0) -> None:
        expected = self._expectations.get(key)
        if expected is not None:
            expected.add -= add
            expected.delete -= delete


class UidTrackingExpectations(ControllerExpectations):
    """Knows which deletions it waits for, because a deletion is seen twice: the mark on the object, then its end."""

    def __init__(self) -> None:
        super().__init__()
        self._awaited: dict[Key, set[Key]] = {}

    def awaited(self, key: Key) -> frozenset[Key]:
        """Return the keys of the objects whose deletion a controller waits for."""
        return frozenset(self._awaited.get(key, ()))

    def expect_deletions_of(self, key: Key, deleted: Iterable[Key], now: SimTime) -> None:
        """Expect the deletion of these objects and nothing else."""
        self._awaited[key] = set(deleted)
        self.expect_deletions(key, len(self._awaited[key]), now)

    def deletion_of_observed(self, key: Key, deleted: Key) -> None:
        """The deletion of one object was seen; of one that nobody waits for it counts nothing."""
        awaited = self._awaited.get(key)
        if awaited is not None and deleted in awaited:
            awaited.remove(deleted)
            self.deletion_observed(key)

    def delete_expectations(self, key: Key) -> None:
        """Forget a controller."""
        self._awaited.pop(key, None)
        super().delete_expectations(key)
