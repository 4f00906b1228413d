"""Tokens asked for, and whose they are, as whole requests to the API server."""

from __future__ import annotations

import pytest

from cluster.apiserver.authentication.claims import ISSUER
from cluster.apiserver.request import Credentials, Request, User
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.authentication import SELFSUBJECTREVIEWS, TOKENREVIEWS
from cluster.machinery.kinds.core import NODES, PODS, SERVICEACCOUNTS
from cluster.machinery.meta import SECOND, Obj
from tests.unit.apiserver.authentication.keys import SIGNING_KEY
from tests.unit.apiserver.rig import START, TOKEN, Rig, pod

ADMIN_INFO = {"username": "kubernetes-admin", "groups": ["kubeadm:cluster-admins", "system:authenticated"]}
POD = {"apiVersion": "v1", "kind": "Pod", "name": "web"}


class TokenRig(Rig):
    """``Rig`` with a node ``n1`` and the pod ``web`` on it."""

    def __init__(self) -> None:
        super().__init__()
        self.admin.create(NODES, {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}})
        self.web = self.admin.create(PODS, pod("web", node="n1"))

    def ask(self, spec: Obj | None = None, *, account: str = "default", **meta: str) -> Obj | tuple[int, str]:
        """Ask for a token; return the answer, or code and message of the refusal."""
        body = {"metadata": meta, "spec": spec or {}}
        try:
            value = self.handler.serve(
                Request("create", SERVICEACCOUNTS, "kubectl", Credentials(token=TOKEN), "default", account, "token", body)
            ).value
        except ApiError as error:
            return error.code, error.message
        assert isinstance(value, dict)
        return value

    def review(self, spec: Obj) -> Obj:
        """Ask whose token it is; return the status."""
        value = self.handler.serve(Request("create", TOKENREVIEWS, "kubectl", Credentials(token=TOKEN), body={"spec": spec})).value
        assert isinstance(value, dict)
        status: Obj = value["status"]
        return status


def uid_of(rig: TokenRig) -> str:
    return str(rig.admin.get(SERVICEACCOUNTS, "default", "default")["metadata"]["uid"])


