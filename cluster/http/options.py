"""Query parameters and DeleteOptions bodies as ``Options``.

Each verb reads the parameters of its own options type and no others: ``limit=x`` on a create disturbs nobody.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go`` (ListOptions, DeleteOptions, ...),
``.../apis/meta/v1/validation/validation.go``, ``.../runtime/conversion.go`` (how a parameter's text is read).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn
from urllib.parse import parse_qsl

from cluster.apiserver import schema
from cluster.apiserver.request import Options, Request
from cluster.http.protobuf import DELETE_OPTIONS
from cluster.machinery.errors import FieldError, bad_request, forbidden_field, invalid, not_supported, required, too_long, unprocessable
from cluster.machinery.meta import Obj

Query = dict[str, str]

_LIST_VERBS = ("list", "watch", "deletecollection")
_WRITES = {"create": "CreateOptions", "update": "UpdateOptions", "patch": "PatchOptions"}
_PROPAGATION = ("Foreground", "Background", "Orphan")
_FIELD_VALIDATION = ("", "Ignore", "Strict", "Warn")
_UNSAFE = "ignoreStoreReadErrorWithClusterBreakingPotential"
_LONGEST_FIELD_MANAGER = 128
_INTEGER = re.compile(r"[+-]?[0-9]+")
_INT64 = range(-(2**63), 2**63)


def parse_query(raw: bytes) -> Query:
    """Parse a query string; of a repeated parameter the first counts, as upstream's decoder takes it."""
    query: Query = {}
    for name, value in parse_qsl(raw.decode("latin-1"), keep_blank_values=True):
        query.setdefault(name, value)
    return query


def is_true(query: Query, name: str) -> bool:
    """Whether a boolean parameter is set (``watch``, ``watch=1``, ``watch=true``), as Go's decoder reads it."""
    return name in query and query[name].lower() not in ("0", "false")


def from_query(query: Query, verb: str, *, is_apply: bool = False) -> Options:
    """Read what a verb may carry in its query. ``is_apply``: of a patch that applies.

    Raises ApiError 400 for a number that is none, 422 for a value that is not served.
    """
    dry_run = _dry_run(query)
    if verb in _WRITES:
        faults = [
            *(_apply_faults(query) if is_apply else _force_faults(query, verb)),
            *_field_manager_faults(query),
            *_dry_run_faults(dry_run),
            *_field_validation_faults(query),
        ]
        _refuse(_WRITES[verb], faults)
    is_list = verb in _LIST_VERBS
    return Options(
        label_selector=query.get("labelSelector", ""),
        field_selector=query.get("fieldSelector", ""),
        limit=_number(query, "limit") or 0 if is_list else 0,
        continue_token=query.get("continue", ""),
        resource_version=query.get("resourceVersion", ""),
        resource_version_match=query.get("resourceVersionMatch", ""),
        allow_watch_bookmarks=is_true(query, "allowWatchBookmarks"),
        send_initial_events=_boolean(query, "sendInitialEvents"),
        timeout_seconds=_number(query, "timeoutSeconds") if is_list else None,
        dry_run=verb in _WRITES and bool(dry_run),
        field_manager=query.get("fieldManager", ""),
        field_validation=query.get("fieldValidation", ""),
        force=is_apply and is_true(query, "force"),
    )


def for_delete(query: Query, body: Obj | None, request: Request) -> Options:
    """Read a deletion's options from its DeleteOptions body, or from the query when there is none; never from both.

    ``request``: its verb (``delete`` or ``deletecollection``), kind and name. Raises ApiError 400 or 422 with upstream's wording.
    """
    given, verb = _from_body(body) if body is not None else _deletion(query), request.verb
    dry_run = given.get("dryRun") or []
    _refuse("DeleteOptions", [*_propagation_faults(given), *_dry_run_faults(dry_run), *_unsafe_faults(given)])
    if given.get(_UNSAFE):
        _refuse_unsafe(request)
    preconditions = given.get("preconditions") or {}
    return replace(
        from_query(query, verb),
        dry_run=bool(dry_run),
        grace_period_seconds=given.get("gracePeriodSeconds"),
        propagation_policy=given.get("propagationPolicy") or "",
        orphan_dependents=given.get("orphanDependents"),
        precondition_uid=preconditions.get("uid") or "",
        precondition_resource_version=preconditions.get("resourceVersion") or "",
    )


