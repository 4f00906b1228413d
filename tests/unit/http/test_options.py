"""Query parameters and DeleteOptions: what each verb reads, and what it refuses in upstream's words."""

from __future__ import annotations

import pytest

from cluster.apiserver.request import Credentials, Options, Request
from cluster.http.options import for_delete, from_query, is_true, parse_query
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import CONFIGMAPS
from cluster.machinery.meta import Obj

NO_NUMBER = 'strconv.ParseInt: parsing "{}": invalid syntax'
TOO_LARGE = 'strconv.ParseInt: parsing "{}": value out of range'
LONG = "9" * 400
UNSAFE = "ignoreStoreReadErrorWithClusterBreakingPotential"


def deletion(verb: str) -> Request:
    """Return a deletion whose options are still to be read."""
    return Request(verb, CONFIGMAPS, "client", Credentials(), "default", "cm" if verb == "delete" else "")


@pytest.mark.parametrize(
    ("query", "verb", "expected"),
    [
        pytest.param("", "list", Options(), id="nothing"),
        pytest.param(
            "limit=5&continue=abc&timeoutSeconds=+7", "list", Options(limit=5, continue_token="abc", timeout_seconds=7), id="pages"
        ),
        pytest.param("limit=x&timeoutSeconds=x", "create", Options(), id="a create does not read a list's numbers"),
        pytest.param("gracePeriodSeconds=x", "list", Options(), id="a list does not read a deletion's number"),
        pytest.param("dryRun=Some", "list", Options(), id="a list does not read dryRun"),
        pytest.param("dryRun=All&fieldManager=me", "patch", Options(dry_run=True, field_manager="me"), id="a trial"),
        pytest.param("limit=-1", "list", Options(limit=-1), id="a limit below zero"),
        pytest.param("limit=1&limit=2", "list", Options(limit=1), id="of a repeated parameter the first counts"),
        pytest.param(
            "allowWatchBookmarks=true&sendInitialEvents=0",
            "watch",
            Options(allow_watch_bookmarks=True, send_initial_events=False),
            id="true and false",
        ),
    ],
)
def test_what_a_verb_reads(query: str, verb: str, expected: Options) -> None:
    assert from_query(parse_query(query.replace("+", "%2B").encode()), verb) == expected


