"""The field manager: keeps ``metadata.managedFields`` with every write, and carries out applies.

Upstream wraps a dozen managers around each other; here they are the steps of two methods. It differs where nobody can see it: entries of
the stored object are taken as they are instead of being decoded, and only what a write changed is walked. What a strategy or an admission
plugin adds to an object after this belongs to nobody, as upstream.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/{fieldmanager,managedfieldsupdater,stripmeta,skipnonapplied,
structuredmerge,versioncheck}.go``.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property

from cluster.apiserver.fieldmanager.capping import cap
from cluster.apiserver.fieldmanager.configuration import check, named
from cluster.apiserver.fieldmanager.conflicts import conflict_error
from cluster.apiserver.fieldmanager.entries import (
    APPLY,
    UPDATE,
    BadEntry,
    Managed,
    Manager,
    encoded,
    is_reset,
    sent,
    stored,
    without_times,
)
from cluster.apiserver.fieldmanager.last_applied import KUBECTL, applied_fields, keep_annotation
from cluster.apiserver.fieldmanager.versions import KindVersions, Siblings
from cluster.apiserver.strategy import Strategy
from cluster.engine.clock import Clock
from cluster.machinery.apply import BadItem, Conflicts, FieldSet, Updater, field_set
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Obj, timestamp

BEFORE_FIRST_APPLY = "before-first-apply"
"""Owns what an object had when nobody was tracked, once somebody applies."""
_SYSTEM = frozenset(
    ("name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields", "resourceVersion")
)
_STRIPPED: FieldSet = {"f:apiVersion": {}, "f:kind": {}, "f:metadata": {".": {}, **{f"f:{name}": {} for name in _SYSTEM}}}
"""Fields that nobody owns."""


class FieldManager:
    """Of the objects of one kind in one version."""

    def __init__(self, strategy: Strategy, siblings: Siblings, clock: Clock) -> None:
        self._strategy, self._clock = strategy, clock
        self._versions = KindVersions(strategy, siblings)
        self._api_version = strategy.kind.api_version
        self._updaters: dict[str, Updater] = {}

    def update(self, live: Obj | None, new: Obj, name: str, subresource: str = "") -> None:
        """Write into ``new``, in place, who owns what after ``name`` made it of ``live`` (None: created it)."""
        meta = new["metadata"]
        before = _before(live, meta.pop("managedFields", None), subresource)
        if live is None or before.managers:
            old = _owned_parts(live) if live is not None else self._empty
            with suppress(BadItem):  # as upstream: then who owns what stays as it was
                before = self._updated(old, _owned_parts(new), before, Manager(name, UPDATE, self._api_version, subresource))
        if before.managers:
            meta["managedFields"] = encoded(before)

    def apply(self, live: Obj | None, config: Obj, name: str, subresource: str = "", *, is_forced: bool = False) -> Obj:
        """Return what ``name`` makes of ``live`` (None: of nothing) by applying a configuration, managed fields included.

        Not decoded yet; shares parts with both, neither is changed. Raises ApiError 400, 409, 500.
        """
        type = self._versions.type_at(self._api_version)
        assert type is not None
        check(config, self._strategy.kind, type)
        managed = stored((live or {}).get("metadata", {}).get("managedFields") or ())
        current = _untracked(live) if live is not None else self._empty
        if live is not None and not managed.managers:
            before_apply = Manager(BEFORE_FIRST_APPLY, UPDATE, self._api_version, subresource)
            managed = self._updated(self._empty, _owned_parts(live), managed, before_apply)
        manager = Manager(name, APPLY, "", subresource)
        try:
            applied, after = self._applied(current, config, managed, manager, is_forced=is_forced)
        except Conflicts as conflicts:
            if not self._may_take_over(name, current, conflicts):
                raise conflict_error(conflicts) from None
            applied, after = self._applied(current, config, managed, manager, is_forced=True)
        if name == KUBECTL:
            keep_annotation(applied, config)
        entries = encoded(after)
        applied["metadata"] = {**applied["metadata"], **({"managedFields": entries} if entries else {})}
        return applied

    def _applied(self, live: Obj, config: Obj, managed: Managed, manager: Manager, *, is_forced: bool) -> tuple[Obj, Managed]:
        updater = self._updater(manager.subresource)
        try:
            applied, managers = updater.apply(live, config, managed.managers, manager, is_forced=is_forced)
        except BadItem as error:
            raise ApiError(500, "", f"failed to create typed live object ({named(live)}): {error}") from None
        after = Managed(managers, dict(managed.times))
        _strip(after, manager)
        if applied != live:
            after.times[manager] = timestamp(self._clock.now)
        return {**applied, "metadata": applied.get("metadata") or {}}, after

    def _updated(self, live: Obj, new: Obj, before: Managed, manager: Manager) -> Managed:
        """Return the managers after an update of the parts that somebody may own. Raises BadItem."""
        managers, has_written = self._updater(manager.subresource).update(live, new, before.managers, manager)
        if not has_written:
            return Managed(managers, before.times)
        after = Managed(managers, {**before.times, manager: timestamp(self._clock.now)})
        cap(after)
        return after

    @cached_property
    def _empty(self) -> Obj:
        return self._strategy.codec.empty

    def _updater(self, subresource: str) -> Updater:
        if subresource not in self._updaters:
            self._updaters[subresource] = Updater(self._versions, self._api_version, self._strategy.reset_fields(subresource))
        return self._updaters[subresource]

    def _may_take_over(self, name: str, live: Obj, conflicts: Conflicts[Manager]) -> bool:
        """Whether kubectl applied before, by itself, all that is in conflict; what it did is taken off the conflicts."""
        if name != KUBECTL:
            return False
        type = self._versions.type_at(self._api_version)
        assert type is not None
        allowed = applied_fields(type, live, self._api_version)
        left = {manager: field_set.difference(fields, allowed) for manager, fields in conflicts.fields.items()}
        conflicts.fields = {manager: fields for manager, fields in left.items() if fields}
        return not conflicts.fields


def keep_entries(new: Obj, old: Obj) -> None:
    """Take over the old entries, in place, when a write that changes nothing else would only write them anew with another time."""
    mine, before = new["metadata"].get("managedFields"), old["metadata"].get("managedFields")
    if not mine or not before or any(new[name] != old.get(name) for name in reversed(new) if name != "metadata"):
        return
    if mine != before and without_times(mine) == without_times(before):
        new["metadata"]["managedFields"] = before
        if new != old:
            new["metadata"]["managedFields"] = mine


def _before(live: Obj | None, entries: object, subresource: str) -> Managed:
    """Return the managers that a request starts from: those that it sends, where it may, else those of the object."""
    mine = (live["metadata"].get("managedFields") if live is not None else None) or ()
    if isinstance(entries, list) and not subresource and entries != mine:
        if is_reset(entries):
            return Managed()
        with suppress(BadEntry):  # as upstream: who does not understand managed fields does not delete them
            return sent(entries)
    return stored(mine)


def _strip(managed: Managed, manager: Manager) -> None:
    owned = managed.managers.get(manager)
    if owned is None:
        return
    fields = field_set.difference(owned.fields, _STRIPPED)
    if fields:
        managed.managers[manager] = owned._replace(fields=fields)
    else:
        del managed.managers[manager]


def _owned_parts(obj: Obj) -> Obj:
    """Return an object without the metadata that nobody owns."""
    return {**obj, "metadata": {name: value for name, value in obj["metadata"].items() if name not in _SYSTEM}}


def _untracked(obj: Obj) -> Obj:
    meta = obj["metadata"]
    return {**obj, "metadata": {name: value for name, value in meta.items() if name != "managedFields"}} if "managedFields" in meta else obj