def _from_body(body: Obj) -> Obj:
    if body.get("kind") not in (None, "", DELETE_OPTIONS.kind):
        raise bad_request("decoded object cannot be converted to DeleteOptions")
    try:
        return schema.parse(DELETE_OPTIONS, body, "Ignore")[0]
    except schema.DecodeError as error:
        raise bad_request(str(error)) from None


def _deletion(query: Query) -> Obj:
    """Write the query's parameters as a DeleteOptions."""
    given: Obj = {
        "dryRun": _dry_run(query),
        "gracePeriodSeconds": _number(query, "gracePeriodSeconds"),
        "orphanDependents": _boolean(query, "orphanDependents"),
        "propagationPolicy": query.get("propagationPolicy"),
        _UNSAFE: _boolean(query, _UNSAFE),
    }
    return {name: value for name, value in given.items() if value is not None}


def _propagation_faults(given: Obj) -> list[FieldError]:
    policy = given.get("propagationPolicy")
    if policy is None:
        return []
    faults = []
    if given.get("orphanDependents") is not None:
        faults.append(invalid("propagationPolicy", policy, "orphanDependents and deletionPropagation cannot be both set"))
    if policy not in _PROPAGATION:
        faults.append(not_supported("propagationPolicy", policy, (*_PROPAGATION, "nil"), in_order=True))
    return faults


def _unsafe_faults(given: Obj) -> list[FieldError]:
    """Judge what goes with the deletion of an object that cannot be read."""
    if not given.get(_UNSAFE):
        return []
    others = ("dryRun", "propagationPolicy", "orphanDependents", "gracePeriodSeconds", "preconditions")
    present = [name for name in others if (given.get(name) if name == "dryRun" else given.get(name) is not None)]
    return [invalid(_UNSAFE, True, f"cannot be set together with .{name}") for name in present]


def _refuse_unsafe(request: Request) -> NoReturn:
    """Refuse to delete without reading what is deleted: every object here can be read. Raises ApiError 422."""
    if request.verb == "deletecollection":
        why = "is not allowed with DELETECOLLECTION, try again after removing the option"
        raise unprocessable("meta.k8s.io", "DeleteOptions", "", [invalid(_UNSAFE, True, why)])
    why = "is exclusively used to delete corrupt object(s), try again by removing this option"
    raise unprocessable(request.kind.group, request.kind.plural, request.name, [invalid(_UNSAFE, True, why)])


def _force_faults(query: Query, verb: str) -> list[FieldError]:
    if verb == "patch" and "force" in query:
        return [forbidden_field("force", "may not be specified for non-apply patch")]
    return []


def _apply_faults(query: Query) -> list[FieldError]:
    return [] if query.get("fieldManager") else [required("fieldManager", "is required for apply patch")]


def _field_manager_faults(query: Query) -> list[FieldError]:
    manager = query.get("fieldManager", "")
    faults = []
    if len(manager.encode()) > _LONGEST_FIELD_MANAGER:
        faults.append(too_long("fieldManager", _LONGEST_FIELD_MANAGER))
    if not manager.isprintable():
        faults.append(invalid("fieldManager", manager, "should only contain printable characters"))
    return faults


def _field_validation_faults(query: Query) -> list[FieldError]:
    given = query.get("fieldValidation", "")
    return [] if given in _FIELD_VALIDATION else [not_supported("fieldValidation", given, _FIELD_VALIDATION)]


def _dry_run_faults(values: Sequence[str]) -> list[FieldError]:
    return [] if set(values) <= {"All"} else [not_supported("dryRun", list(values), ["All"])]


def _dry_run(query: Query) -> list[str]:
    return [query["dryRun"]] if "dryRun" in query else []


def _refuse(kind: str, faults: list[FieldError]) -> None:
    if faults:
        raise unprocessable("meta.k8s.io", kind, "", faults)


def _boolean(query: Query, name: str) -> bool | None:
    return is_true(query, name) if name in query else None


def _number(query: Query, name: str) -> int | None:
    """Read an integer as Go's ParseInt does. Raises ApiError 400."""
    if name not in query:
        return None
    text = query[name]
    if not _INTEGER.fullmatch(text):
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if len(text) > 40 or int(text) not in _INT64:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": value out of range')
    return int(text)
