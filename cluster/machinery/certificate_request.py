"""What is inside a CertificateSigningRequest: a PKCS #10 request in PEM, and the names of usages.

Upstream: ``pkg/apis/certificates/helpers.go``, ``pkg/apis/certificates/types.go`` (``KeyUsage``).
"""

from __future__ import annotations

import base64
import binascii

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID

from cluster.machinery.meta import Obj

_BEGIN, _END = b"-----BEGIN CERTIFICATE REQUEST-----", b"-----END CERTIFICATE REQUEST-----"

KEY_USAGES = {
    "signing": "digital_signature",
    "digital signature": "digital_signature",
    "content commitment": "content_commitment",
    "key encipherment": "key_encipherment",
    "key agreement": "key_agreement",
    "data encipherment": "data_encipherment",
    "cert sign": "key_cert_sign",
    "crl sign": "crl_sign",
    "encipher only": "encipher_only",
    "decipher only": "decipher_only",
}
"""What a certificate's key may do, and what ``x509.KeyUsage`` calls it."""
EXTENDED_USAGES = {
    "any": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    "server auth": ExtendedKeyUsageOID.SERVER_AUTH,
    "client auth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "code signing": ExtendedKeyUsageOID.CODE_SIGNING,
    "email protection": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "s/mime": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "ipsec end system": x509.ObjectIdentifier("1.3.6.1.5.5.7.3.5"),
    "ipsec tunnel": x509.ObjectIdentifier("1.3.6.1.5.5.7.3.6"),
    "ipsec user": x509.ObjectIdentifier("1.3.6.1.5.5.7.3.7"),
    "timestamping": ExtendedKeyUsageOID.TIME_STAMPING,
    "ocsp signing": ExtendedKeyUsageOID.OCSP_SIGNING,
    "microsoft sgc": x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.3"),
    "netscape sgc": x509.ObjectIdentifier("2.16.840.1.113730.4.1"),
}
"""What a certificate is for, beside that."""


class BadRequestData(Exception):  # noqa: N818
    """What ``spec.request`` holds is no request; the text says why."""


def parse_request(csr: Obj) -> x509.CertificateSigningRequest:
    """Return the request in ``spec.request`` (PEM, in base64). Raises BadRequestData; its signature is not checked."""
    try:
        pem = base64.b64decode((csr.get("spec") or {}).get("request") or "")
    except binascii.Error:
        pem = b""
    if _BEGIN not in pem or _END not in pem:
        raise BadRequestData("PEM block type must be CERTIFICATE REQUEST")
    try:
        request = x509.load_pem_x509_csr(pem)
        request.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadRequestData(f"asn1: {str(error).lower()}") from error
    return request
