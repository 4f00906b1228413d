"""What clients of HTTP have in common: URLs, following redirections, keeping an answer until its time has passed.

Upstream: RFC 9110; the kernel's tcp(7) (how long a silent peer is waited for).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from urllib.parse import urlsplit

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.process import Wait
from cluster.container_runtime.linux.sockets import ResolveError
from cluster.machinery.meta import SimTime
from cluster.machinery.network import Failure, HttpRequest, HttpResponse, NetworkError

PHRASES = {
    200: "OK", 201: "Created", 204: "No Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 400: "Bad Request",
    401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 429: "Too Many Requests",
    500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip
WORDS = {
    Failure.REFUSED: "Connection refused",
    Failure.TIMED_OUT: "Connection timed out",
    Failure.NO_ROUTE: "No route to host",
    Failure.RESET: "Connection reset by peer",
}
CONNECT_TIMEOUT = 127.0
"""Seconds until the kernel gives up on a peer that is silent (tcp_syn_retries 6)."""
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Url:
    """Where a request goes."""

    host: str
    port: int
    path: str
    is_tls: bool
    authority: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended: an answer, or why there is none; ``seconds`` it took. ``address`` empty: the name was not resolved."""

    url: Url
    seconds: float
    address: str = ""
    response: HttpResponse | None = None
    failure: Failure | None = None
    is_unknown: bool = True


def read_url(text: str) -> Url | None:
    """Return the parts of a URL as people type it; None: it is none."""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or parts.scheme not in ("http", "https"):
        return None
    is_tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Url(parts.hostname, port or (443 if is_tls else 80), path, is_tls, parts.netloc.rpartition("@")[2])


def fetched(call: Call, url: Url, request: HttpRequest, *, redirects: int) -> Outcome:
    """Send a request, follow redirections, and return how it ended."""
    seconds = 0.0
    while True:
        try:
            resolved = call.sockets.resolve(url.host, call.files)
        except ResolveError as error:
            return Outcome(url, seconds + error.seconds, is_unknown=error.is_unknown)
        address = resolved.addresses[0]
        seconds += resolved.seconds
        headers = {"host": url.authority, **request.headers}
        sent = HttpRequest(request.method, url.path, headers, request.body, url.is_tls, request.trust)
        try:
            response = call.sockets.http(address, url.port, sent)
        except NetworkError as error:
            return Outcome(url, seconds + min(error.seconds, CONNECT_TIMEOUT), address, failure=error.failure)
        seconds += response.seconds
        target = response.headers.get("location", "")
        following = read_url(target if "://" in target else f"http://{url.authority}{target}") if target else None
        if response.code not in _REDIRECTS or following is None or redirects <= 0:
            return Outcome(url, seconds, address, response)
        redirects -= 1
        url = following


def remember(call: Call, outcome: Outcome, limit: float | None) -> Wait:
    """Keep how a request ended until its time has passed, at most ``limit`` seconds."""
    seconds = outcome.seconds
    is_late = limit is not None and seconds > limit
    response = outcome.response
    call.state.update(
        until=call.in_seconds(limit if is_late and limit is not None else seconds),
        late=is_late,
        seconds=round(limit if is_late and limit is not None else seconds, 3),
        host=outcome.url.host,
        port=outcome.url.port,
        tls=outcome.url.is_tls,
        address=outcome.address,
        failure=outcome.failure.value if outcome.failure else "",
        unknown=outcome.is_unknown,
    )
    if response is not None:
        call.state.update(code=response.code, headers=dict(response.headers), body=base64.b64encode(response.body).decode())
    return Wait(until=SimTime(call.state["until"]))


def still_waiting(call: Call) -> Wait | None:
    return Wait(until=SimTime(call.state["until"])) if call.state["until"] > call.now else None


def header_fields(given: list[str]) -> dict[str, str]:
    return {name.strip().lower(): value.strip() for name, _, value in (header.partition(":") for header in given)}
