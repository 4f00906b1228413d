"""Query parameters and DeleteOptions bodies as ``Options``.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go`` (ListOptions, DeleteOptions, ...) and
``.../internalversion/validation/validation.go``.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from cluster.apiserver.request import Options
from cluster.machinery.errors import ApiError, FieldError, bad_request, invalid, not_supported, unprocessable
from cluster.machinery.meta import Obj

Query = dict[str, str]

_PROPAGATION = ("Background", "Foreground", "Orphan")


def parse_query(raw: bytes) -> Query:
    """Parse a query string; of a repeated parameter the first counts, as upstream's decoder takes it."""
    query: Query = {}
    for name, value in parse_qsl(raw.decode("latin-1"), keep_blank_values=True):
        query.setdefault(name, value)
    return query


def is_true(query: Query, name: str) -> bool:
    """Whether a boolean parameter is set (``watch``, ``watch=1``, ``watch=true``), as Go's decoder reads it."""
    return name in query and query[name].lower() not in ("0", "false")


def from_query(query: Query) -> Options:
    """Read what every verb may carry. Raises ApiError 400 for a number that is none, 422 for a bad dryRun."""
    dry_run = query.get("dryRun", "")
    _check_dry_run([dry_run] if dry_run else [])
    field_validation = query.get("fieldValidation", "")
    if field_validation not in ("", "Ignore", "Warn", "Strict"):
        fault = not_supported("fieldValidation", field_validation, ("", "Ignore", "Strict", "Warn"))
        raise unprocessable("meta.k8s.io", "CreateOptions", "", [fault])
    send_initial = is_true(query, "sendInitialEvents") if "sendInitialEvents" in query else None
    return Options(
        label_selector=query.get("labelSelector", ""),
        field_selector=query.get("fieldSelector", ""),
        limit=_number(query, "limit") or 0,
        continue_token=query.get("continue", ""),
        resource_version=query.get("resourceVersion", ""),
        resource_version_match=query.get("resourceVersionMatch", ""),
        allow_watch_bookmarks=is_true(query, "allowWatchBookmarks"),
        send_initial_events=send_initial,
        timeout_seconds=_number(query, "timeoutSeconds"),
        dry_run=bool(dry_run),
        field_manager=query.get("fieldManager", ""),
        field_validation=field_validation,
        grace_period_seconds=_number(query, "gracePeriodSeconds"),
        propagation_policy=query.get("propagationPolicy", ""),
        orphan_dependents=is_true(query, "orphanDependents") if "orphanDependents" in query else None,
    )


def for_delete(query: Query, body: Obj | None) -> Options:
    """Read a deletion's options from its DeleteOptions body, or from the query when there is none.

    Raises ApiError 400 or 422 with upstream's wording.
    """
    given = from_query(query)
    if not body:
        return _checked(given)
    if body.get("kind") not in (None, "DeleteOptions"):
        raise bad_request(f"the body of a delete must be DeleteOptions, not {body.get('kind')}")
    preconditions = body.get("preconditions") or {}
    dry_run = body.get("dryRun") or []
    _check_dry_run(dry_run)
    grace = body.get("gracePeriodSeconds")
    if grace is not None and (not isinstance(grace, int) or isinstance(grace, bool)):
        raise bad_request("json: cannot unmarshal into Go struct field DeleteOptions.gracePeriodSeconds of type int64")
    return _checked(
        Options(
            label_selector=given.label_selector,
            field_selector=given.field_selector,
            limit=given.limit,
            continue_token=given.continue_token,
            dry_run=given.dry_run or bool(dry_run),
            grace_period_seconds=grace if grace is not None else given.grace_period_seconds,
            propagation_policy=body.get("propagationPolicy") or given.propagation_policy,
            orphan_dependents=body.get("orphanDependents", given.orphan_dependents),
            precondition_uid=preconditions.get("uid") or "",
            precondition_resource_version=preconditions.get("resourceVersion") or "",
        )
    )


def _checked(options: Options) -> Options:
    faults: list[FieldError] = []
    policy = options.propagation_policy
    if policy and options.orphan_dependents is not None:
        detail = "orphanDependents and deletionPropagation cannot be both set"
        faults.append(invalid("propagationPolicy", policy, detail))
    if policy and policy not in _PROPAGATION:
        faults.append(not_supported("propagationPolicy", policy, _PROPAGATION))
    if faults:
        raise unprocessable("", "DeleteOptions", "", faults)
    return options


def _check_dry_run(values: list[str]) -> None:
    if values not in ([], ["All"]):
        raise unprocessable("meta.k8s.io", "CreateOptions", "", [not_supported("dryRun", values[0], ["All"])])


def _number(query: Query, name: str) -> int | None:
    text = query.get(name, "")
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise ApiError(400, "BadRequest", f'strconv.ParseInt: parsing "{text}": invalid syntax') from None
