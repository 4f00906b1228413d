"""What a request asks authorization: as upstream reads it from the path."""

from __future__ import annotations

import pytest

from cluster.apiserver.authorization.attributes import Attributes, attributes_of, path_attributes
from cluster.apiserver.request import Credentials, Options, Request, User
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import NAMESPACES, PODS
from cluster.machinery.kinds.model import Kind

ANN = User("ann")


def _request(verb: str, kind: Kind, namespace: str = "", name: str = "", subresource: str = "", selector: str = "") -> Request:
    return Request(verb, kind, "x", Credentials(), namespace, name, subresource, options=Options(field_selector=selector))


REQUESTS: dict[str, tuple[Request, Attributes]] = {
    "one object": (_request("get", PODS, "default", "web"), Attributes(ANN, "get", "", "v1", "pods", "", "default", "web")),
    "a subresource": (
        _request("update", DEPLOYMENTS, "default", "web", "scale"),
        Attributes(ANN, "update", "apps", "v1", "deployments", "scale", "default", "web"),
    ),
    "a Namespace lies in itself": (
        _request("get", NAMESPACES, "", "default"),
        Attributes(ANN, "get", "", "v1", "namespaces", "", "default", "default"),
    ),
    "a list of one name": (
        _request("watch", PODS, "default", selector="metadata.name=web"),
        Attributes(ANN, "watch", "", "v1", "pods", "", "default", "web", "metadata.name=web"),
    ),
    "a list of all names but one": (
        _request("list", PODS, "default", selector="metadata.name!=web"),
        Attributes(ANN, "list", "", "v1", "pods", "", "default", "", "metadata.name!=web"),
    ),
    "a list by what is no selector": (
        _request("list", PODS, "default", selector="metadata.name"),
        Attributes(ANN, "list", "", "v1", "pods", "", "default", "", "metadata.name"),
    ),
}


@pytest.mark.parametrize(("request_", "attributes"), REQUESTS.values(), ids=REQUESTS.keys())
def test_a_request_for_a_resource_asks(request_: Request, attributes: Attributes) -> None:
    assert attributes_of(ANN, request_) == attributes


PATHS: dict[str, tuple[str, str, Attributes]] = {
    "discovery": ("get", "/apis/apps/v1", Attributes(ANN, "get", path="/apis/apps/v1")),
    "health": ("head", "/livez", Attributes(ANN, "head", path="/livez")),
    "a resource of the cluster that is not served": ("get", "/api/v1/gadgets", Attributes(ANN, "list", "", "v1", "gadgets")),
    "one in a namespace": (
        "delete",
        "/apis/acme.io/v2/namespaces/shop/gadgets/a",
        Attributes(ANN, "delete", "acme.io", "v2", "gadgets", "", "shop", "a"),
    ),
    "all of a namespace": (
        "delete",
        "/apis/acme.io/v2/namespaces/shop/gadgets",
        Attributes(ANN, "deletecollection", "acme.io", "v2", "gadgets", "", "shop"),
    ),
    "a subresource that is not served": (
        "post",
        "/api/v1/namespaces/shop/pods/web/dance",
        Attributes(ANN, "create", "", "v1", "pods", "dance", "shop", "web"),
    ),
    "a subresource of a Namespace": (
        "put",
        "/api/v1/namespaces/shop/finalize",
        Attributes(ANN, "update", "", "v1", "namespaces", "finalize", "shop", "shop"),
    ),
    "a method that is no verb": ("options", "/api/v1/gadgets", Attributes(ANN, "", "", "v1", "gadgets")),
}


@pytest.mark.parametrize(("method", "path", "attributes"), PATHS.values(), ids=PATHS.keys())
def test_a_request_for_another_path_asks(method: str, path: str, attributes: Attributes) -> None:
    assert path_attributes(ANN, method, path) == attributes
