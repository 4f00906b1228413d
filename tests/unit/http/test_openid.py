"""What others check a ServiceAccount's token with."""

from __future__ import annotations

from cluster.http import openid
from tests.unit.apiserver.authentication.keys import SIGNING_KEY
from tests.unit.apiserver.rig import Rig
from tests.unit.http.door import Door


def test_the_issuer_says_where_its_keys_are() -> None:
    reply = Door().ask("GET", "/clusters/demo/.well-known/openid-configuration", headers={"host": "127.0.0.1:6443"})
    assert (reply.code, reply.headers["content-type"], reply.obj) == (
        200,
        "application/json",
        {
            "issuer": "https://kubernetes.default.svc.cluster.local",
            "jwks_uri": "https://127.0.0.1:6443/clusters/demo/openid/v1/jwks",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        },
    )


def test_the_keys_are_those_that_tokens_are_signed_with() -> None:
    reply = Door().ask("GET", "/clusters/demo/openid/v1/jwks")
    key = reply.obj["keys"][0]
    assert (reply.headers["content-type"], reply.obj, key["kid"], key["alg"]) == (
        "application/jwk-set+json",
        SIGNING_KEY.key_set(),
        SIGNING_KEY.key_id,
        "RS256",
    )


def test_who_may_not_is_not_told() -> None:
    assert Door().ask("GET", "/clusters/demo/openid/v1/jwks", headers={"authorization": ""}).code == 403


def test_a_server_that_issues_no_tokens_has_no_keys() -> None:
    door = Door(Rig(signing_key=None))
    assert [door.ask("GET", f"/clusters/demo{path}").code for path in openid.PATHS] == [404, 404]
