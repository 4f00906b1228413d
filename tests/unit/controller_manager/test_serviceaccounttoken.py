"""Secrets that hold the token of a ServiceAccount: filled in, recognised, and gone with the account."""

from __future__ import annotations

import base64

import pytest

from cluster.apiserver.authentication.claims import legacy_claims
from cluster.apiserver.request import Credentials, Request
from cluster.controller_manager.keys import Keys
from cluster.controller_manager.serviceaccounttoken.controller import NAME, TYPE, UID
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.authentication import SELFSUBJECTREVIEWS
from cluster.machinery.kinds.core import SECRETS, SERVICEACCOUNTS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.authentication.keys import SIGNING_KEY
from tests.unit.controller_manager.authority import AUTHORITY
from tests.unit.controller_manager.cluster_rig import ControlledRig


def rig(account: str = "default", *, uid: str = "") -> ControlledRig:
    """Return a rig with a Secret ``s`` that asks for the token of an account."""
    controlled = ControlledRig(keys=Keys(AUTHORITY, SIGNING_KEY))
    annotations = {NAME: account, **({UID: uid} if uid else {})}
    controlled.admin.create(SECRETS, {"metadata": {"name": "s", "namespace": "default", "annotations": annotations}, "type": TYPE})
    controlled.run()
    return controlled


def token(controlled: ControlledRig) -> str:
    return base64.b64decode(controlled.admin.get(SECRETS, "s", "default")["data"]["token"]).decode()


def test_a_secret_is_filled_in() -> None:
    controlled = rig()
    account = controlled.admin.get(SERVICEACCOUNTS, "default", "default")
    secret = controlled.admin.get(SECRETS, "s", "default")
    signed = SIGNING_KEY.sign(legacy_claims(account, secret))
    decoded = {name: base64.b64decode(value).decode() for name, value in secret["data"].items()}
    assert (decoded, secret["metadata"]["annotations"]) == (
        {"ca.crt": AUTHORITY.pem, "namespace": "default", "token": signed},
        {NAME: "default", UID: account["metadata"]["uid"]},
    )


def test_its_token_is_recognised() -> None:
    controlled = rig()
    answer = controlled.handler.serve(Request("create", SELFSUBJECTREVIEWS, "kubectl", Credentials(token=token(controlled)), body={}))
    assert isinstance(answer.value, dict)
    assert answer.value["status"]["userInfo"]["username"] == "system:serviceaccount:default:default"


@pytest.mark.parametrize("kind", [SECRETS, SERVICEACCOUNTS], ids=["the Secret is deleted", "the account is deleted"])
def test_its_token_ends_with_what_it_hangs_on(kind: object) -> None:
    controlled = rig()
    kept = token(controlled)
    if kind is SECRETS:
        controlled.admin.delete(SECRETS, "s", "default")
    else:
        controlled.admin.delete(SERVICEACCOUNTS, "default", "default")
    with pytest.raises(ApiError, match="Unauthorized"):
        controlled.handler.serve(Request("create", SELFSUBJECTREVIEWS, "kubectl", Credentials(token=kept), body={}))


def secrets(controlled: ControlledRig) -> list[Obj]:
    return controlled.admin.list(SECRETS, "default")


GONE: dict[str, ControlledRig] = {
    "an account that is not there": rig("none"),
    "an account of that name that is gone": rig(uid="old"),
}


@pytest.mark.parametrize("controlled", GONE.values(), ids=GONE.keys())
def test_a_secret_without_its_account_is_deleted(controlled: ControlledRig) -> None:
    assert secrets(controlled) == []


def test_a_secret_goes_with_its_account() -> None:
    controlled = rig()
    controlled.admin.create(SERVICEACCOUNTS, {"metadata": {"name": "robot", "namespace": "default"}})
    meta = {"name": "r", "namespace": "default", "annotations": {NAME: "robot"}}
    controlled.admin.create(SECRETS, {"metadata": meta, "type": TYPE})
    controlled.run()
    controlled.admin.delete(SERVICEACCOUNTS, "robot", "default")
    controlled.run()
    assert [secret["metadata"]["name"] for secret in secrets(controlled)] == ["s"]
