"""ServiceAccount tokens: issued and recognised with the cluster's key, clock and objects.

Upstream: ``pkg/serviceaccount/jwt.go`` (``jwtTokenGenerator``, ``jwtTokenAuthenticator``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cluster.apiserver.authentication.bound import InvalidToken, validate_bound
from cluster.apiserver.authentication.claims import ISSUER, LEGACY_ISSUER, PRIVATE
from cluster.apiserver.authentication.keys import BadSignature, SigningKey, claimed_issuer
from cluster.apiserver.authentication.legacy import validate_legacy
from cluster.apiserver.reader import Reader
from cluster.apiserver.request import User
from cluster.engine.clock import Clock
from cluster.machinery.meta import Obj

API_AUDIENCES = (ISSUER,)
"""The audiences that the API server is; a token for the API server has one of them."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Whose token it is, and for which of the audiences that were asked about."""

    user: User
    audiences: tuple[str, ...]


class ServiceAccountTokens:
    """The tokens of one cluster. ``key``: None for a server that was given none; it neither issues nor recognises any."""

    def __init__(self, key: SigningKey | None, reader: Reader, clock: Clock) -> None:
        self.key, self._reader, self._clock = key, reader, clock

    def recognise(self, token: str, audiences: Sequence[str] = API_AUDIENCES) -> Recognised | None:
        """Return whose token it is; None: no ServiceAccount's. Raises InvalidToken for one that is not good (any more)."""
        issuer = claimed_issuer(token)
        if self.key is None or issuer not in (ISSUER, LEGACY_ISSUER):
            return None
        try:
            claims = self.key.verify(token)
        except BadSignature as error:
            raise InvalidToken(str(error)) from error
        shared = _intersection(_audiences_of(claims), audiences)
        if not shared:
            raise InvalidToken(f"token audiences {_quoted(_audiences_of(claims))} is invalid for the target audiences {_quoted(audiences)}")
        if issuer == LEGACY_ISSUER:
            info = validate_legacy(token, claims, self._reader)
        elif isinstance(claims.get(PRIVATE), dict):
            info = validate_bound(claims, self._reader, self._clock.now)
        else:
            raise InvalidToken("service account token claims could not be validated due to unexpected private claim")
        return Recognised(info.user(), shared)


def _audiences_of(claims: Obj) -> tuple[str, ...]:
    given = claims.get("aud") or API_AUDIENCES
    return (given,) if isinstance(given, str) else tuple(given)


def _intersection(these: Sequence[str], those: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in these if each in those)


def _quoted(texts: Sequence[str]) -> str:
    return "[" + " ".join(f'"{text}"' for text in texts) + "]"
