"""Lists: selectors, pages of one moment, and resource versions."""

from __future__ import annotations

import base64

import pytest

from cluster.apiserver.request import Credentials, Options, Request, Response
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import CONFIGMAPS, PODS
from tests.unit.apiserver.rig import TOKEN, Rig, pod

LABELLED = {"a": "x", "b": "y", "c": "x", "d": "y", "e": "x"}


def list_(rig: Rig, options: Options, namespace: str = "default") -> Response:
    return rig.handler.serve(Request("list", CONFIGMAPS, "client", Credentials(token=TOKEN), namespace, options=options))


def names(response: Response) -> str:
    return "".join(kv.obj["metadata"]["name"] for kv in response.items)


@pytest.fixture
def rig() -> Rig:
    rig = Rig()
    for name, label in LABELLED.items():
        rig.admin.create(CONFIGMAPS, {"metadata": {"name": name, "namespace": "default", "labels": {"l": label}}})
    rig.admin.create(CONFIGMAPS, {"metadata": {"name": "z", "namespace": "kube-system"}})
    return rig


SELECTIONS = {
    "all of a namespace": (Options(), "default", "abcde"),
    "all of every namespace": (Options(), "", "abcdez"),
    "by label": (Options(label_selector="l=x"), "default", "ace"),
    "by name": (Options(field_selector="metadata.name=b"), "default", "b"),
    "by namespace": (Options(field_selector="metadata.namespace!=default"), "", "z"),
    "by both": (Options(label_selector="l in (x)", field_selector="metadata.name!=a"), "default", "ce"),
}


@pytest.mark.parametrize(("options", "namespace", "found"), SELECTIONS.values(), ids=SELECTIONS.keys())
def test_a_list_holds_what_was_selected(rig: Rig, options: Options, namespace: str, found: str) -> None:
    assert names(list_(rig, options, namespace)) == found


PAGES = {
    "everything in twos": ("", "", 2, ["ab", "cd", "e"], [3, 1, None]),
    "a page as long as the list": ("", "", 5, ["abcde"], [None]),
    "a selection in twos": ("l=x", "", 2, ["ac", "e"], [None, None]),
}


@pytest.mark.parametrize(("labels", "fields", "limit", "pages", "remaining"), PAGES.values(), ids=PAGES.keys())
def test_pages_show_one_moment_though_the_list_changes(
    rig: Rig, labels: str, fields: str, limit: int, pages: list[str], remaining: list[int | None]
) -> None:
    options = Options(label_selector=labels, field_selector=fields, limit=limit)
    seen, counts, revisions, token = [], [], set(), ""
    while True:
        page = list_(rig, Options(label_selector=labels, field_selector=fields, limit=limit, continue_token=token) if token else options)
        meta = page.list_meta or {}
        seen.append(names(page))
        counts.append(meta.get("remainingItemCount"))
        revisions.add(meta["resourceVersion"])
        token = meta.get("continue", "")
        if not token:
            break
        rig.admin.create(CONFIGMAPS, {"metadata": {"name": f"f{len(seen)}", "namespace": "default", "labels": {"l": "x"}}})
        rig.admin.delete(CONFIGMAPS, "e", "default") if len(seen) == 1 else None
    assert (seen, counts, len(revisions)) == (pages, remaining, 1)


def test_the_pods_of_a_node_are_found_by_their_index_through_every_change() -> None:
    rig = Rig()
    seen: list[tuple[str, str]] = []

    def look() -> None:
        found = {node: rig.admin.list(PODS, field_selector=f"spec.nodeName={node}") for node in ("n1", "")}
        seen.append((" ".join(o["metadata"]["name"] for o in found["n1"]), " ".join(o["metadata"]["name"] for o in found[""])))

    rig.admin.create(PODS, pod("b", node="n1"))
    rig.admin.create(PODS, pod("a"))
    look()
    binding = {"metadata": {"name": "a", "namespace": "default"}, "target": {"name": "n1"}}
    rig.admin.create(PODS, binding, subresource="binding", name="a")
    look()
    rig.admin.delete(PODS, "b", "default", grace_period_seconds=0)
    look()
    rig.admin.create(PODS, pod("c", node="n2"))
    look()
    assert seen == [("b", "a"), ("a b", ""), ("a", ""), ("a", "")]


def test_the_index_by_node_still_heeds_the_other_selectors() -> None:
    rig = Rig()
    for name in ("a", "b"):
        rig.admin.create(PODS, pod(name, node="n1"))
    chosen = rig.admin.list(PODS, "default", field_selector="spec.nodeName=n1", label_selector="app=b")
    assert ([o["metadata"]["name"] for o in chosen], rig.admin.list(PODS, "kube-system", field_selector="spec.nodeName=n1")) == (["b"], [])


