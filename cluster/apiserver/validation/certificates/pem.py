"""Certificates in PEM, as ``status.certificate`` may hold them.

Upstream: ``pkg/apis/certificates/validation/validation.go`` (``validateCertificate``).
"""

from __future__ import annotations

import re

from cryptography import x509

_BLOCK = re.compile(rb"-----BEGIN ([^\n]*?)-----\s*\n(.*?)-----END \1-----", re.S)


def certificate_fault(data: bytes) -> str:
    """Return what is wrong with a chain of certificates, empty when nothing is; none at all is right."""
    if not data:
        return ""
    blocks = list(_BLOCK.finditer(data))
    for block in blocks:
        if block[1] != b"CERTIFICATE":
            return f'only CERTIFICATE PEM blocks are allowed, found "{block[1].decode("ascii", "replace")}"'
        if b":" in block[2]:
            return "no PEM block headers are permitted"
        try:
            x509.load_pem_x509_certificate(block[0])
        except ValueError:
            return "x509: malformed certificate"
    return "" if blocks else "must contain at least one CERTIFICATE PEM block"
