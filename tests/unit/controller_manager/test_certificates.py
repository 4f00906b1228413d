"""Certificate requests: approved for kubelets, signed when approved, cleared away in time."""

from __future__ import annotations

import base64

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cluster.apiserver.request import User
from cluster.controller_manager.certificates.authority import CertificateAuthority
from cluster.controller_manager.certificates.cleaner import is_past
from cluster.controller_manager.certificates.kubelet_requests import api_client_fault, client_fault, serving_fault
from cluster.controller_manager.certificates.signing import duration
from cluster.controller_manager.keys import Keys
from cluster.machinery.certificate_request import parse_request
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.meta import SECOND, Obj, SimTime, after, timestamp
from tests.unit.apiserver.certificate_requests import condition, csr, request_of
from tests.unit.apiserver.rig import START
from tests.unit.controller_manager.authority import AUTHORITY
from tests.unit.controller_manager.cluster_rig import ControlledRig

NODE = User("system:node:n1", ("system:nodes", "system:authenticated"))
JOINING = User("system:bootstrap:abcdef", ("system:bootstrappers:kubeadm:default-node-token", "system:authenticated"))
ANN = User("ann", ("system:masters", "system:authenticated"))
KUBELET_CLIENT, SERVING = "kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving"
KUBELETS = request_of("system:node:n1", "system:nodes")


def asked(user: User, **spec: object) -> ControlledRig:
    """Return a rig in which ``user`` has asked for a certificate and the controllers have had their time."""
    rig = ControlledRig(keys=Keys(authority=AUTHORITY))
    rig.client("kubelet", user).create(CERTIFICATESIGNINGREQUESTS, csr("r", **spec))
    rig.run()
    return rig


def status(rig: ControlledRig) -> Obj:
    found: Obj = rig.admin.get(CERTIFICATESIGNINGREQUESTS, "r").get("status") or {}
    return found


def kinds_and_messages(rig: ControlledRig) -> list[tuple[str, str, str]]:
    return [(each["type"], each["reason"], each["message"]) for each in status(rig).get("conditions") or ()]


AUTO = "AutoApproved"
DECISIONS: dict[str, tuple[User, Obj, list[tuple[str, str, str]]]] = {
    "a node that joins": (
        JOINING,
        {"request": KUBELETS, "signerName": KUBELET_CLIENT},
        [("Approved", AUTO, "Auto approving kubelet client certificate after SubjectAccessReview.")],
    ),
    "a node that renews its certificate": (
        NODE,
        {"request": KUBELETS, "signerName": KUBELET_CLIENT},
        [("Approved", AUTO, "Auto approving self kubelet client certificate after SubjectAccessReview.")],
    ),
    "a node for another one": (NODE, {"request": request_of("system:node:n2", "system:nodes"), "signerName": KUBELET_CLIENT}, []),
    "a person as a person": (ANN, {}, []),
    "a node's serving certificate": (
        NODE,
        {
            "request": request_of("system:node:n1", "system:nodes", dns=("n1",)),
            "signerName": SERVING,
            "usages": ["digital signature", "server auth"],
        },
        [],
    ),
}


@pytest.mark.parametrize(("user", "spec", "conditions"), DECISIONS.values(), ids=DECISIONS.keys())
def test_only_kubelets_are_approved_without_a_person(user: User, spec: Obj, conditions: list[tuple[str, str, str]]) -> None:
    assert kinds_and_messages(asked(user, **spec)) == conditions


def approved(rig: ControlledRig) -> ControlledRig:
    """Let a person approve the request, and the signer act."""
    current = rig.admin.get(CERTIFICATESIGNINGREQUESTS, "r")
    current["status"] = {"conditions": [condition("Approved", reason="Mine", message="yes")]}
    rig.client("kubectl", ANN).update(CERTIFICATESIGNINGREQUESTS, current, subresource="approval")
    rig.run()
    return rig


def issued(rig: ControlledRig) -> x509.Certificate:
    return x509.load_pem_x509_certificate(base64.b64decode(status(rig)["certificate"]))


def test_an_approved_request_is_signed() -> None:
    certificate = issued(approved(asked(ANN, expirationSeconds=86400, usages=["client auth", "digital signature"])))
    certificate.verify_directly_issued_by(AUTHORITY.certificate)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    extended = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    begin, end = (
        SimTime(round(moment.timestamp()) * SECOND) for moment in (certificate.not_valid_before_utc, certificate.not_valid_after_utc)
    )
    assert (
        [name.value for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)],
        timestamp(begin),
        timestamp(end),
        usage.digital_signature and not usage.key_encipherment,
        list(extended),
    ) == (["ann"], "2025-12-31T23:55:00Z", "2026-01-01T23:55:00Z", True, [ExtendedKeyUsageOID.CLIENT_AUTH])


def test_a_node_that_joins_is_handed_its_certificate() -> None:
    certificate = issued(asked(JOINING, request=KUBELETS, signerName=KUBELET_CLIENT))
    assert certificate.subject == parse_request(csr(request=KUBELETS)).subject


def test_what_a_signer_does_not_sign_has_failed() -> None:
    rig = approved(asked(ANN, usages=["client auth", "server auth"]))
    failed = ("Failed", "SignerValidationFailure", "invalid usage for client certificate: server auth")
    assert kinds_and_messages(rig) == [("Approved", "Mine", "yes"), failed]


