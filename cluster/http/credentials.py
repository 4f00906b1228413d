"""What the headers of a request say about who asks.

Upstream: ``staging/src/k8s.io/apiserver/pkg/authentication/request/bearertoken/bearertoken.go``,
``.../authentication/request/websocket/protocol.go``, ``.../pkg/endpoints/filters/impersonation.go``.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from cluster.apiserver.request import Credentials, User
from cluster.http.upgrade import WEBSOCKET, token_in

_EXTRA = b"impersonate-extra-"


def credentials_of(headers: Sequence[tuple[bytes, bytes]], certificate: bytes) -> Credentials:
    """Return the credentials of a request. ``headers``: names in lower case; ``certificate``: what TLS has verified, DER."""
    found: dict[bytes, list[str]] = {}
    for header, value in headers:
        found.setdefault(header, []).append(value.decode("latin-1"))
    scheme, _, token = found.get(b"authorization", [""])[0].partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else ""
    if not token and found.get(b"upgrade", [""])[0].lower() == WEBSOCKET:
        token = token_in([each.strip() for each in ",".join(found.get(b"sec-websocket-protocol", ())).split(",")])
    return Credentials(token=token, certificate=certificate, impersonate=_impersonated(found))


def _impersonated(found: dict[bytes, list[str]]) -> User | None:
    name, uid = found.get(b"impersonate-user", [""])[0], found.get(b"impersonate-uid", [""])[0]
    groups = tuple(found.get(b"impersonate-group", ()))
    extra = sorted(
        (unquote(header[len(_EXTRA) :].decode()), tuple(values)) for header, values in found.items() if header.startswith(_EXTRA)
    )
    return User(name, groups, uid, tuple(extra)) if name or groups or uid or extra else None
