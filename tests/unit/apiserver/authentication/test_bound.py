"""Bound tokens: good for a time, and as long as what they are bound to."""

from __future__ import annotations

import pytest

from cluster.apiserver.authentication.bound import InvalidToken, stale_seconds, validate_bound
from cluster.apiserver.authentication.claims import ISSUER, bound_claims
from cluster.apiserver.authentication.identity import ServiceAccountInfo
from cluster.apiserver.request import User
from cluster.machinery.meta import SECOND, Obj, after
from tests.unit.apiserver.authentication.objects import NOW, FakeReader, obj

ROBOT, WEB, NODE = obj("robot", "u1"), obj("web", "u2", kind="Pod"), obj("n1", "u3", kind="Node")
SECRET = obj("s", "u4", kind="Secret")
IN_SECRET = bound_claims(ROBOT, ["a"], 600, NOW, "id1", secret=SECRET)
PLAIN = bound_claims(ROBOT, ["a"], 600, NOW, "id1")
IN_POD = bound_claims(ROBOT, ["a"], 600, NOW, "id1", pod=WEB, node=NODE)
ON_NODE = bound_claims(ROBOT, ["a"], 600, NOW, "id1", node=NODE)


def test_the_claims_of_a_token_for_a_pod() -> None:
    assert bound_claims(ROBOT, ["a"], 600, NOW, "id1", pod=WEB, node=NODE, warn_after=60) == {
        "aud": ["a"],
        "exp": NOW // SECOND + 600,
        "iat": NOW // SECOND,
        "iss": ISSUER,
        "jti": "id1",
        "kubernetes.io": {
            "namespace": "default",
            "serviceaccount": {"name": "robot", "uid": "u1"},
            "pod": {"name": "web", "uid": "u2"},
            "node": {"name": "n1", "uid": "u3"},
            "warnafter": NOW // SECOND + 60,
        },
        "nbf": NOW // SECOND,
        "sub": "system:serviceaccount:default:robot",
    }


PLAIN_INFO = ServiceAccountInfo("default", "robot", "u1", credential_id="JTI=id1")
POD_INFO = ServiceAccountInfo("default", "robot", "u1", "web", "u2", "JTI=id1", "n1", "u3")
NODE_INFO = ServiceAccountInfo("default", "robot", "u1", credential_id="JTI=id1", node_name="n1", node_uid="u3")
EXPIRED = "service account token has expired"
INVALIDATED = "service account token has been invalidated"

CASES: dict[str, tuple[Obj, tuple[Obj, ...], int, ServiceAccountInfo | str]] = {
    "fresh": (PLAIN, (ROBOT,), 0, PLAIN_INFO),
    "a minute after its end": (PLAIN, (ROBOT,), 660, PLAIN_INFO),
    "more than a minute after its end": (PLAIN, (ROBOT,), 661, EXPIRED),
    "a minute before its beginning": (PLAIN, (ROBOT,), -60, PLAIN_INFO),
    "more than a minute before its beginning": (PLAIN, (ROBOT,), -61, "service account token is not valid yet"),
    "issued in the future": (
        {**PLAIN, "nbf": 0},
        (ROBOT,),
        -61,
        "service account token claims could not be validated due to unexpected validation error",
    ),
    "the account is gone": (PLAIN, (), 0, 'serviceaccounts "robot" not found'),
    "the account is another one of that name": (
        PLAIN,
        (obj("robot", "u9"),),
        0,
        "service account UID (u9) does not match claim (u1)",
    ),
    "the account is to be gone since a minute": (PLAIN, (obj("robot", "u1", deleted_before=60),), 0, PLAIN_INFO),
    "the account is to be gone since longer": (
        PLAIN,
        (obj("robot", "u1", deleted_before=61),),
        0,
        "service account default/robot has been deleted",
    ),
    "bound to a pod": (IN_POD, (ROBOT, WEB), 0, POD_INFO),
    "the pod is gone": (IN_POD, (ROBOT,), 0, INVALIDATED),
    "the pod is to be gone since a minute": (IN_POD, (ROBOT, obj("web", "u2", kind="Pod", deleted_before=60)), 0, POD_INFO),
    "the pod is to be gone since longer": (IN_POD, (ROBOT, obj("web", "u2", kind="Pod", deleted_before=61)), 0, INVALIDATED),
    "the pod is another one of that name": (
        IN_POD,
        (ROBOT, obj("web", "u9", kind="Pod")),
        0,
        "pod UID (u9) does not match service account pod ref claim (u2)",
    ),
    "bound to a secret": (IN_SECRET, (ROBOT, SECRET), 0, PLAIN_INFO),
    "the secret is gone": (IN_SECRET, (ROBOT,), 0, INVALIDATED),
    "the secret is another one of that name": (
        IN_SECRET,
        (ROBOT, obj("s", "u9", kind="Secret")),
        0,
        "secret UID (u9) does not match service account secret ref claim (u4)",
    ),
    "bound to a node": (ON_NODE, (ROBOT, NODE), 0, NODE_INFO),
    "the node is gone": (ON_NODE, (ROBOT,), 0, INVALIDATED),
    "the node is another one of that name": (
        ON_NODE,
        (ROBOT, obj("n1", "u9", kind="Node")),
        0,
        "node UID (u9) does not match service account node ref claim (u3)",
    ),
}


@pytest.mark.parametrize(("claims", "objects", "seconds", "outcome"), CASES.values(), ids=CASES.keys())
def test_a_token_is_good_for_a_time_and_with_what_it_is_bound_to(
    claims: Obj, objects: tuple[Obj, ...], seconds: int, outcome: ServiceAccountInfo | str
) -> None:
    try:
        found: ServiceAccountInfo | str = validate_bound(claims, FakeReader(*objects), after(NOW, seconds))
    except InvalidToken as error:
        found = str(error)
    assert found == outcome


def test_a_bound_token_tells_where_it_is_used() -> None:
    assert POD_INFO.user() == User(
        "system:serviceaccount:default:robot",
        ("system:serviceaccounts", "system:serviceaccounts:default"),
        "u1",
        (
            ("authentication.kubernetes.io/credential-id", ("JTI=id1",)),
            ("authentication.kubernetes.io/node-name", ("n1",)),
            ("authentication.kubernetes.io/node-uid", ("u3",)),
            ("authentication.kubernetes.io/pod-name", ("web",)),
            ("authentication.kubernetes.io/pod-uid", ("u2",)),
        ),
    )


STALE: dict[str, tuple[int, int, int | None]] = {
    "never to be replaced": (0, 9000, None),
    "not yet": (60, 60, None),
    "for a second": (60, 61, 1),
}


@pytest.mark.parametrize(("warn_after", "seconds", "stale"), STALE.values(), ids=STALE.keys())
def test_a_token_should_be_replaced_in_time(warn_after: int, seconds: int, stale: int | None) -> None:
    claims = bound_claims(ROBOT, ["a"], 9999, NOW, "id1", warn_after=warn_after)
    assert stale_seconds(claims, after(NOW, seconds)) == stale
