"""A certificate authority for tests, good for ten years from the rig's beginning."""

from __future__ import annotations

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cluster.controller_manager.certificates.authority import CertificateAuthority


def _authority() -> CertificateAuthority:
    key = ec.derive_private_key(4711, ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubernetes")])
    begin = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    end = begin + datetime.timedelta(days=3650)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, end)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return CertificateAuthority(builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True), key)


AUTHORITY = _authority()
