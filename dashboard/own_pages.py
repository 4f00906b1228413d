"""Whose pages may open a socket: those of this very server, as Django's CSRF check has it for forms.

Nothing stands in a browser's way that opens a socket to another server, so the server looks at the origin that the browser names. channels'
own validator compares names alone: a page of another server on the same machine, at another port, would be let in.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from cluster.machinery.meta import Obj
from dashboard.limits import Application, Receive, Send


class OwnPages:
    """Wraps an ASGI application that serves sockets: whoever is no page of this server, or names no origin, gets a 403."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Obj, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        headers = {name: value.decode("latin-1").lower() for name, value in scope["headers"]}
        is_welcome = is_own(headers.get(b"origin", ""), headers.get(b"host", ""))
        await (self._application if is_welcome else WebsocketDenier())(scope, receive, send)


def is_own(origin: str, host: str) -> bool:
    """Whether a page of ``origin`` (``http://127.0.0.1:8000``) belongs to the server that was asked as ``host`` (``127.0.0.1:8000``): they
    are the same, under a name that the server has, or the origin is trusted."""
    if any(fnmatchcase(origin, trusted.lower()) for trusted in settings.CSRF_TRUSTED_ORIGINS):
        return True
    name, _ = split_domain_port(host)
    return origin.partition("://")[2] == host and bool(name) and validate_host(name, settings.ALLOWED_HOSTS)
