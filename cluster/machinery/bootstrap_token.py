"""Bootstrap tokens: how one is written, the Secret that holds it, and what is signed with it.

A token ``abcdef.0123456789abcdef`` is an id that everybody may know and a secret. Who has it can ask for a certificate, and can tell a
cluster's API server from another: the cluster's description is signed with it.

Upstream: ``staging/src/k8s.io/cluster-bootstrap/token/{api,jws,util}``, ``.../util/{secrets,tokens}``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp

SECRET_TYPE = "bootstrap.kubernetes.io/token"
SECRET_PREFIX = "bootstrap-token-"
NAMESPACE = "kube-system"
"""Where the Secrets of tokens are."""
PATTERN = r"\A([a-z0-9]{6})\.([a-z0-9]{16})\z"
"""As messages quote it."""
USER_PREFIX, GROUP = "system:bootstrap:", "system:bootstrappers"
TOKEN_ID, TOKEN_SECRET, EXPIRATION = "token-id", "token-secret", "expiration"
EXTRA_GROUPS, DESCRIPTION, USAGE_PREFIX = "auth-extra-groups", "description", "usage-bootstrap-"
AUTHENTICATION, SIGNING = f"{USAGE_PREFIX}authentication", f"{USAGE_PREFIX}signing"
CLUSTER_INFO, CLUSTER_INFO_NAMESPACE = "cluster-info", "kube-public"
KUBECONFIG = "kubeconfig"
"""The key of what is signed in ``cluster-info``."""
SIGNATURE_PREFIX = "jws-kubeconfig-"
_TOKEN = re.compile(r"([a-z0-9]{6})\.([a-z0-9]{16})", re.ASCII)
_NAME = re.compile(rf"{SECRET_PREFIX}([a-z0-9]{{6}})", re.ASCII)
_EXTRA_GROUP = re.compile(rf"{GROUP}:[a-z0-9:-]{{0,255}}[a-z0-9]", re.ASCII)
DEFAULT_SECONDS = 24 * 3600
"""For how long a token is good that kubeadm makes."""


@dataclass(frozen=True, slots=True)
class BootstrapToken:
    """A token in its two parts."""

    id: str
    secret: str

    def __str__(self) -> str:
        return f"{self.id}.{self.secret}"


def parse_token(text: str) -> BootstrapToken | None:
    """Read a token; None: it has not the form of one."""
    found = _TOKEN.fullmatch(text)
    return BootstrapToken(*found.groups()) if found is not None else None


def token_of(secret: Obj) -> BootstrapToken | None:
    """Return the token that a Secret of kube-system holds; None: it holds none, or not the one that its name says."""
    if secret.get("type") != SECRET_TYPE or secret["metadata"]["namespace"] != NAMESPACE:
        return None
    token = BootstrapToken(data_of(secret, TOKEN_ID), data_of(secret, TOKEN_SECRET))
    named = _NAME.fullmatch(secret["metadata"]["name"])
    return token if token.secret and named is not None and named.group(1) == token.id else None


def data_of(secret: Obj, key: str) -> str:
    """Return a value of a Secret as text, empty when it has none."""
    return base64.b64decode((secret.get("data") or {}).get(key) or "").decode(errors="replace")


def seconds_left(secret: Obj, now: SimTime) -> float | None:
    """Return for how many seconds more a token is good, 0 or less: no longer; None: for ever."""
    text = data_of(secret, EXPIRATION)
    if not text:
        return None
    try:
        return (parse_timestamp(text) - now) / SECOND
    except ValueError:
        return 0.0


def has_expired(secret: Obj, now: SimTime) -> bool:
    """Whether a token is not good any more; a moment that cannot be read has passed."""
    left = seconds_left(secret, now)
    return left is not None and left <= 0


def is_for(secret: Obj, usage: str) -> bool:
    """Whether a token may be used so: ``AUTHENTICATION`` or ``SIGNING``."""
    return data_of(secret, usage) == "true"


def groups_of(secret: Obj) -> tuple[str, ...] | None:
    """Return the groups of who comes with a token, sorted; None: one of them has no proper name."""
    extra = data_of(secret, EXTRA_GROUPS)
    named = extra.split(",") if extra else []
    if not all(_EXTRA_GROUP.fullmatch(group) for group in named):
        return None
    return tuple(sorted({GROUP, *named}))


def detached_signature(content: str, token: BootstrapToken) -> str:
    """Return the JSON Web Signature (HS256) of ``content`` by a token, without the content between its two dots."""
    header = _base64url(f'{{"alg":"HS256","kid":"{token.id}"}}'.encode())
    signed = f"{header}.{_base64url(content.encode())}".encode()
    return f"{header}..{_base64url(hmac.new(token.secret.encode(), signed, hashlib.sha256).digest())}"


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
