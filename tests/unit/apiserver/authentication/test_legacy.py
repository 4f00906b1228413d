"""Legacy tokens: as good as the Secret that keeps them."""

from __future__ import annotations

import base64

import pytest

from cluster.apiserver.authentication.bound import InvalidToken
from cluster.apiserver.authentication.claims import legacy_claims
from cluster.apiserver.authentication.identity import ServiceAccountInfo
from cluster.apiserver.authentication.legacy import INVALID_SINCE, validate_legacy
from cluster.machinery.meta import Obj
from tests.unit.apiserver.authentication.objects import FakeReader, obj

ROBOT = obj("robot", "u1")
CLAIMS = legacy_claims(ROBOT, obj("s", "u2"))
PREFIX = "kubernetes.io/serviceaccount"
INVALIDATED = "service account token has been invalidated"


def secret(token: str = "t", *, labels: Obj | None = None, deleted: bool = False) -> Obj:
    made = obj("s", "u2", kind="Secret", deleted_before=0 if deleted else None, data={"token": base64.b64encode(token.encode()).decode()})
    made["metadata"]["labels"] = labels or {}
    return made


def without(claim: str) -> Obj:
    return {name: value for name, value in CLAIMS.items() if name != claim}


CASES: dict[str, tuple[Obj, tuple[Obj, ...], ServiceAccountInfo | str]] = {
    "a good one": (CLAIMS, (ROBOT, secret()), ServiceAccountInfo("default", "robot", "u1")),
    "no subject": (without("sub"), (ROBOT, secret()), "sub claim is missing"),
    "no namespace": (without(f"{PREFIX}/namespace"), (ROBOT, secret()), "namespace claim is missing"),
    "no secret named": (without(f"{PREFIX}/secret.name"), (ROBOT, secret()), "secretName claim is missing"),
    "no account named": (without(f"{PREFIX}/service-account.name"), (ROBOT, secret()), "serviceAccountName claim is missing"),
    "no account's uid": (without(f"{PREFIX}/service-account.uid"), (ROBOT, secret()), "serviceAccountUID claim is missing"),
    "somebody else's subject": ({**CLAIMS, "sub": "x"}, (ROBOT, secret()), "sub claim is invalid"),
    "the secret is gone": (CLAIMS, (ROBOT,), INVALIDATED),
    "the secret is going": (CLAIMS, (ROBOT, secret(deleted=True)), INVALIDATED),
    "the secret keeps another": (CLAIMS, (ROBOT, secret("x")), "service account token does not match server's copy"),
    "the secret is marked": (
        CLAIMS,
        (ROBOT, secret(labels={INVALID_SINCE: "2026-01-01"})),
        "the token in secret default/s for service account default/robot has been marked invalid. Use tokens from the TokenRequest API or "
        "manually created secret-based tokens, or remove the 'kubernetes.io/legacy-token-invalid-since' label from the secret to "
        "temporarily allow use of this token",
    ),
    "the account is gone": (CLAIMS, (secret(),), 'serviceaccounts "robot" not found'),
    "the account is going": (CLAIMS, (obj("robot", "u1", deleted_before=0), secret()), "service account default/robot has been deleted"),
    "the account is another one of that name": (
        CLAIMS,
        (obj("robot", "u9"), secret()),
        "service account UID (u9) does not match claim (u1)",
    ),
}


@pytest.mark.parametrize(("claims", "objects", "outcome"), CASES.values(), ids=CASES.keys())
def test_a_legacy_token_is_as_good_as_its_secret(claims: Obj, objects: tuple[Obj, ...], outcome: ServiceAccountInfo | str) -> None:
    try:
        found: ServiceAccountInfo | str = validate_legacy("t", claims, FakeReader(*objects))
    except InvalidToken as error:
        found = str(error)
    assert found == outcome
