"""What the status of a CertificateSigningRequest says. Upstream: ``pkg/controller/certificates/certificate_controller_utils.go``."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.machinery.meta import Obj


def conditions(csr: Obj, kind: str) -> Iterator[Obj]:
    """Yield the conditions of a type."""
    return (each for each in (csr.get("status") or {}).get("conditions") or () if each.get("type") == kind)


def has_condition(csr: Obj, kind: str) -> bool:
    """Whether there is a condition of a type; they are True or not there."""
    return any(True for _ in conditions(csr, kind))
