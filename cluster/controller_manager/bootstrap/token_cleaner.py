"""Deletes the Secrets of bootstrap tokens that have expired, each at the moment that it names.

Upstream: ``pkg/controller/bootstrap/tokencleaner.go``.
"""

from __future__ import annotations

from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane
from cluster.machinery.bootstrap_token import NAMESPACE, SECRET_TYPE, has_expired, seconds_left
from cluster.machinery.kinds.core import SECRETS
from cluster.machinery.meta import Key, Obj, SimTime


class TokenCleaner:
    """The lane ``kube-controller-manager/tokencleaner``. Its keys are names of Secrets in kube-system."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._engine = lane.client, lane.engine
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile, background=True)
        self._secrets = lane.follow(
            SECRETS, self._queue, on_add=self._on_secret, on_update=lambda _, new: self._on_secret(new), on_delete=_ignored
        )

    def start(self) -> None:
        """What is waited for was put in the queue with the first list."""

    def stop(self) -> None:
        """Nothing to cancel: a queue that nobody feeds any more ends with the engine."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Delete one token's Secret when it has expired. Raises ApiError."""
        secret = self._secrets.get(key, NAMESPACE)
        if secret is None or secret.get("type") != SECRET_TYPE:
            return Result()
        if not has_expired(secret, now):
            return Result(seconds_left(secret, now))
        self._client.delete(SECRETS, key, NAMESPACE, uid=secret["metadata"]["uid"])
        return Result()

    def _on_secret(self, secret: Obj) -> None:
        meta = secret["metadata"]
        if secret.get("type") != SECRET_TYPE or meta["namespace"] != NAMESPACE:
            return
        left = seconds_left(secret, self._engine.clock.now)
        if left is not None:
            self._queue.add_after(Key(meta["name"]), left)


def _ignored(obj: Obj) -> None:
    """What is gone does not expire."""
