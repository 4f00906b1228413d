"""``metadata.managedFields``: its entries read and written.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/managedfields.go``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cluster.machinery.apply import BadPathElement, Managers, VersionedSet, field_set
from cluster.machinery.meta import Obj

APPLY, UPDATE = "Apply", "Update"


class Manager(NamedTuple):
    """What tells one entry from another. ``api_version``: empty for an applier, who is the same whatever version it speaks."""

    name: str
    operation: str
    api_version: str = ""
    subresource: str = ""

    @property
    def identifier(self) -> str:
        """The text that upstream sorts managers by."""
        said = {"manager": self.name, "operation": self.operation, "apiVersion": self.api_version, "subresource": self.subresource}
        return json.dumps({name: value for name, value in said.items() if value}, separators=(",", ":"), ensure_ascii=False)


@dataclass(slots=True)
class Managed:
    """The managers of an object, and when each last changed something."""

    managers: Managers[Manager] = field(default_factory=dict)
    times: dict[Manager, str] = field(default_factory=dict)


class BadEntry(Exception):  # noqa: N818
    """An entry that is none."""


def stored(entries: Sequence[Obj]) -> Managed:
    """Read entries that were written here."""
    managed = Managed()
    for entry in entries:
        manager, operation, api_version = _manager(entry), entry["operation"], entry["apiVersion"]
        managed.managers[manager] = VersionedSet(entry.get("fieldsV1") or {}, api_version, operation == APPLY)
        if entry.get("time"):
            managed.times[manager] = entry["time"]
    return managed


def sent(entries: Sequence[Obj]) -> Managed:
    """Read entries that came with a request. Raises BadEntry."""
    for entry in entries:
        if entry.get("operation") not in (APPLY, UPDATE):
            raise BadEntry("operation must be `Apply` or `Update`")
        if not entry.get("apiVersion"):
            raise BadEntry("apiVersion must not be empty")
        if entry.get("fieldsType") != "FieldsV1":
            raise BadEntry("missing or invalid fieldsType")
    try:
        return stored([{**entry, "fieldsV1": field_set.parse(entry.get("fieldsV1") or {})} for entry in entries])
    except BadPathElement as error:
        raise BadEntry(str(error)) from None


def is_reset(entries: Sequence[Obj] | None) -> bool:
    """Whether a request wants that nobody owns anything: ``[]`` or ``[{}]``."""
    return entries is not None and (not entries or list(entries) == [{}])


def encoded(managed: Managed) -> list[Obj]:
    """Return the entries: appliers first, then from the oldest to the youngest."""
    entries = [_entry(manager, owned, managed.times.get(manager, "")) for manager, owned in managed.managers.items()]
    if len(entries) > 1:
        entries.sort(key=_order)
    return entries


def without_times(entries: Sequence[Obj]) -> list[Obj]:
    """Return entries as they compare when it does not matter when they were written."""
    return [{name: value for name, value in entry.items() if name != "time"} for entry in entries]


def _manager(entry: Obj) -> Manager:
    operation = entry["operation"]
    api_version = entry["apiVersion"] if operation == UPDATE else ""
    return Manager(entry.get("manager", ""), operation, api_version, entry.get("subresource", ""))


def _entry(manager: Manager, owned: VersionedSet, time: str) -> Obj:
    entry: Obj = {"manager": manager.name, "operation": manager.operation, "apiVersion": owned.api_version}
    if time:
        entry["time"] = time
    entry["fieldsType"], entry["fieldsV1"] = "FieldsV1", owned.fields
    if manager.subresource:
        entry["subresource"] = manager.subresource
    return entry


def _order(entry: Obj) -> tuple[str, str, str, str, str]:
    return entry["operation"], entry.get("time", ""), entry["manager"], entry["apiVersion"], entry.get("subresource", "")
