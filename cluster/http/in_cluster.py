"""The API server as programs in the cluster reach it: by the Service ``kubernetes``, with the token of their ServiceAccount.

A real pod opens a connection with TLS like any other client. Here its request comes over the simulated pod network, in the midst of a
step, and is answered within it: authenticated, authorized and served like a request from outside, written in the same forms. What
streams has no place on that network: a watch, ``exec``, a log that is followed (which ends with what there is). The audit log and the
metrics count requests from outside only.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers``.
"""

from __future__ import annotations

from cluster.apiserver import discovery, openapi
from cluster.apiserver.request import Api, Request
from cluster.http import negotiation, options, render, routes
from cluster.http.credentials import credentials_of
from cluster.http.input import with_input
from cluster.http.negotiation import JSON, Accepted
from cluster.http.routes import Resource
from cluster.machinery.errors import ApiError, not_found_path
from cluster.machinery.meta import SimTime
from cluster.machinery.network import HttpRequest, HttpResponse

SECONDS = 0.01
"""That an answer takes, so that a program that asks again and again lets time pass."""
_HEALTH = ("/healthz", "/livez", "/readyz")
_TEXT, _LOG = "text/plain; charset=utf-8", "text/plain"


def answer(api: Api, now: SimTime, source: str, request: HttpRequest) -> HttpResponse:
    """Answer a request over TLS. ``source``: who asks, as the trace names it."""
    path, _, query = request.path.partition("?")
    return _InClusterExchange(api, now, source, request, options.parse_query(query.encode())).answer(path)


class _InClusterExchange:
    """One request and its answer."""

    def __init__(self, api: Api, now: SimTime, source: str, request: HttpRequest, query: options.Query) -> None:
        self._api, self._now, self._source, self._sent, self._query = api, now, source, request, query
        self._credentials = credentials_of([(name.encode(), value.encode("latin-1")) for name, value in request.headers.items()], b"")
        self._accepted = Accepted()

    def answer(self, path: str) -> HttpResponse:
        """Return the answer, a refusal too."""
        try:
            resource = routes.resource_at(path, self._api.kinds)
            return self._document(path) if resource is None else self._resource(resource)
        except ApiError as error:
            if error.code == 404 and not error.reason:
                return _response(404, _TEXT, error.message.encode() + b"\n")
            return _response(error.code, self._accepted.media_type, render.status_of(error, self._accepted), error.warnings)

    def _resource(self, resource: Resource) -> HttpResponse:
        response = self._api.serve(self._request(resource))
        if response.text is not None:
            return _response(response.code, _LOG, response.text)
        content = render.body_of(response, resource.kind, self._accepted, self._now, self._query.get("includeObject", "Metadata"))
        return _response(response.code, self._accepted.media_type, content, response.warnings)

    def _request(self, resource: Resource) -> Request:
        """Return what is asked for, with its fault when it cannot be served so: only who may ask is told."""
        sent, query = self._sent, self._query
        verb = routes.verb_of(sent.method, resource, is_watch=options.is_true(query, "watch"))
        request = Request(verb, resource.kind, self._source, self._credentials, resource.namespace, resource.name, resource.subresource)
        request = request._replace(user_agent=sent.headers.get("user-agent", ""))
        try:
            if not routes.is_served(verb, resource):
                raise negotiation.method_not_allowed()
            if verb == "watch" or resource.is_connect:
                raise ApiError(501, "NotImplemented", "nothing streams over the simulated pod network: ask for a list, or from outside")
            if resource.is_text:
                return request._replace(query={name: text for name, text in query.items() if name != "follow"})
            self._accepted = negotiation.accepted(sent.headers.get("accept", ""), request.user_agent, query.get("pretty", ""))
            render.check_include_object(self._accepted, query.get("includeObject", ""))
            return with_input(request, resource, query, sent.headers.get("content-type", ""), sent.body)
        except ApiError as error:
            return request._replace(fault=error)

    def _document(self, path: str) -> HttpResponse:
        """Answer with health, discovery or OpenAPI. Raises ApiError."""
        self._api.visit(self._credentials, self._sent.method.lower(), path)
        if path in _HEALTH:
            return _response(200, _TEXT, b"ok")
        accept = self._sent.headers.get("accept", "")
        document = openapi.answer(path, accept, self._api.kinds)
        if document is not None:
            return _response(200, document[0], document[1])
        found = discovery.answer(path.rstrip("/") or "/", accept, self._api.kinds)
        if found is None:
            raise not_found_path() if routes.is_below_a_service(path, self._api.kinds) else ApiError(404, "", "404 page not found")
        if self._sent.method not in ("GET", "HEAD"):
            raise negotiation.method_not_allowed()
        is_read_by_people = negotiation.accepted("", self._sent.headers.get("user-agent", "")).is_pretty
        return _response(200, found[0], render.as_media_type(render.encode(found[1]), Accepted(is_pretty=is_read_by_people)))


def _response(code: int, content_type: str, content: bytes, warnings: tuple[str, ...] = ()) -> HttpResponse:
    headers = {"content-type": content_type or JSON, "content-length": str(len(content))}
    if warnings:
        headers["warning"] = ", ".join(f"299 - {render.encode(text).decode()}" for text in warnings)
    return HttpResponse(code, content, headers, SECONDS)