def test_a_page_after_a_compaction_has_expired_and_says_how_to_go_on(rig: Rig) -> None:
    token = (list_(rig, Options(limit=2)).list_meta or {})["continue"]
    rig.admin.delete(CONFIGMAPS, "d", "default")
    rig.store.compact(rig.store.revision)
    with pytest.raises(ApiError) as raised:
        list_(rig, Options(limit=2, continue_token=token))
    status = raised.value.status
    rest = list_(rig, Options(limit=2, continue_token=status["metadata"]["continue"]))
    assert (status["code"], status["reason"], status["message"][-60:], names(rest), rest.list_meta) == (
        410,
        "Expired",
        "the time the first chunk was returned and now may show up in the list."[-60:],
        "ce",
        {"resourceVersion": str(rig.store.revision)},
    )


def test_an_exact_revision_is_read_as_it_was(rig: Rig) -> None:
    before = str(rig.store.revision)
    rig.admin.delete(CONFIGMAPS, "a", "default")
    exact = list_(rig, Options(resource_version=before, resource_version_match="Exact"))
    newer = list_(rig, Options(resource_version=before, resource_version_match="NotOlderThan"))
    assert (names(exact), exact.list_meta, names(newer)) == ("abcde", {"resourceVersion": before}, "bcde")


def test_a_revision_that_does_not_exist_yet_times_out(rig: Rig) -> None:
    with pytest.raises(ApiError) as raised:
        list_(rig, Options(resource_version="9999"))
    assert (raised.value.code, raised.value.message) == (504, f"Timeout: Too large resource version: 9999, current: {rig.store.revision}")


def token(content: str) -> str:
    """Return what a client might make up for a continue token."""
    return base64.urlsafe_b64encode(content.encode()).rstrip(b"=").decode()


KEY = "invalid continue token: continue key is not valid"
MATCH = 'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: '
REFUSED = {
    "a match without a version": (
        Options(resource_version_match="Exact"),
        422,
        f"{MATCH}Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
    ),
    "a match with a token and without a version": (
        Options(resource_version_match="NotOlderThan", continue_token="x"),
        422,
        'ListOptions.meta.k8s.io "" is invalid: [resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion '
        "is provided, resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided]",
    ),
    "a match that does not exist": (
        Options(resource_version="5", resource_version_match="Perhaps"),
        422,
        f'{MATCH}Unsupported value: "Perhaps": supported values: "Exact", "NotOlderThan", ""',
    ),
    "exactly the version 0": (
        Options(resource_version="0", resource_version_match="Exact"),
        422,
        f'{MATCH}Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ),
    "a version with a token": (
        Options(resource_version="5", continue_token=token('{"v":"meta.k8s.io/v1","rv":3,"start":"a"}')),
        400,
        "specifying resource version is not allowed when using continue",
    ),
    "a version that is no number": (
        Options(resource_version="abc"),
        400,
        'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    ),
    "a version beyond 64 bits": (
        Options(resource_version="18446744073709551616"),
        400,
        'invalid resource version: resourceVersion: Invalid value: "18446744073709551616": strconv.ParseUint: parsing '
        '"18446744073709551616": value out of range',
    ),
    "initial events": (
        Options(send_initial_events=True),
        422,
        'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
    ),
    "a token that is no base64": (Options(continue_token="ab*d"), 400, f"{KEY}: illegal base64 data at input byte 2"),
    "a token that is cut off": (Options(continue_token="abcde"), 400, f"{KEY}: illegal base64 data at input byte 4"),
    "a token without a version": (Options(continue_token="e30"), 400, f"{KEY}: server does not recognize this encoded version "),
    "a token of another version": (
        Options(continue_token=token('{"v":"v2","rv":3,"start":"a"}')),
        400,
        f"{KEY}: server does not recognize this encoded version v2",
    ),
    "a token without a revision": (
        Options(continue_token=token('{"v":"meta.k8s.io/v1","start":"a"}')),
        400,
        f"{KEY}: incorrect encoded start resourceVersion (version meta.k8s.io/v1)",
    ),
    "a token without a key": (
        Options(continue_token=token('{"v":"meta.k8s.io/v1","rv":3}')),
        400,
        f"{KEY}: encoded start key empty (version meta.k8s.io/v1)",
    ),
    "a token that climbs out of its kind": (
        Options(continue_token=token('{"v":"meta.k8s.io/v1","rv":3,"start":"../secrets/a"}')),
        400,
        f"{KEY}: ../secrets/a",
    ),
}


@pytest.mark.parametrize(("options", "code", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_options_that_make_no_sense_are_refused(rig: Rig, options: Options, code: int, message: str) -> None:
    with pytest.raises(ApiError) as raised:
        list_(rig, options)
    assert (raised.value.code, raised.value.message) == (code, message)
