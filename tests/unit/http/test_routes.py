"""URLs: what they ask for, and which are not the API's."""

from __future__ import annotations

import pytest

from cluster.http.routes import Resource, is_api_path, is_below_a_service, is_served, resource_at, split_cluster, verb_of
from cluster.machinery.kinds import BUILT_IN, apps, core


@pytest.mark.parametrize(
    ("raw_path", "expected", "is_api"),
    [
        pytest.param(b"/clusters/demo/api/v1/pods", ("demo", "/api/v1/pods"), True, id="a resource"),
        pytest.param(b"/clusters/demo/apis", ("demo", "/apis"), True, id="discovery"),
        pytest.param(b"/clusters/demo/healthz", ("demo", "/healthz"), True, id="health"),
        pytest.param(b"/clusters/a%20b/version", ("a b", "/version"), True, id="an encoded name"),
        pytest.param(b"/clusters/demo/", ("demo", "/"), False, id="the stage is a page"),
        pytest.param(b"/clusters/demo", ("demo", "/"), False, id="the stage without its slash"),
        pytest.param(b"/clusters/demo/state", ("demo", "/state"), False, id="a page's data"),
        pytest.param(b"/clusters/demo/apix", ("demo", "/apix"), False, id="an unknown root"),
        pytest.param(b"/api/v1/pods", None, None, id="no cluster named"),
        pytest.param(b"/clusters//api", None, None, id="a cluster without a name"),
        pytest.param(b"/", None, None, id="the index"),
    ],
)
def test_which_paths_belong_to_a_clusters_api(raw_path: bytes, expected: tuple[str, str] | None, is_api: bool | None) -> None:
    split = split_cluster(raw_path)
    assert (split, is_api_path(split[1]) if split else None) == (expected, is_api)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v2/pods", True),
        ("/api/v1/namespaces/a/widgets", True),
        ("/apis/apps/v9/deployments", True),
        ("/apis/nobody.example/v1/widgets", False),
        ("/apis/", False),
        ("/version/more", True),
        ("/nothing", False),
        ("/logs", False),
    ],
)
def test_where_an_unknown_path_is_refused_with_a_status(path: str, expected: bool) -> None:
    assert is_below_a_service(path, BUILT_IN) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/api/v1/pods", Resource(core.PODS), id="all pods"),
        pytest.param("/api/v1/namespaces/a/pods", Resource(core.PODS, "a"), id="the pods of a namespace"),
        pytest.param("/api/v1/namespaces/a/pods/web", Resource(core.PODS, "a", "web"), id="one pod"),
        pytest.param("/api/v1/namespaces/a/pods/web/binding", Resource(core.PODS, "a", "web", "binding"), id="a subresource"),
        pytest.param(
            "/api/v1/namespaces/a/services/web:80/proxy/x%2Fy/",
            Resource(core.SERVICES, "a", "web:80", "proxy", "/x%2Fy/"),
            id="a proxy's rest",
        ),
        pytest.param("/api/v1/nodes/n1/proxy/", Resource(core.NODES, "", "n1", "proxy", "/"), id="a proxy's root"),
        pytest.param("/api/v1/nodes/n1/proxy", Resource(core.NODES, "", "n1", "proxy"), id="a proxy without its slash"),
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
    ("method", "resource", "is_watch", "verb", "served"),
    [
        pytest.param("GET", POD, False, "get", True, id="get one"),
        pytest.param("HEAD", POD, False, "get", True, id="head reads"),
        pytest.param("GET", PODS_OF, False, "list", True, id="list"),
        pytest.param("GET", Resource(core.PODS), False, "list", True, id="list those of all namespaces"),
        pytest.param("GET", PODS_OF, True, "watch", True, id="watch all"),
        pytest.param("GET", POD, True, "watch", True, id="watch one"),
        pytest.param("POST", PODS_OF, False, "create", True, id="create"),
        pytest.param("POST", Resource(core.PODS), False, "create", False, id="no create in all namespaces"),
        pytest.param("POST", Resource(core.NODES), False, "create", True, id="create what has no namespace"),
        pytest.param("POST", POD, False, "create", False, id="no create on a name"),
        pytest.param("POST", Resource(core.PODS, "a", "web", "binding"), False, "create", True, id="create a binding"),
        pytest.param("GET", Resource(core.PODS, "a", "web", "binding"), False, "get", False, id="a binding cannot be read"),
        pytest.param("PUT", POD, False, "update", True, id="update"),
        pytest.param("PUT", PODS_OF, False, "update", False, id="no update of all"),
        pytest.param("PATCH", POD, False, "patch", True, id="patch"),
        pytest.param("PATCH", PODS_OF, False, "patch", False, id="no patch of all"),
        pytest.param("DELETE", POD, False, "delete", True, id="delete one"),
        pytest.param("DELETE", PODS_OF, False, "deletecollection", True, id="delete all of a namespace"),
        pytest.param("DELETE", Resource(core.PODS), False, "deletecollection", False, id="never those of all namespaces"),
        pytest.param("DELETE", Resource(core.NAMESPACES), False, "deletecollection", False, id="nor all namespaces"),
        pytest.param("OPTIONS", POD, False, "options", False, id="another method"),
    ],
)
def test_what_a_method_means_there(method: str, resource: Resource, is_watch: bool, verb: str, served: bool) -> None:
    found = verb_of(method, resource, is_watch=is_watch)
    assert (found, is_served(found, resource)) == (verb, served)
