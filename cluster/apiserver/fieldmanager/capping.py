"""The oldest updaters of an object share an entry when there are too many of them.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/capmanagers.go``.
"""

from __future__ import annotations

from cluster.apiserver.fieldmanager.entries import UPDATE, Managed, Manager
from cluster.machinery.apply import VersionedSet, field_set

MOST_UPDATERS = 10
ANCIENT = "ancient-changes"
"""The manager that the oldest become, one for each version."""


def cap(managed: Managed) -> None:
    """Merge the oldest updaters of each version, in place, until few enough are left or none have a version in common."""
    if len(managed.managers) <= MOST_UPDATERS:
        return
    updaters = [manager for manager, owned in managed.managers.items() if not owned.is_applied]
    too_many = len(updaters) - MOST_UPDATERS
    if too_many <= 0:
        return
    updaters.sort(key=lambda manager: (managed.times.get(manager, ""), manager.identifier))
    first_of: dict[str, Manager] = {}
    for manager in updaters:
        if too_many <= 0:
            return
        owned = managed.managers[manager]
        bucket = Manager(ANCIENT, UPDATE, owned.api_version)
        first = first_of.get(owned.api_version)
        if first is None:
            first_of[owned.api_version] = manager
            continue
        if bucket not in managed.managers:
            managed.managers[bucket] = managed.managers.pop(first)
        fields = field_set.union(owned.fields, managed.managers[bucket].fields)
        managed.managers[bucket] = VersionedSet(fields, owned.api_version, owned.is_applied)
        del managed.managers[manager]
        managed.times[bucket] = managed.times.get(manager, "")
        too_many -= 1
