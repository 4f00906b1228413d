"""The last guard of an unsafe server: what comes in from beyond loopback is refused, whoever made the server listen there.

Starting refuses an unsafe configuration for the address that the settings name (``PODIUM_BIND``). An ASGI server that is started by
itself, ``daphne -b 0.0.0.0 dashboard.asgi:application``, listens where its own arguments say, of which an application hears with the
first connection.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from cluster.machinery.meta import Obj
from dashboard.limits import Application, Receive, Send

POLICY_VIOLATION = 1008


class LoopbackOnly:
    """Wraps an ASGI application that may be reached from this machine alone. ``reasons``: what is unsafe, a sentence each."""

    def __init__(self, application: Application, reasons: Sequence[str]) -> None:
        self._application, self._text = application, "\n".join(reasons).encode()

    async def __call__(self, scope: Obj, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if not came_from_beyond(scope):
            await self._application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 503, "headers": headers})
            await send({"type": "http.response.body", "body": self._text})


def came_from_beyond(scope: Obj) -> bool:
    """Whether a connection has arrived at an address of this machine that others can reach; not one that has no address (a Unix socket)."""
    host = (scope.get("server") or ("",))[0] if scope["type"] in ("http", "websocket") else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return not (getattr(address, "ipv4_mapped", None) or address).is_loopback
