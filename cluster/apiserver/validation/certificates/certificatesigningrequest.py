"""Rules for CertificateSigningRequests.

What is wrong with an object already may stay wrong. Go names the fault of a request or certificate that is no ASN.1 byte by byte; here it
is named in general.

Upstream: ``pkg/apis/certificates/validation/validation.go``.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from cluster.apiserver.validation.certificates.pem import certificate_fault
from cluster.apiserver.validation.certificates.signer_name import validate_signer_name
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.certificate_request import EXTENDED_USAGES, KEY_USAGES, BadRequestData, parse_request
from cluster.machinery.errors import FieldError, duplicate, forbidden_field, invalid, not_supported, required
from cluster.machinery.meta import Obj

APPROVED, DENIED, FAILED = "Approved", "Denied", "Failed"
LEGACY_SIGNER = "kubernetes.io/legacy-unknown"
MIN_SECONDS = 600
_USAGES = frozenset(KEY_USAGES) | frozenset(EXTENDED_USAGES)
_CONDITIONS = "status.conditions"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Which faults are let pass, since the stored object has them."""

    both_decisions: bool = False
    legacy_signer: bool = False
    duplicate_conditions: bool = False
    empty_condition: bool = False
    any_certificate: bool = False
    unknown_usages: bool = False
    duplicate_usages: bool = False


def validate(csr: Obj) -> list[FieldError]:
    """Judge a new request."""
    return _validate(csr, Tolerance())


def validate_update(csr: Obj, old: Obj, *, sets_approval: bool = False, sets_certificate: bool = False) -> list[FieldError]:
    """Judge a change. ``sets_approval``: it may decide; ``sets_certificate``: it may hand out the certificate."""
    tolerance = _tolerance_of(csr, old)
    faults = _validate(csr, tolerance)
    for kind in (APPROVED, DENIED, FAILED):
        if len(conditions_of(csr, kind)) < len(conditions_of(old, kind)):
            faults.append(forbidden_field(_CONDITIONS, f'updates may not remove a condition of type "{kind}"'))
    if not sets_approval:
        for kind in (APPROVED, DENIED):
            before, after = conditions_of(old, kind), conditions_of(csr, kind)
            if len(after) > len(before):
                faults.append(forbidden_field(_CONDITIONS, f'updates may not add a condition of type "{kind}"'))
            elif len(after) == len(before) and after != before:
                faults.append(forbidden_field(_CONDITIONS, f'updates may not modify a condition of type "{kind}"'))
    if _certificate_of(csr) != _certificate_of(old):
        if not sets_certificate:
            faults.append(forbidden_field("status.certificate", "updates may not set certificate content"))
        elif _certificate_of(old):
            faults.append(forbidden_field("status.certificate", "updates may not modify existing certificate content"))
    return faults + validate_object_meta_update(csr["metadata"], old["metadata"])


def conditions_of(csr: Obj, kind: str) -> list[Obj]:
    """Return the conditions of a type."""
    return [condition for condition in _conditions(csr) if condition.get("type", "") == kind]


def _conditions(csr: Obj) -> list[Obj]:
    return (csr.get("status") or {}).get("conditions") or []


def _certificate_of(csr: Obj) -> str:
    return str((csr.get("status") or {}).get("certificate") or "")


def _validate(csr: Obj, tolerance: Tolerance) -> list[FieldError]:
    spec = csr.get("spec") or {}
    faults = validate_object_meta(csr["metadata"], namespaced=False, name_check=lambda name: [])
    complaint = _request_fault(csr)
    if complaint:
        faults.append(invalid("spec.request", spec.get("request") or None, complaint))
    faults += _validate_usages(spec.get("usages") or [], tolerance)
    signer = spec.get("signerName", "")
    if signer == LEGACY_SIGNER and not tolerance.legacy_signer:
        faults.append(invalid("spec.signerName", signer, "the legacy signerName is not allowed via this API version"))
    else:
        faults += validate_signer_name(signer, "spec.signerName")
    seconds = spec.get("expirationSeconds")
    if seconds is not None and seconds < MIN_SECONDS:
        faults.append(invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 600 seconds (10 minutes)"))
    faults += _validate_conditions(_conditions(csr), tolerance)
    complaint = "" if tolerance.any_certificate else _certificate_fault(csr)
    return [*faults, invalid("status.certificate", "<certificate data>", complaint)] if complaint else faults


def _validate_usages(usages: list[str], tolerance: Tolerance) -> list[FieldError]:
    faults = [] if usages else [required("spec.usages")]
    for index, usage in enumerate(usages):
        if usage not in _USAGES and not tolerance.unknown_usages:
            faults.append(not_supported(f"spec.usages[{index}]", usage, _USAGES))
    for index, usage in enumerate(usages):
        if usage in usages[:index] and not tolerance.duplicate_usages:
            faults.append(duplicate(f"spec.usages[{index}]", usage))
    return faults


def _validate_conditions(conditions: list[Obj], tolerance: Tolerance) -> list[FieldError]:
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        path, kind, status = f"{_CONDITIONS}[{index}]", condition.get("type", ""), condition.get("status", "")
        if not kind and not tolerance.empty_condition:
            faults.append(required(f"{path}.type"))
        allowed = ("True",) if kind in (APPROVED, DENIED, FAILED) else ("True", "False", "Unknown")
        if not status:
            faults.append(required(f"{path}.status"))
        elif status not in allowed:
            faults.append(not_supported(f"{path}.status", status, allowed))
        if kind in (APPROVED, DENIED) and {APPROVED: DENIED, DENIED: APPROVED}[kind] in seen and not tolerance.both_decisions:
            faults.append(invalid(_CONDITIONS, kind, "Approved and Denied conditions are mutually exclusive"))
        if kind in seen and not tolerance.duplicate_conditions:
            faults.append(duplicate(f"{path}.type", kind))
        seen.add(kind)
    return faults


def _request_fault(csr: Obj) -> str:
    try:
        request = parse_request(csr)
    except BadRequestData as error:
        return str(error)
    if request.is_signature_valid:
        return ""
    key = request.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "x509: ECDSA verification failure"
    return "x509: Ed25519 verification failure" if isinstance(key, ed25519.Ed25519PublicKey) else "crypto/rsa: verification error"


def _certificate_fault(csr: Obj) -> str:
    return certificate_fault(base64.b64decode(_certificate_of(csr)))


def _tolerance_of(csr: Obj, old: Obj) -> Tolerance:
    kinds = [condition.get("type", "") for condition in _conditions(old)]
    usages = (old.get("spec") or {}).get("usages") or []
    return Tolerance(
        both_decisions=APPROVED in kinds and DENIED in kinds,
        legacy_signer=(old.get("spec") or {}).get("signerName") == LEGACY_SIGNER,
        duplicate_conditions=len(set(kinds)) < len(kinds),
        empty_condition="" in kinds,
        any_certificate=_certificate_of(csr) == _certificate_of(old) or bool(_certificate_fault(old)),
        unknown_usages=not set(usages) <= _USAGES,
        duplicate_usages=len(set(usages)) < len(usages),
    )
