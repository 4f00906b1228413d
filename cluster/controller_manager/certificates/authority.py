"""The certificate authority that the controllers sign with and tell of: ``--cluster-signing-cert-file`` and its key.

Moments are those of the cluster's clock. Upstream: ``pkg/controller/certificates/authority/authority.go``, ``policies.go``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cluster.machinery.certificate_request import EXTENDED_USAGES, KEY_USAGES
from cluster.machinery.meta import SECOND, SimTime

BACKDATE = 5 * 60
"""Seconds that a certificate is good for before it was signed, for clocks that are late."""
SHORT = 8 * 3600
"""A certificate for fewer seconds is not shortened by those."""


@dataclass(frozen=True, slots=True)
class CertificateAuthority:
    """A certificate and its key. ``pem``: the certificate as clients are told it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @staticmethod
    def from_pem(certificate: bytes, key: bytes) -> CertificateAuthority:
        """Read both. Raises ValueError when the key is no elliptic curve key."""
        private = serialization.load_pem_private_key(key, None)
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise ValueError("the certificate authority's key is no elliptic curve key")
        return CertificateAuthority(x509.load_pem_x509_certificate(certificate), private)

    @property
    def pem(self) -> str:
        """The certificate, in PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, request: x509.CertificateSigningRequest, usages: Iterable[str], serial: int, now: SimTime, seconds: int) -> str:
        """Return a certificate, in PEM, for what is requested, good for ``seconds``, but not for longer than the authority's own.

        Raises ValueError when that has expired."""
        moment, last = datetime.datetime.fromtimestamp(now // SECOND, datetime.UTC), self.certificate.not_valid_after_utc
        if moment >= last:
            raise ValueError(f"the signer has expired: NotAfter={last}")
        length = seconds if seconds < SHORT else seconds - BACKDATE
        begin, end = moment - datetime.timedelta(seconds=BACKDATE), min(moment + datetime.timedelta(seconds=length), last)
        builder = (
            x509.CertificateBuilder()
            .subject_name(request.subject)
            .issuer_name(self.certificate.subject)
            .public_key(request.public_key())
            .serial_number(serial)
            .not_valid_before(begin)
            .not_valid_after(end)
        )
        for extension, is_critical in _usage_extensions(usages):
            builder = builder.add_extension(extension, critical=is_critical)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        names = _alternative_names(request)
        if names is not None:
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self.key, hashes.SHA256(), ecdsa_deterministic=True).public_bytes(serialization.Encoding.PEM).decode()


def _usage_extensions(usages: Iterable[str]) -> list[tuple[x509.KeyUsage | x509.ExtendedKeyUsage, bool]]:
    wanted = sorted(usages)
    plain = {KEY_USAGES[usage] for usage in wanted if usage in KEY_USAGES}
    extended = list(dict.fromkeys(EXTENDED_USAGES[usage] for usage in wanted if usage in EXTENDED_USAGES))
    found: list[tuple[x509.KeyUsage | x509.ExtendedKeyUsage, bool]] = []
    if plain:
        agreed = plain if "key_agreement" in plain else plain - {"encipher_only", "decipher_only"}  # X.509 knows the two with it only
        found.append((x509.KeyUsage(**{name: name in agreed for name in KEY_USAGES.values()}), True))
    if extended:
        found.append((x509.ExtendedKeyUsage(extended), False))
    return found


def _alternative_names(request: x509.CertificateSigningRequest) -> x509.SubjectAlternativeName | None:
    try:
        return request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return None
