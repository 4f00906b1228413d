"""Columns of CertificateSigningRequests. Upstream: ``pkg/printers/internalversion/printers.go``."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, NONE, Cell, Column, Printer, age, human_duration, joined
from cluster.machinery.meta import Obj, SimTime


def _condition(csr: Obj) -> str:
    status = csr.get("status") or {}
    kinds = {condition.get("type") for condition in status.get("conditions") or ()}
    words = ["Denied" if "Denied" in kinds else "Approved" if "Approved" in kinds else "Pending"]
    if "Failed" in kinds:
        words.append("Failed")
    if status.get("certificate"):
        words.append("Issued")
    return joined(words)


def cells(csr: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a request."""
    spec = csr.get("spec") or {}
    seconds = spec.get("expirationSeconds")
    duration = NONE if seconds is None else human_duration(seconds)
    signer = spec.get("signerName") or NONE
    return [csr["metadata"].get("name", ""), age(csr, now), signer, spec.get("username", ""), duration, _condition(csr)]


PRINTER = Printer(
    (
        NAME,
        AGE,
        Column("SignerName", "Who is asked to sign."),
        Column("Requestor", "The user who made the request."),
        Column("RequestedDuration", "For how long the certificate is to be good."),
        Column("Condition", "Whether it was approved or denied, and what became of it."),
    ),
    cells,
)
