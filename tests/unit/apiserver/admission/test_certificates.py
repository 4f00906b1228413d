"""Who may decide about certificates, who may sign them, and which subject nobody gets."""

from __future__ import annotations

import base64

import pytest

from cluster.apiserver.request import User
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.kinds.rbac import CLUSTERROLEBINDINGS, CLUSTERROLES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.certificate_requests import condition, csr, request_of
from tests.unit.apiserver.rig import Rig
from tests.unit.controller_manager.authority import AUTHORITY

ANN = User("ann", ("system:authenticated",))
CERTIFICATE = base64.b64encode(AUTHORITY.pem.encode()).decode()


def rig(verb: str, *signers: str) -> Rig:
    """Return a rig where ann may write every half of requests, and has ``verb`` for some signers."""
    made = Rig()
    rules: list[Obj] = [
        {
            "apiGroups": ["certificates.k8s.io"],
            "resources": [f"certificatesigningrequests{half}" for half in ("", "/approval", "/status")],
            "verbs": ["*"],
        },
        {"apiGroups": ["certificates.k8s.io"], "resources": ["signers"], "verbs": [verb], "resourceNames": list(signers)},
    ]
    made.admin.create(CLUSTERROLES, {"metadata": {"name": "r"}, "rules": rules})
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "r"}
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "ann"}
    made.admin.create(CLUSTERROLEBINDINGS, {"metadata": {"name": "b"}, "roleRef": reference, "subjects": [subject]})
    made.client("kubectl", ANN).create(CERTIFICATESIGNINGREQUESTS, csr("x", signerName="example.com/a"))
    return made


def refusal(made: Rig, subresource: str, status: Obj) -> str:
    """Write a status as ann; return the refusal's message, empty when it passes."""
    client = made.client("kubectl", ANN)
    current = client.get(CERTIFICATESIGNINGREQUESTS, "x")
    try:
        client.update(CERTIFICATESIGNINGREQUESTS, {**current, "status": status}, subresource=subresource)
    except ApiError as error:
        return error.message
    return ""


F = 'certificatesigningrequests.certificates.k8s.io "x" is forbidden: user not permitted to {} requests with signerName "example.com/a"'
APPROVED: Obj = {"conditions": [condition("Approved")]}
CASES: dict[str, tuple[Rig, str, Obj, str]] = {
    "approve by name": (rig("approve", "example.com/a"), "approval", APPROVED, ""),
    "approve by domain": (rig("approve", "example.com/*"), "approval", APPROVED, ""),
    "approve for another signer": (rig("approve", "example.com/b"), "approval", APPROVED, F.format("approve")),
    "approve with the right to sign": (rig("sign", "example.com/a"), "approval", APPROVED, F.format("approve")),
    "sign": (rig("sign", "example.com/a"), "status", {"certificate": CERTIFICATE}, ""),
    "sign for another signer": (rig("sign", "example.org/*"), "status", {"certificate": CERTIFICATE}, F.format("sign")),
    "say that it failed": (rig("approve", "example.com/a"), "status", {"conditions": [condition("Failed")]}, F.format("sign")),
    "write the same status": (rig("approve", "example.com/a"), "status", {}, ""),
}


@pytest.mark.parametrize(("made", "subresource", "status", "message"), CASES.values(), ids=CASES.keys())
def test_the_right_is_given_signer_by_signer(made: Rig, subresource: str, status: Obj, message: str) -> None:
    assert refusal(made, subresource, status) == message


SIGNER = "kubernetes.io/kube-apiserver-client"
MASTERS = request_of("eve", "system:masters")
SUBJECTS: dict[str, tuple[Obj, str]] = {
    "any other group": (csr("y", request=request_of("eve", "dev")), ""),
    "the administrators' group by another signer": (csr("y", request=MASTERS, signerName="example.com/a"), ""),
    "the administrators' group": (
        csr("y", request=MASTERS),
        f'certificatesigningrequests.certificates.k8s.io "y" is forbidden: use of {SIGNER} signer with system:masters group is not allowed',
    ),
}


@pytest.mark.parametrize(("obj", "message"), SUBJECTS.values(), ids=SUBJECTS.keys())
def test_nobody_becomes_an_administrator_by_certificate(obj: Obj, message: str) -> None:
    found = ""
    try:
        Rig().admin.create(CERTIFICATESIGNINGREQUESTS, obj)
    except ApiError as error:
        found = error.message
    assert found == message
