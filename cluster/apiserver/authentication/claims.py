"""What a ServiceAccount token says: the registered claims of a JSON Web Token, and Kubernetes' own.

Two forms are in use. A bound token (``serviceaccounts/token``) expires, is made for an audience and may be tied to a pod, a node
or a secret; a legacy token, kept in a Secret, is as good as the secret.

Upstream: ``pkg/serviceaccount/claims.go`` (``Claims``), ``pkg/serviceaccount/legacy.go`` (``LegacyClaims``).
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.meta import SECOND, Obj, SimTime

ISSUER = "https://kubernetes.default.svc.cluster.local"
"""Who issues bound tokens, and the audience of those that are meant for the API server."""
LEGACY_ISSUER = "kubernetes/serviceaccount"
LEGACY_PREFIX = "kubernetes.io/serviceaccount"
PRIVATE = "kubernetes.io"


def user_name(namespace: str, name: str) -> str:
    """Return the name of the user that a ServiceAccount is."""
    return f"system:serviceaccount:{namespace}:{name}"


def bound_claims(
    account: Obj,
    audiences: Sequence[str],
    seconds: int,
    now: SimTime,
    token_id: str,
    *,
    pod: Obj | None = None,
    node: Obj | None = None,
    secret: Obj | None = None,
    warn_after: int = 0,
) -> Obj:
    """Return the claims of a bound token that is good for ``seconds``. ``warn_after``: seconds after which its use is stale (0: never).

    ``pod`` with ``node``: bound to the pod, which runs there; a node without a pod: bound to the node.
    """
    meta, moment = account["metadata"], now // SECOND
    private: Obj = {"namespace": meta["namespace"], "serviceaccount": _reference(account)}
    private |= {name: _reference(obj) for name, obj in (("pod", pod), ("node", node), ("secret", secret)) if obj is not None}
    if warn_after:
        private["warnafter"] = moment + warn_after
    return {
        "aud": list(audiences),
        "exp": moment + seconds,
        "iat": moment,
        "iss": ISSUER,
        "jti": token_id,
        PRIVATE: private,
        "nbf": moment,
        "sub": user_name(meta["namespace"], meta["name"]),
    }


def legacy_claims(account: Obj, secret: Obj) -> Obj:
    """Return the claims of the token that a Secret keeps."""
    meta = account["metadata"]
    return {
        "iss": LEGACY_ISSUER,
        f"{LEGACY_PREFIX}/namespace": meta["namespace"],
        f"{LEGACY_PREFIX}/secret.name": secret["metadata"]["name"],
        f"{LEGACY_PREFIX}/service-account.name": meta["name"],
        f"{LEGACY_PREFIX}/service-account.uid": meta["uid"],
        "sub": user_name(meta["namespace"], meta["name"]),
    }


def _reference(obj: Obj) -> Obj:
    meta = obj["metadata"]
    return {"name": meta["name"], "uid": meta["uid"]} if meta.get("uid") else {"name": meta["name"]}