def test_a_token_is_answered_with_what_was_filled_in() -> None:
    rig = TokenRig()
    answer = rig.ask()
    assert isinstance(answer, dict)
    token = answer["status"].pop("token")
    assert (SIGNING_KEY.verify(token)["sub"], answer) == (
        "system:serviceaccount:default:default",
        {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "metadata": {"name": "default", "namespace": "default", "uid": uid_of(rig), "creationTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {"audiences": [ISSUER], "expirationSeconds": 3600, "boundObjectRef": None},
            "status": {"expirationTimestamp": "2026-01-01T01:00:00Z"},
        },
    )


SECONDS: dict[str, tuple[Obj, int, int | None]] = {
    "as long as asked for": ({"expirationSeconds": 7200}, 7200, None),
    "an hour when nothing is said": ({}, 3600, None),
    "a year for the kubelet's usual token of a pod": ({"expirationSeconds": 3607, "boundObjectRef": POD}, 31_536_000, 3607),
    "no longer without a pod": ({"expirationSeconds": 3607}, 3607, None),
    "no longer for another audience": ({"expirationSeconds": 3607, "boundObjectRef": POD, "audiences": ["vault"]}, 3607, None),
}


@pytest.mark.parametrize(("spec", "seconds", "warn_after"), SECONDS.values(), ids=SECONDS.keys())
def test_a_token_is_good_for_a_time(spec: Obj, seconds: int, warn_after: int | None) -> None:
    answer = TokenRig().ask(spec)
    assert isinstance(answer, dict)
    claims, begin = SIGNING_KEY.verify(answer["status"]["token"]), START // SECOND
    warned = claims["kubernetes.io"].get("warnafter")
    assert (claims["exp"] - begin, warned and warned - begin) == (seconds, warn_after)


def test_a_token_for_a_pod_names_its_node() -> None:
    rig = TokenRig()
    answer = rig.ask({"boundObjectRef": POD})
    assert isinstance(answer, dict)
    node = rig.admin.get(NODES, "n1")["metadata"]["uid"]
    assert SIGNING_KEY.verify(answer["status"]["token"])["kubernetes.io"] == {
        "namespace": "default",
        "serviceaccount": {"name": "default", "uid": uid_of(rig)},
        "pod": {"name": "web", "uid": rig.web["metadata"]["uid"]},
        "node": {"name": "n1", "uid": node},
    }


INVALID = 'TokenRequest.authentication.k8s.io "{}" is invalid: {}'
REFUSED: dict[str, tuple[Obj, dict[str, str], tuple[int, str]]] = {
    "an account that is not there": ({}, {"account": "none"}, (404, 'serviceaccounts "none" not found')),
    "another account's name": (
        {},
        {"name": "x"},
        (422, INVALID.format("default", 'metadata.name: Invalid value: "x": must match the service account name if specified')),
    ),
    "another namespace": (
        {},
        {"namespace": "x"},
        (400, "the namespace of the provided object does not match the namespace sent on the request"),
    ),
    "less than ten minutes": (
        {"expirationSeconds": 599},
        {},
        (422, INVALID.format("", "spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes")),
    ),
    "more than 2^32 seconds": (
        {"expirationSeconds": 4294967297},
        {},
        (422, INVALID.format("", "spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds")),
    ),
    "bound to what tokens are not bound to": (
        {"boundObjectRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}},
        {},
        (400, "cannot bind token to object of type apps/v1, Kind=Deployment"),
    ),
    "bound to a pod without a name": ({"boundObjectRef": {**POD, "name": ""}}, {}, (400, "Name parameter required.")),
    "bound to a pod that is not there": ({"boundObjectRef": {**POD, "name": "db"}}, {}, (404, 'pods "db" not found')),
    "bound to a pod of that name that is gone": (
        {"boundObjectRef": {**POD, "uid": "old"}},
        {},
        (
            409,
            'Operation cannot be fulfilled on Pod "web": the UID in the bound object reference (old) does not match the UID in record. '
            "The object might have been deleted and then recreated",
        ),
    ),
    "bound to a pod of somebody else": (
        {"boundObjectRef": POD},
        {"account": "robot"},
        (400, 'cannot bind token for serviceaccount "robot" to pod running with different serviceaccount name.'),
    ),
}


@pytest.mark.parametrize(("spec", "given", "refusal"), REFUSED.values(), ids=REFUSED.keys())
def test_a_token_is_refused(spec: Obj, given: dict[str, str], refusal: tuple[int, str]) -> None:
    rig = TokenRig()
    rig.admin.create(SERVICEACCOUNTS, {"metadata": {"name": "robot", "namespace": "default"}})
    assert rig.ask(spec, **given) == refusal


def test_a_request_for_an_account_that_was_made_anew_is_refused() -> None:
    rig = TokenRig()
    why = f"the UID in the token request (old) does not match the UID of the service account ({uid_of(rig)})"
    refusal = (409, f'Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "default": {why}')
    assert rig.ask(uid="old") == refusal


def test_a_review_says_whose_token_it_is() -> None:
    rig = TokenRig()
    answer = rig.ask({"boundObjectRef": POD})
    assert isinstance(answer, dict)
    token = answer["status"]["token"]
    claims = SIGNING_KEY.verify(token)
    assert rig.review({"token": token}) == {
        "authenticated": True,
        "user": {
            "username": "system:serviceaccount:default:default",
            "uid": uid_of(rig),
            "groups": ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
            "extra": {
                "authentication.kubernetes.io/credential-id": [f"JTI={claims['jti']}"],
                "authentication.kubernetes.io/node-name": ["n1"],
                "authentication.kubernetes.io/node-uid": [claims["kubernetes.io"]["node"]["uid"]],
                "authentication.kubernetes.io/pod-name": ["web"],
                "authentication.kubernetes.io/pod-uid": [rig.web["metadata"]["uid"]],
            },
        },
        "audiences": [ISSUER],
    }


REVIEWS: dict[str, tuple[Obj, Obj]] = {
    "a token of the file": ({"token": TOKEN}, {"authenticated": True, "user": ADMIN_INFO, "audiences": [ISSUER]}),
    "a token for another audience": ({"token": TOKEN, "audiences": ["vault"]}, {"user": {}, "error": "invalid bearer token"}),
    "no token of this cluster": ({"token": "x"}, {"user": {}, "error": "invalid bearer token"}),
}


@pytest.mark.parametrize(("spec", "status"), REVIEWS.values(), ids=REVIEWS.keys())
def test_a_review_judges_any_token(spec: Obj, status: Obj) -> None:
    assert TokenRig().review(spec) == status


def test_a_review_without_a_token_is_refused() -> None:
    with pytest.raises(ApiError, match=r"^token is required for TokenReview in authentication$"):
        TokenRig().review({})


def test_everybody_may_ask_who_they_are() -> None:
    rig = TokenRig()
    user = User("ann", ("system:masters", "system:authenticated"), "7", (("team", ("a", "b")),))
    credentials = Credentials(component=user)
    answer = rig.handler.serve(Request("create", SELFSUBJECTREVIEWS, "kubectl", credentials, body={"metadata": {"name": "x"}}))
    info = {"username": "ann", "uid": "7", "groups": ["system:masters", "system:authenticated"], "extra": {"team": ["a", "b"]}}
    assert (answer.code, answer.value) == (
        201,
        {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "SelfSubjectReview",
            "metadata": {"creationTimestamp": "2026-01-01T00:00:00Z"},
            "status": {"userInfo": info},
        },
    )
