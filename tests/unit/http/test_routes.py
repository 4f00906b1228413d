"""URLs: what they ask for, and which are not the API's."""

from __future__ import annotations

import pytest

from cluster.http.routes import Resource, resource_at, split_cluster, verb_of
from cluster.machinery.kinds import BUILT_IN, apps, core


@pytest.mark.parametrize(
    ("raw_path", "expected"),
    [
        pytest.param(b"/clusters/demo/api/v1/pods", ("demo", "/api/v1/pods"), id="a resource"),
        pytest.param(b"/clusters/demo/apis", ("demo", "/apis"), id="discovery"),
        pytest.param(b"/clusters/demo/healthz", ("demo", "/healthz"), id="health"),
        pytest.param(b"/clusters/a%20b/version", ("a b", "/version"), id="an encoded name"),
        pytest.param(b"/clusters/demo/", None, id="the stage is a page"),
        pytest.param(b"/clusters/demo/state", None, id="a page's data"),
        pytest.param(b"/api/v1/pods", None, id="no cluster named"),
        pytest.param(b"/clusters/demo/apix", None, id="an unknown root"),
        pytest.param(b"/", None, id="the index"),
    ],
)
def test_which_paths_belong_to_a_clusters_api(raw_path: bytes, expected: tuple[str, str] | None) -> None:
    assert split_cluster(raw_path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/api/v1/pods", Resource(core.PODS), id="all pods"),
        pytest.param("/api/v1/namespaces/a/pods", Resource(core.PODS, "a"), id="the pods of a namespace"),
        pytest.param("/api/v1/namespaces/a/pods/web", Resource(core.PODS, "a", "web"), id="one pod"),
        pytest.param("/api/v1/namespaces/a/pods/web/binding", Resource(core.PODS, "a", "web", "binding"), id="a subresource"),
        pytest.param("/api/v1/namespaces", Resource(core.NAMESPACES), id="all namespaces"),
        pytest.param("/api/v1/namespaces/a", Resource(core.NAMESPACES, "", "a"), id="one namespace"),
        pytest.param("/api/v1/namespaces/a/finalize", Resource(core.NAMESPACES, "", "a", "finalize"), id="a namespace's subresource"),
        pytest.param("/apis/apps/v1/deployments", Resource(apps.DEPLOYMENTS), id="all deployments"),
        pytest.param("/apis/apps/v1/namespaces/a/deployments/web/scale", Resource(apps.DEPLOYMENTS, "a", "web", "scale"), id="a scale"),
        pytest.param("/api/v1/nodes/n%2F1", Resource(core.NODES, "", "n/1"), id="an encoded slash belongs to the name"),
        pytest.param("/api/v1/namespaces/a/nodes", None, id="nodes have no namespace"),
        pytest.param("/api/v1/pods/web", None, id="a pod has one"),
        pytest.param("/api/v1/namespaces/a/pods/web/nothing", None, id="an unknown subresource"),
        pytest.param("/api/v1/namespaces/a/pods/web/status/more", None, id="too long"),
        pytest.param("/api/v1/namespaces/a/pods//status", None, id="an empty name"),
        pytest.param("/api/v2/pods", None, id="an unknown version"),
        pytest.param("/apis/apps/v1", None, id="a group's discovery"),
        pytest.param("/version", None, id="no resource"),
    ],
)
def test_what_a_path_names(path: str, expected: Resource | None) -> None:
    assert resource_at(path, BUILT_IN) == expected


POD, PODS_OF = Resource(core.PODS, "a", "web"), Resource(core.PODS, "a")


@pytest.mark.parametrize(
    ("method", "resource", "is_watch", "verb"),
    [
        pytest.param("GET", POD, False, "get", id="get one"),
        pytest.param("HEAD", POD, False, "get", id="head reads"),
        pytest.param("GET", PODS_OF, False, "list", id="list"),
        pytest.param("GET", PODS_OF, True, "watch", id="watch all"),
        pytest.param("GET", POD, True, "watch", id="watch one"),
        pytest.param("POST", PODS_OF, False, "create", id="create"),
        pytest.param("POST", POD, False, None, id="no create on a name"),
        pytest.param("POST", Resource(core.PODS, "a", "web", "binding"), False, "create", id="create a binding"),
        pytest.param("GET", Resource(core.PODS, "a", "web", "binding"), False, None, id="a binding cannot be read"),
        pytest.param("PUT", POD, False, "update", id="update"),
        pytest.param("PUT", PODS_OF, False, None, id="no update of all"),
        pytest.param("PATCH", POD, False, "patch", id="patch"),
        pytest.param("PATCH", PODS_OF, False, None, id="no patch of all"),
        pytest.param("DELETE", POD, False, "delete", id="delete one"),
        pytest.param("DELETE", PODS_OF, False, "deletecollection", id="delete all"),
        pytest.param("DELETE", Resource(core.NAMESPACES), False, None, id="namespaces cannot all be deleted at once"),
        pytest.param("OPTIONS", POD, False, None, id="another method"),
    ],
)
def test_what_a_method_means_there(method: str, resource: Resource, is_watch: bool, verb: str | None) -> None:
    assert verb_of(method, resource, is_watch=is_watch) == verb
