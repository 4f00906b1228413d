"""Discovery documents, held against what a real server answered."""

from __future__ import annotations

import json

import pytest

from cluster.apiserver import discovery
from cluster.machinery.kinds import BUILT_IN, KINDS, metrics
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.shared import shared_path

_V2 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_V2BETA1 = "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"


def _document(path: str, accept: str = "") -> Obj:
    found = discovery.answer(path, accept, BUILT_IN)
    assert found is not None
    return found[1]


def _group_path(kind: Kind) -> str:
    return f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"


def _names() -> list[tuple[Kind, str]]:
    return [
        (kind, name)
        for kind in KINDS
        if kind.group != metrics.GROUP
        for name in ("", *(f"/{subresource.name}" for subresource in kind.subresources))
    ]


@pytest.mark.parametrize(("kind", "suffix"), _names(), ids=lambda value: value.plural if isinstance(value, Kind) else value or "itself")
def test_a_resource_is_described_as_a_real_server_describes_it(kind: Kind, suffix: str) -> None:
    recorded = json.loads(shared_path("golden", "golden", "public", "discovery.json").read_text())
    name = kind.plural + suffix
    described = {resource["name"]: resource for resource in _document(_group_path(kind))["resources"]}
    assert {key: value for key, value in described[name].items() if key != "name"} == recorded[f"{kind.api_version}/{name}"]


def test_groups_are_listed_with_their_versions() -> None:
    versions = [{"groupVersion": "apps/v1", "version": "v1"}]
    listed = {group["name"]: group for group in _document("/apis")["groups"]}
    assert listed["apps"] == {"name": "apps", "versions": versions, "preferredVersion": versions[0]}
    assert _document("/apis/apps") == {"kind": "APIGroup", "apiVersion": "v1", **listed["apps"]}


@pytest.mark.parametrize(
    ("accept", "content_type", "kind"),
    [
        pytest.param("", "application/json", "APIGroupList", id="no header gets the classic form"),
        pytest.param("application/json", "application/json", "APIGroupList", id="plain JSON gets the classic form"),
        pytest.param(f"{_V2},{_V2BETA1},application/json", _V2, "APIGroupDiscoveryList", id="a new kubectl gets the aggregated form"),
        pytest.param(f"{_V2BETA1},application/json", _V2BETA1, "APIGroupDiscoveryList", id="a kubectl of 1.27 gets its beta"),
        pytest.param(f"application/json,{_V2}", "application/json", "APIGroupList", id="the first form that is served wins"),
        pytest.param("application/vnd.kubernetes.protobuf,application/json", "application/json", "APIGroupList", id="no protobuf"),
    ],
)
def test_the_accept_header_chooses_the_form(accept: str, content_type: str, kind: str) -> None:
    found = discovery.answer("/apis", accept, BUILT_IN)
    assert found is not None
    assert (found[0], found[1]["kind"]) == (content_type, kind)


def test_the_aggregated_form_nests_subresources() -> None:
    (apps,) = (group for group in _document("/apis", _V2)["items"] if group["metadata"]["name"] == "apps")
    (deployments,) = (resource for resource in apps["versions"][0]["resources"] if resource["resource"] == "deployments")
    assert deployments == {
        "resource": "deployments",
        "responseKind": {"group": "apps", "version": "v1", "kind": "Deployment"},
        "scope": "Namespaced",
        "singularResource": "deployment",
        "verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        "shortNames": ["deploy"],
        "categories": ["all"],
        "subresources": [
            {
                "subresource": "scale",
                "responseKind": {"group": "autoscaling", "version": "v1", "kind": "Scale"},
                "verbs": ["get", "patch", "update"],
            },
            {
                "subresource": "status",
                "responseKind": {"group": "apps", "version": "v1", "kind": "Deployment"},
                "verbs": ["get", "patch", "update"],
            },
        ],
    }


@pytest.mark.parametrize("path", ["/nothing", "/apis/none", "/apis/apps/v9", "/api/v2", "/api/v1/pods"])
def test_other_paths_are_not_discovery(path: str) -> None:
    assert discovery.answer(path, "", BUILT_IN) is None


def test_the_version_is_a_patch_release_of_the_definitions() -> None:
    version = _document("/version")
    assert (version["gitVersion"], version["major"], version["minor"], version["platform"]) == ("v1.36.2", "1", "36", "linux/amd64")
