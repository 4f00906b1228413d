"""Whether a controller's cache shows what the controller itself has written.

A look at a cache that is older than one's own last write acts on a state that one knows to be past: a Job that has counted its
pods, and whose count the cache does not show yet, would make them again. So the look waits for the watch event of that write.

Upstream: ``pkg/controller/util/consistency`` (v1.36, the feature gates ``StaleControllerConsistency...``).
"""

from __future__ import annotations

from cluster.machinery.meta import Key, Obj, key_of


class OwnWrites:
    """The newest version of each object that its controller has written."""

    def __init__(self) -> None:
        self._versions: dict[Key, tuple[str, int]] = {}

    def note(self, written: Obj) -> None:
        """Remember an object as the API server has answered it."""
        self._versions[key_of(written)] = (written["metadata"]["uid"], int(written["metadata"]["resourceVersion"]))

    def are_seen(self, cached: Obj) -> bool:
        """Whether an object from the cache is no older than what was written."""
        uid, version = self._versions.get(key_of(cached), ("", 0))
        return cached["metadata"]["uid"] != uid or int(cached["metadata"]["resourceVersion"]) >= version

    def forget(self, key: Key) -> None:
        """Forget an object that is gone."""
        self._versions.pop(key, None)
