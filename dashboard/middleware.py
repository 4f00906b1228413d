"""Headers that every answer carries: nothing but this server's own files runs, shows or is asked on the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

Handler = Callable[[HttpRequest], HttpResponse] | Callable[[HttpRequest], Awaitable[HttpResponse]]

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def with_headers(response: HttpResponse) -> HttpResponse:
    """Add the headers that the response does not set itself, and return it."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


@sync_and_async_middleware
def security_headers(get_response: Handler) -> Handler:
    """Django middleware, for a synchronous and an asynchronous chain."""
    if iscoroutinefunction(get_response):
        follow = cast(Callable[[HttpRequest], Awaitable[HttpResponse]], get_response)

        async def answer_async(request: HttpRequest) -> HttpResponse:
            return with_headers(await follow(request))

        return answer_async
    call = cast(Callable[[HttpRequest], HttpResponse], get_response)

    def answer(request: HttpRequest) -> HttpResponse:
        return with_headers(call(request))

    return answer
