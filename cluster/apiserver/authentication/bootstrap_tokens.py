"""Bootstrap tokens: who comes with one, as machines do that join (``--enable-bootstrap-token-auth``).

The Secret is looked up at every request: a token ends when its Secret is deleted, or at the moment that it names.

Upstream: ``plugin/pkg/auth/authenticator/token/bootstrap/bootstrap.go``.
"""

from __future__ import annotations

import hmac

from cluster.apiserver.reader import Reader
from cluster.apiserver.request import User
from cluster.engine.clock import Clock
from cluster.machinery.bootstrap_token import (
    AUTHENTICATION,
    NAMESPACE,
    SECRET_PREFIX,
    USER_PREFIX,
    groups_of,
    has_expired,
    is_for,
    parse_token,
    token_of,
)
from cluster.machinery.kinds.core import SECRETS


class BootstrapTokens:
    """The bootstrap tokens of one cluster."""

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader, self._clock = reader, clock

    def recognise(self, text: str) -> User | None:
        """Return whose token it is; None: it is no bootstrap token, or not one that is good for this (any more)."""
        token = parse_token(text)
        secret = self._reader.get(SECRETS, NAMESPACE, f"{SECRET_PREFIX}{token.id}") if token is not None else None
        if token is None or secret is None or "deletionTimestamp" in secret["metadata"]:
            return None
        kept = token_of(secret)
        if kept is None or not hmac.compare_digest(kept.secret.encode(), token.secret.encode()):
            return None
        if has_expired(secret, self._clock.now) or not is_for(secret, AUTHENTICATION):
            return None
        groups = groups_of(secret)
        return User(f"{USER_PREFIX}{token.id}", groups) if groups is not None else None
