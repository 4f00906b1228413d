"""Which of the names that a definition asks for it gets: within a group every name belongs to one definition.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/controller/status/naming_controller.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cluster.apiserver.apiextensions.conditions import ESTABLISHED, FALSE, NAMES_ACCEPTED, TRUE, condition_of, is_true, with_condition
from cluster.machinery.errors import quote
from cluster.machinery.meta import Obj

_RESOURCES, _KINDS = ("plural", "singular"), ("kind", "listKind")


def named_status(definition: Obj, others: Iterable[Obj], now: str) -> Obj:
    """Return the status of a definition with the names it gets. ``others``: all definitions of the group, itself perhaps among them."""
    uid, requested = definition["metadata"]["uid"], definition["spec"]["names"]
    taken = [other["status"].get("acceptedNames") or {} for other in others if other["metadata"]["uid"] != uid]
    resources = {name for names in taken for name in (*_each(names, _RESOURCES), *(names.get("shortNames") or ()))}
    kinds = {name for names in taken for name in _each(names, _KINDS)}
    old = definition["status"].get("acceptedNames") or {}
    accepted, conflict = dict(old), ("", "")
    for fields, used in ((_RESOURCES, resources), (_KINDS, kinds)):
        for field in fields:
            wanted = requested.get(field) or ""
            if wanted != (old.get(field) or "") and wanted in used:
                conflict = f"{field[0].upper()}{field[1:]}Conflict", f"{quote(wanted)} is already in use"
            else:
                accepted[field] = wanted
        if used is resources:
            complaints = _short_names(requested.get("shortNames") or (), old.get("shortNames") or (), resources)
            if complaints:
                conflict = "ShortNamesConflict", complaints
            else:
                _set(accepted, "shortNames", requested.get("shortNames"))
    _set(accepted, "categories", requested.get("categories"))
    status = {
        **definition["status"],
        "acceptedNames": {key: value for key, value in accepted.items() if value or key in ("plural", "kind")},
    }
    if conflict[0]:
        status = with_condition(status, NAMES_ACCEPTED, FALSE, *conflict, now)
    else:
        status = with_condition(status, NAMES_ACCEPTED, TRUE, "NoConflicts", "no conflicts found", now)
    if is_true(definition, ESTABLISHED):
        return status
    if not conflict[0]:
        return with_condition(status, ESTABLISHED, FALSE, "Installing", "the initial names have been accepted", now)
    if condition_of(definition, ESTABLISHED) is not None:
        return status
    return with_condition(status, ESTABLISHED, FALSE, "NotAccepted", "not all names are accepted", now)


def _each(names: Obj, fields: Sequence[str]) -> list[str]:
    return [names[field] for field in fields if names.get(field)]


def _set(names: Obj, field: str, value: list[str] | None) -> None:
    if value:
        names[field] = value
    else:
        names.pop(field, None)


def _short_names(requested: Sequence[str], accepted: Sequence[str], used: set[str]) -> str:
    taken = [f"{quote(name)} is already in use" for name in requested if name not in accepted and name in used]
    return taken[0] if len(taken) == 1 else f"[{', '.join(taken)}]" if taken else ""