def test_a_strangers_signer_is_left_to_the_stranger() -> None:
    assert "certificate" not in status(approved(asked(ANN, signerName="example.com/a")))


SECONDS: dict[str, tuple[int | None, int]] = {
    "a year when nothing is said": (None, 31_536_000),
    "a year at most": (99_999_999, 31_536_000),
    "ten minutes at least": (1, 600),
    "as asked": (86_400, 86_400),
}


@pytest.mark.parametrize(("wanted", "seconds"), SECONDS.values(), ids=SECONDS.keys())
def test_a_certificate_is_good_for_a_time(wanted: int | None, seconds: int) -> None:
    assert duration(wanted) == seconds


ENDS: dict[str, tuple[int, str]] = {
    "a short one is good for all its time": (3600, "2026-01-01T01:00:00Z"),
    "a long one pays for its early beginning": (86_400, "2026-01-01T23:55:00Z"),
    "none outlives its authority": (99 * 365 * 86_400, "2035-12-30T00:00:00Z"),
}


@pytest.mark.parametrize(("seconds", "end"), ENDS.values(), ids=ENDS.keys())
def test_a_certificate_ends(seconds: int, end: str) -> None:
    pem = AUTHORITY.sign(parse_request(csr()), ["client auth"], 1, START, seconds)
    found = x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc
    assert timestamp(SimTime(round(found.timestamp()) * SECOND)) == end


def test_an_authority_that_has_ended_signs_no_more() -> None:
    authority = CertificateAuthority(AUTHORITY.certificate, AUTHORITY.key)
    with pytest.raises(ValueError, match="the signer has expired: NotAfter=2035-12-30"):
        authority.sign(parse_request(csr()), [], 1, after(START, 99 * 365 * 86_400), 3600)


CLIENT_USAGES, SERVING_USAGES = ["client auth", "digital signature"], ["key encipherment", "digital signature", "server auth"]
FAULTS: dict[str, tuple[str, str]] = {
    "a kubelet's client": (client_fault(parse_request(csr(request=KUBELETS)), CLIENT_USAGES), ""),
    "of another group": (
        client_fault(parse_request(csr(request=request_of("system:node:n1", "dev"))), CLIENT_USAGES),
        "subject organization is not system:nodes",
    ),
    "of another name": (
        client_fault(parse_request(csr(request=request_of("n1", "system:nodes"))), CLIENT_USAGES),
        "subject common name does not begin with system:node:",
    ),
    "a client with a DNS name": (
        client_fault(parse_request(csr(request=request_of("system:node:n1", "system:nodes", dns=("n1",)))), CLIENT_USAGES),
        "DNS subjectAltNames are not allowed",
    ),
    "a client for serving": (
        client_fault(parse_request(csr(request=KUBELETS)), SERVING_USAGES),
        "usages did not match [client auth digital signature]",
    ),
    "a kubelet's server": (
        serving_fault(parse_request(csr(request=request_of("system:node:n1", "system:nodes", dns=("n1",)))), SERVING_USAGES),
        "",
    ),
    "a server without a name": (
        serving_fault(parse_request(csr(request=KUBELETS)), SERVING_USAGES),
        "DNS or IP subjectAltName is required",
    ),
    "an API client": (api_client_fault(["key encipherment", "client auth"]), ""),
    "an API client that is none": (api_client_fault(["digital signature"]), "missing required usage for client certificate: client auth"),
}


@pytest.mark.parametrize(("found", "fault"), FAULTS.values(), ids=FAULTS.keys())
def test_signers_judge_what_they_sign(found: str, fault: str) -> None:
    assert found == fault


def aged(*conditions: Obj, certificate: bool = False, created: int = 0) -> Obj:
    obj = csr(conditions=conditions, certificate=base64.b64encode(AUTHORITY.pem.encode()).decode() if certificate else "")
    obj["metadata"]["creationTimestamp"] = timestamp(after(START, -created))
    return obj


def since(kind: str, seconds: int) -> Obj:
    return condition(kind, lastUpdateTime=timestamp(after(START, -seconds)))


PAST: dict[str, tuple[Obj, bool]] = {
    "undecided for a day": (aged(created=86_400), False),
    "undecided for longer": (aged(created=86_401), True),
    "denied for an hour": (aged(since("Denied", 3600)), False),
    "denied for longer": (aged(since("Denied", 3601)), True),
    "failed for longer": (aged(since("Approved", 1), since("Failed", 3601)), True),
    "issued for an hour": (aged(since("Approved", 3600), certificate=True), False),
    "issued for longer": (aged(since("Approved", 3601), certificate=True), True),
    "approved and not issued": (aged(since("Approved", 99_999)), False),
}


@pytest.mark.parametrize(("obj", "expected"), PAST.values(), ids=PAST.keys())
def test_a_request_has_its_time(obj: Obj, expected: bool) -> None:
    assert is_past(obj, START) is expected


def test_a_request_goes_with_its_certificate() -> None:
    assert is_past(aged(since("Approved", 0), certificate=True), after(START, 11 * 365 * 86_400))


def test_the_cleaner_deletes_what_is_past() -> None:
    rig = asked(ANN)
    rig.run(2 * 86_400)
    assert rig.admin.list(CERTIFICATESIGNINGREQUESTS) == []
