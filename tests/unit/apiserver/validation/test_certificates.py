"""Rules for CertificateSigningRequests, on creation and for each of the three writes."""

from __future__ import annotations

import base64

import pytest

from cluster.apiserver.validation.certificates.certificatesigningrequest import validate, validate_update
from cluster.apiserver.validation.certificates.signer_name import validate_signer_name
from cluster.apiserver.validation.names import dns_label, dns_subdomain
from cluster.machinery.meta import Obj
from tests.unit.apiserver.certificate_requests import condition, csr, request_of
from tests.unit.controller_manager.authority import AUTHORITY

USAGES = (
    '"any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment", "decipher only", '
    '"digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel", "ipsec user", "key agreement", '
    '"key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime", "server auth", "signing", "timestamping"'
)
GARBAGE = base64.b64encode(b"x").decode()
FORGED = base64.b64encode(base64.b64decode(request_of("bob"))[:-60] + base64.b64decode(request_of())[-60:]).decode()
CERTIFICATE = base64.b64encode(AUTHORITY.pem.encode()).decode()
OTHER_CERTIFICATE = base64.b64encode(AUTHORITY.pem.encode() + b"\n").decode()
KEY = base64.b64encode(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n").decode()
NO_PEM = "PEM block type must be CERTIFICATE REQUEST"

CREATED: dict[str, tuple[Obj, list[str]]] = {
    "a right one": (csr(), []),
    "any name will do": (csr("Ann's own_request"), []),
    "no request": (csr(request=None), [f"spec.request: Invalid value: null: {NO_PEM}"]),
    "an empty request": (csr(request=""), [f"spec.request: Invalid value: null: {NO_PEM}"]),
    "no PEM": (csr(request=GARBAGE), [f'spec.request: Invalid value: "{GARBAGE}": {NO_PEM}']),
    "no usages": (csr(usages=None), ["spec.usages: Required value"]),
    "an unknown usage and one twice": (
        csr(usages=["client auth", "x", "client auth"]),
        [
            f'spec.usages[1]: Unsupported value: "x": supported values: {USAGES}',
            'spec.usages[2]: Duplicate value: "client auth"',
        ],
    ),
    "the signer of old": (
        csr(signerName="kubernetes.io/legacy-unknown"),
        [
            'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
        ],
    ),
    "too short": (
        csr(expirationSeconds=599),
        ["spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)"],
    ),
}


@pytest.mark.parametrize(("obj", "faults"), CREATED.values(), ids=CREATED.keys())
def test_a_new_request_is_judged(obj: Obj, faults: list[str]) -> None:
    assert [str(fault) for fault in validate(obj)] == faults


def test_a_request_with_another_ones_signature_is_refused() -> None:
    (fault,) = validate(csr(request=FORGED))
    assert (fault.field, fault.reason) == ("spec.request", "FieldValueInvalid")


SIGNERS: dict[str, tuple[str, list[str]]] = {
    "a right one": ("example.com/my-signer", []),
    "a path of several labels": ("example.com/my.signer", []),
    "none": ("", ["f: Required value"]),
    "no slash": (
        "example.com",
        ["f: Invalid value: \"example.com\": must be a fully qualified domain and path of the form 'example.com/signer-name'"],
    ),
    "a domain of one label": (
        "example/signer",
        ['f: Invalid value: "example": should be a domain with at least two segments separated by dots'],
    ),
    "a faulty label in each half": (
        "Example.com/my_signer",
        [
            f'f: Invalid value: "Example.com": validating label "Example": {dns_label("Example")[0]}',
            f'f: Invalid value: "my_signer": validating label "my_signer": {dns_subdomain("my_signer")[0]}',
        ],
    ),
    "too long": (
        f"{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 10}/x",
        ["f: Too long: may not be more than 253 bytes"],
    ),
}


@pytest.mark.parametrize(("name", "faults"), SIGNERS.values(), ids=SIGNERS.keys())
def test_the_name_of_a_signer_is_judged(name: str, faults: list[str]) -> None:
    assert [str(fault) for fault in validate_signer_name(name, "f")] == faults


def stored(obj: Obj) -> Obj:
    return {**obj, "metadata": {**obj["metadata"], "resourceVersion": "1", "uid": "u"}}


APPROVED, DENIED = condition("Approved"), condition("Denied")
C = "status.conditions"
CHANGED: dict[str, tuple[Obj, Obj, str, list[str]]] = {
    "a decision by approval": (csr(), csr(conditions=(APPROVED,)), "approval", []),
    "a decision by status": (
        csr(),
        csr(conditions=(APPROVED,)),
        "status",
        [f'{C}: Forbidden: updates may not add a condition of type "Approved"'],
    ),
    "both decisions": (
        csr(conditions=(APPROVED,)),
        csr(conditions=(APPROVED, DENIED)),
        "approval",
        [f'{C}: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive'],
    ),
    "a decision taken back": (
        csr(conditions=(APPROVED,)),
        csr(),
        "approval",
        [f'{C}: Forbidden: updates may not remove a condition of type "Approved"'],
    ),
    "a decision that is not taken": (
        csr(),
        csr(conditions=(condition("Approved", "False"),)),
        "approval",
        [f'{C}[0].status: Unsupported value: "False": supported values: "True"'],
    ),
    "conditions without type and status, and one twice": (
        csr(),
        csr(conditions=({"type": ""}, condition("Mine", "Maybe"), condition("Mine"))),
        "approval",
        [
            f"{C}[0].type: Required value",
            f"{C}[0].status: Required value",
            f'{C}[1].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
            f'{C}[2].type: Duplicate value: "Mine"',
        ],
    ),
    "a certificate by status": (csr(), csr(certificate=CERTIFICATE), "status", []),
    "a certificate by approval": (
        csr(),
        csr(certificate=CERTIFICATE),
        "approval",
        ["status.certificate: Forbidden: updates may not set certificate content"],
    ),
    "another certificate": (
        csr(certificate=CERTIFICATE),
        csr(certificate=OTHER_CERTIFICATE),
        "status",
        ["status.certificate: Forbidden: updates may not modify existing certificate content"],
    ),
    "a key in place of a certificate": (
        csr(),
        csr(certificate=KEY),
        "status",
        [
            'status.certificate: Invalid value: "<certificate data>": only CERTIFICATE PEM blocks are allowed, found "PUBLIC KEY"',
        ],
    ),
    "no PEM in place of a certificate": (
        csr(),
        csr(certificate=GARBAGE),
        "status",
        ['status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block'],
    ),
    "what was wrong already": (
        csr(usages=["x", "x"], signerName="kubernetes.io/legacy-unknown", conditions=(APPROVED, DENIED), certificate=GARBAGE),
        csr(usages=["x", "x"], signerName="kubernetes.io/legacy-unknown", conditions=(APPROVED, DENIED), certificate=GARBAGE),
        "",
        [],
    ),
}


@pytest.mark.parametrize(("old", "new", "subresource", "faults"), CHANGED.values(), ids=CHANGED.keys())
def test_a_change_is_judged(old: Obj, new: Obj, subresource: str, faults: list[str]) -> None:
    found = validate_update(stored(new), stored(old), sets_approval=subresource == "approval", sets_certificate=subresource == "status")
    assert [str(fault) for fault in found] == faults
