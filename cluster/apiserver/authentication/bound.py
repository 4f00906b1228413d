"""Bound tokens: whether one is still good, by the cluster's clock and by the objects that it is bound to.

The objects are looked up at every request, as kube-apiserver does with ``--service-account-lookup``: a token ends with its account,
pod, node or secret. One that is being deleted keeps its token for a minute longer, so that what runs may say goodbye.

Upstream: ``pkg/serviceaccount/claims.go`` (``validator.Validate``).
"""

from __future__ import annotations

from cluster.apiserver.authentication.claims import PRIVATE
from cluster.apiserver.authentication.identity import ServiceAccountInfo
from cluster.apiserver.reader import Reader
from cluster.machinery.kinds.core import NODES, PODS, SECRETS, SERVICEACCOUNTS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp

LEEWAY = 60
"""Seconds that clocks may differ by, and that a deleted object's token stays good."""
INVALIDATED = "service account token has been invalidated"


class InvalidToken(Exception):  # noqa: N818
    """A token that is refused; the text is what a TokenReview says."""


def validate_bound(claims: Obj, reader: Reader, now: SimTime) -> ServiceAccountInfo:
    """Return who the bearer is. ``claims``: of a token with a good signature. Raises InvalidToken."""
    _check_times(claims, now // SECOND)
    private: Obj = claims.get(PRIVATE) or {}
    namespace, account = private.get("namespace", ""), private.get("serviceaccount") or {}
    _check_account(reader.get(SERVICEACCOUNTS, namespace, account.get("name", "")), namespace, account, now)
    secret, pod, node = private.get("secret"), private.get("pod"), private.get("node")
    if secret is not None:
        _check_bound(reader, SECRETS, namespace, secret, "secret", now)
    if pod is not None:
        _check_bound(reader, PODS, namespace, pod, "pod", now)
    elif node is not None:
        _check_bound(reader, NODES, "", node, "node", now)
    return ServiceAccountInfo(
        namespace,
        account.get("name", ""),
        account.get("uid", ""),
        *_reference(pod),
        f"JTI={claims['jti']}" if claims.get("jti") else "",
        *_reference(node),
    )


def stale_seconds(claims: Obj, now: SimTime) -> int | None:
    """Return for how many seconds a token should have been replaced already; None: it is fresh."""
    warn_after = (claims.get(PRIVATE) or {}).get("warnafter") or 0
    late = now // SECOND - int(warn_after)
    return late if warn_after and late > 0 else None


def _check_times(claims: Obj, moment: int) -> None:
    if "nbf" in claims and moment + LEEWAY < claims["nbf"]:
        raise InvalidToken("service account token is not valid yet")
    if "exp" in claims and moment - LEEWAY > claims["exp"]:
        raise InvalidToken("service account token has expired")
    if "iat" in claims and moment + LEEWAY < claims["iat"]:
        raise InvalidToken("service account token claims could not be validated due to unexpected validation error")


def _check_account(account: Obj | None, namespace: str, claimed: Obj, now: SimTime) -> None:
    name = claimed.get("name", "")
    if account is None:
        raise InvalidToken(f'serviceaccounts "{name}" not found')
    if _is_gone(account, now):
        raise InvalidToken(f"service account {namespace}/{name} has been deleted")
    uid = account["metadata"]["uid"]
    if uid != claimed.get("uid", ""):
        raise InvalidToken(f"service account UID ({uid}) does not match claim ({claimed.get('uid', '')})")


def _check_bound(reader: Reader, kind: Kind, namespace: str, claimed: Obj, word: str, now: SimTime) -> None:
    obj = reader.get(kind, namespace, claimed.get("name", ""))
    if obj is None or _is_gone(obj, now):
        raise InvalidToken(INVALIDATED)
    uid = obj["metadata"]["uid"]
    if uid != claimed.get("uid", ""):
        raise InvalidToken(f"{word} UID ({uid}) does not match service account {word} ref claim ({claimed.get('uid', '')})")


def _is_gone(obj: Obj, now: SimTime) -> bool:
    deleted = obj["metadata"].get("deletionTimestamp")
    return bool(deleted) and parse_timestamp(deleted) < now - LEEWAY * SECOND


def _reference(claimed: Obj | None) -> tuple[str, str]:
    return ((claimed or {}).get("name", ""), (claimed or {}).get("uid", ""))
