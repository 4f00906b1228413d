"""Bootstrap tokens: they sign what the cluster says of itself, and end in time."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cluster.kubeadm.tokens import token_secret
from cluster.machinery.bootstrap_token import BootstrapToken, detached_signature
from cluster.machinery.kinds.core import CONFIGMAPS, SECRETS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import START
from tests.unit.controller_manager.cluster_rig import ControlledRig

FIRST, SECOND_TOKEN = BootstrapToken("abcdef", "0123456789abcdef"), BootstrapToken("bcdefg", "0123456789abcdef")
INFO: Obj = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "cluster-info", "namespace": "kube-public"},
    "data": {"kubeconfig": "apiVersion: v1\n"},
}


def rig_with(*secrets: Obj) -> ControlledRig:
    rig = ControlledRig("kube-system", "kube-public")
    rig.admin.create(CONFIGMAPS, INFO)
    for secret in secrets:
        rig.admin.create(SECRETS, secret)
    rig.run()
    return rig


def signatures(rig: ControlledRig) -> list[str]:
    return sorted(key for key in rig.admin.get(CONFIGMAPS, "cluster-info", "kube-public")["data"] if key != "kubeconfig")


def data(**values: str) -> dict[str, str]:
    return {key.replace("_", "-"): base64.b64encode(value.encode()).decode() for key, value in values.items()}


def secret_of(token: BootstrapToken, **values: str) -> Obj:
    made = token_secret(token, START)
    return made | {"data": made["data"] | data(**values)}


def test_a_signature_is_a_detached_jws() -> None:
    header, content, signature = detached_signature("text", FIRST).split(".")
    padded = base64.urlsafe_b64decode(header + "=" * (-len(header) % 4))
    signed = f"{header}.{base64.urlsafe_b64encode(b'text').rstrip(b'=').decode()}".encode()
    expected = hmac.new(b"0123456789abcdef" + bytes(16), signed, hashlib.sha256).digest()
    assert (padded, content, signature) == (
        b'{"alg":"HS256","kid":"abcdef"}',
        "",
        base64.urlsafe_b64encode(expected).rstrip(b"=").decode(),
    )


def test_the_cluster_is_signed_for_with_each_token_that_is_meant_for_it() -> None:
    rig = rig_with(
        secret_of(FIRST),
        secret_of(SECOND_TOKEN, usage_bootstrap_signing="no"),
        secret_of(BootstrapToken("cdefgh", "0123456789abcdef"), expiration="2020-01-01T00:00:00Z"),
    )
    assert signatures(rig) == ["jws-kubeconfig-abcdef"]


def test_signatures_follow_their_tokens_and_what_is_signed() -> None:
    rig = rig_with(secret_of(FIRST), secret_of(SECOND_TOKEN))
    both = signatures(rig)
    rig.admin.delete(SECRETS, "bootstrap-token-abcdef", "kube-system")
    rig.run(1)
    one = signatures(rig)
    rig.admin.patch(CONFIGMAPS, "cluster-info", "kube-public", {"data": {"kubeconfig": "kind: Config\n", "jws-kubeconfig-zzzzzz": "x"}})
    rig.run(1)
    kept = rig.admin.get(CONFIGMAPS, "cluster-info", "kube-public")["data"]
    assert (both, one, kept) == (
        ["jws-kubeconfig-abcdef", "jws-kubeconfig-bcdefg"],
        ["jws-kubeconfig-bcdefg"],
        {"kubeconfig": "kind: Config\n", "jws-kubeconfig-bcdefg": detached_signature("kind: Config\n", SECOND_TOKEN)},
    )


def test_a_token_is_deleted_when_it_expires_and_its_signature_with_it() -> None:
    rig = rig_with(secret_of(FIRST), secret_of(SECOND_TOKEN, expiration=""))
    names = [[secret["metadata"]["name"] for secret in rig.admin.list(SECRETS)]]
    for seconds in (24 * 3600 - 2, 2):
        rig.run(seconds)
        names.append([secret["metadata"]["name"] for secret in rig.admin.list(SECRETS)])
    assert (names, signatures(rig)) == (
        [["bootstrap-token-abcdef", "bootstrap-token-bcdefg"]] * 2 + [["bootstrap-token-bcdefg"]],
        ["jws-kubeconfig-bcdefg"],
    )
