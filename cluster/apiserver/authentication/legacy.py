"""Legacy tokens: those that a Secret of type ``kubernetes.io/service-account-token`` keeps. They never expire.

The real server also notes in a label of the Secret on which day its token was last used; here a request that is recognised writes nothing.

Upstream: ``pkg/serviceaccount/legacy.go`` (``legacyValidator``).
"""

from __future__ import annotations

import base64

from cluster.apiserver.authentication.bound import INVALIDATED, InvalidToken
from cluster.apiserver.authentication.claims import LEGACY_PREFIX, user_name
from cluster.apiserver.authentication.identity import ServiceAccountInfo
from cluster.apiserver.reader import Reader
from cluster.machinery.kinds.core import SECRETS, SERVICEACCOUNTS
from cluster.machinery.meta import Obj

INVALID_SINCE = "kubernetes.io/legacy-token-invalid-since"
_CLAIMS = (
    ("namespace", "namespace"),
    ("secret.name", "secretName"),
    ("service-account.name", "serviceAccountName"),
    ("service-account.uid", "serviceAccountUID"),
)


def validate_legacy(token: str, claims: Obj, reader: Reader) -> ServiceAccountInfo:
    """Return who the bearer is. ``claims``: of ``token``, whose signature is good. Raises InvalidToken."""
    subject = claims.get("sub", "")
    if not subject:
        raise InvalidToken("sub claim is missing")
    namespace, secret_name, name, uid = (_claim(claims, claim, word) for claim, word in _CLAIMS)
    if subject != user_name(namespace, name):
        raise InvalidToken("sub claim is invalid")
    _check_secret(reader.get(SECRETS, namespace, secret_name), token, name)
    account = reader.get(SERVICEACCOUNTS, namespace, name)
    if account is None:
        raise InvalidToken(f'serviceaccounts "{name}" not found')
    if account["metadata"].get("deletionTimestamp"):
        raise InvalidToken(f"service account {namespace}/{name} has been deleted")
    if account["metadata"]["uid"] != uid:
        raise InvalidToken(f"service account UID ({account['metadata']['uid']}) does not match claim ({uid})")
    return ServiceAccountInfo(namespace, name, uid)


def _claim(claims: Obj, name: str, word: str) -> str:
    value = claims.get(f"{LEGACY_PREFIX}/{name}", "")
    if not value:
        raise InvalidToken(f"{word} claim is missing")
    return str(value)


def _check_secret(secret: Obj | None, token: str, account: str) -> None:
    if secret is None or secret["metadata"].get("deletionTimestamp"):
        raise InvalidToken(INVALIDATED)
    kept = (secret.get("data") or {}).get("token", "")
    if base64.b64decode(kept) != token.encode():
        raise InvalidToken("service account token does not match server's copy")
    meta = secret["metadata"]
    if (meta.get("labels") or {}).get(INVALID_SINCE):
        secret_key, account_key = f"{meta['namespace']}/{meta['name']}", f"{meta['namespace']}/{account}"
        raise InvalidToken(
            f"the token in secret {secret_key} for service account {account_key} has been marked invalid. Use tokens from the "
            f"TokenRequest API or manually created secret-based tokens, or remove the '{INVALID_SINCE}' label from the secret to "
            "temporarily allow use of this token"
        )