@pytest.mark.parametrize(
    ("query", "verb", "code", "message"),
    [
        pytest.param("limit=abc", "list", 400, NO_NUMBER.format("abc"), id="a limit that is no number"),
        pytest.param("limit=", "list", 400, NO_NUMBER.format(""), id="a limit without a value"),
        pytest.param("limit=1_0", "list", 400, NO_NUMBER.format("1_0"), id="Python's underscore"),
        pytest.param("timeoutSeconds=1.5", "watch", 400, NO_NUMBER.format("1.5"), id="a fraction"),
        pytest.param("limit=9223372036854775808", "list", 400, TOO_LARGE.format("9223372036854775808"), id="2 to the 63rd"),
        pytest.param(f"limit={LONG}", "list", 400, TOO_LARGE.format(LONG), id="a number of 400 digits"),
        pytest.param("gracePeriodSeconds=soon", "delete", 400, NO_NUMBER.format("soon"), id="a grace period that is no number"),
        pytest.param(
            "dryRun=Some",
            "update",
            422,
            'UpdateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
            id="a trial of another kind",
        ),
        pytest.param(
            "dryRun=Some",
            "delete",
            422,
            'DeleteOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
            id="a trial of another kind of deletion",
        ),
        pytest.param(
            "force=false",
            "patch",
            422,
            'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
            id="force, though it is false",
        ),
        pytest.param(
            "fieldManager=" + "m" * 129,
            "create",
            422,
            'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
            id="a manager's name too long",
        ),
        pytest.param(
            "fieldManager=a%09",
            "create",
            422,
            'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\t": should only contain printable characters',
            id="a manager's name with a tab",
        ),
        pytest.param(
            "propagationPolicy=",
            "delete",
            422,
            'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "": '
            'supported values: "Foreground", "Background", "Orphan", "nil"',
            id="an empty policy",
        ),
        pytest.param(
            "propagationPolicy=Orphan&orphanDependents=true",
            "deletecollection",
            422,
            'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": '
            "orphanDependents and deletionPropagation cannot be both set",
            id="two policies",
        ),
        pytest.param(
            f"{UNSAFE}=true",
            "delete",
            422,
            f'configmaps "cm" is invalid: {UNSAFE}: Invalid value: true: is exclusively used to delete corrupt object(s), try again by '
            "removing this option",
            id="the deletion of what cannot be read",
        ),
        pytest.param(
            f"{UNSAFE}=true",
            "deletecollection",
            422,
            f'DeleteOptions.meta.k8s.io "" is invalid: {UNSAFE}: Invalid value: true: is not allowed with DELETECOLLECTION, try again '
            "after removing the option",
            id="the deletion of all that cannot be read",
        ),
        pytest.param(
            f"{UNSAFE}=true&gracePeriodSeconds=0&dryRun=All",
            "delete",
            422,
            f'DeleteOptions.meta.k8s.io "" is invalid: [{UNSAFE}: Invalid value: true: cannot be set together with .dryRun, '
            f"{UNSAFE}: Invalid value: true: cannot be set together with .gracePeriodSeconds]",
            id="the deletion of what cannot be read, with other options",
        ),
    ],
)
def test_what_is_refused(query: str, verb: str, code: int, message: str) -> None:
    given = parse_query(query.encode())
    with pytest.raises(ApiError) as refused:
        for_delete(given, None, deletion(verb)) if verb.startswith("delete") else from_query(given, verb)
    assert (refused.value.code, refused.value.message) == (code, message)


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        pytest.param("gracePeriodSeconds=5", None, Options(grace_period_seconds=5), id="from the query"),
        pytest.param("gracePeriodSeconds=5&dryRun=All", {}, Options(), id="a body, though empty, hides the query"),
        pytest.param(
            "",
            {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0, "propagationPolicy": "Orphan", "dryRun": ["All"]},
            Options(grace_period_seconds=0, propagation_policy="Orphan", dry_run=True),
            id="from the body",
        ),
        pytest.param(
            "labelSelector=a",
            {"preconditions": {"uid": "u", "resourceVersion": "7"}, "orphanDependents": False},
            Options(label_selector="a", precondition_uid="u", precondition_resource_version="7", orphan_dependents=False),
            id="what is selected always comes from the query",
        ),
    ],
)
def test_a_deletion_reads_its_body_or_its_query(query: str, body: Obj | None, expected: Options) -> None:
    assert for_delete(parse_query(query.encode()), body, deletion("deletecollection")) == expected


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param({"kind": "Pod"}, "decoded object cannot be converted to DeleteOptions", id="another kind"),
        pytest.param(
            {"gracePeriodSeconds": "5"},
            "json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64",
            id="text for a number",
        ),
        pytest.param(
            {"preconditions": []},
            "json: cannot unmarshal array into Go struct field DeleteOptions.preconditions of type v1.Preconditions",
            id="a list for a struct",
        ),
        pytest.param(
            {"dryRun": "All"},
            "json: cannot unmarshal string into Go struct field DeleteOptions.dryRun of type []string",
            id="text for a list",
        ),
    ],
)
def test_a_body_that_is_no_delete_options(body: Obj, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        for_delete({}, body, deletion("delete"))
    assert (refused.value.code, refused.value.message) == (400, message)


@pytest.mark.parametrize(
    ("query", "expected"),
    [("watch", True), ("watch=", True), ("watch=1", True), ("watch=no", True), ("watch=FALSE", False), ("watch=0", False), ("", False)],
)
def test_booleans_are_read_as_go_reads_them(query: str, expected: bool) -> None:
    assert is_true(parse_query(query.encode()), "watch") is expected
