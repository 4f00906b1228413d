"""The cluster's certificate authority, the API server's certificate and token key, and the administrator's credentials.

``kubeadm init`` makes the same things in its ``certs`` and ``kubeconfig`` phases, under the same names. Clients
send no token over plain HTTP, so TLS is what makes a token reach the server at all.

Upstream: ``cmd/kubeadm/app/phases/certs/certs.go``; the token file is kube-apiserver's ``--token-auth-file``.
"""

from __future__ import annotations

import csv
import datetime
import fcntl
import ipaddress
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ADMIN = "kubernetes-admin"
ADMIN_GROUP = "kubeadm:cluster-admins"
_YEARS = 10


@dataclass(frozen=True, slots=True)
class Pki:
    """The files of one data folder."""

    folder: Path

    @property
    def ca_certificate(self) -> Path:
        return self.folder / "ca.crt"

    @property
    def ca_key(self) -> Path:
        return self.folder / "ca.key"

    @property
    def server_certificate(self) -> Path:
        return self.folder / "apiserver.crt"

    @property
    def server_key(self) -> Path:
        return self.folder / "apiserver.key"

    @property
    def admin_certificate(self) -> Path:
        return self.folder / "admin.crt"

    @property
    def admin_key(self) -> Path:
        return self.folder / "admin.key"

    @property
    def service_account_key(self) -> Path:
        return self.folder / "sa.key"

    @property
    def service_account_public_key(self) -> Path:
        return self.folder / "sa.pub"

    @property
    def tokens(self) -> Path:
        return self.folder / "tokens.csv"

    def admin_token(self) -> str:
        """The administrator's bearer token."""
        with self.tokens.open(newline="") as file:
            return next(row[0] for row in csv.reader(file) if row[1] == ADMIN)


def ensure(data: Path, hosts: tuple[str, ...] = ("127.0.0.1", "::1", "localhost")) -> Pki:
    """Make what is missing below ``data/pki`` and return it; what is there stays, whichever process made it. Raises OSError."""
    pki = Pki(data / "pki")
    pki.folder.mkdir(parents=True, exist_ok=True)
    folder = os.open(pki.folder, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        _make_missing(pki, hosts)
    finally:
        os.close(folder)
    return pki


def _make_missing(pki: Pki, hosts: tuple[str, ...]) -> None:
    if not pki.ca_certificate.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        _write_key(pki.ca_key, key)
        _write(pki.ca_certificate, _authority(key).public_bytes(serialization.Encoding.PEM))
    authority = x509.load_pem_x509_certificate(pki.ca_certificate.read_bytes())
    signer = serialization.load_pem_private_key(pki.ca_key.read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise OSError(f"{pki.ca_key} is not an elliptic curve key: remove {pki.folder} to have new credentials made")
    if not pki.server_certificate.exists():
        names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
        _issue(pki.server_certificate, pki.server_key, "kube-apiserver", "", authority, signer, ExtendedKeyUsageOID.SERVER_AUTH, names)
    if not pki.admin_certificate.exists():
        _issue(pki.admin_certificate, pki.admin_key, ADMIN, ADMIN_GROUP, authority, signer, ExtendedKeyUsageOID.CLIENT_AUTH, None)
    if not pki.service_account_public_key.exists():
        _make_service_account_key(pki)
    if not pki.tokens.exists():
        _write(pki.tokens, f'{secrets.token_hex(16)},{ADMIN},{ADMIN},"{ADMIN_GROUP}"\n'.encode())


def _make_service_account_key(pki: Pki) -> None:
    key = rsa.generate_private_key(65537, 2048)
    _write_key(pki.service_account_key, key)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    _write(pki.service_account_public_key, public)


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _name("kubernetes", "")
    usage = x509.KeyUsage(True, False, True, False, False, True, False, False, False)
    return (
        _builder(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _issue(
    certificate: Path,
    key_file: Path,
    common_name: str,
    organization: str,
    authority: x509.Certificate,
    signer: ec.EllipticCurvePrivateKey,
    usage: x509.ObjectIdentifier,
    names: x509.SubjectAlternativeName | None,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(_name(common_name, organization), authority.subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(True, False, True, False, False, False, False, False, False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if names is not None:
        builder = builder.add_extension(names, critical=False)
    _write_key(key_file, key)
    _write(certificate, builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=365 * _YEARS))
    )


def _name(common_name: str, organization: str) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organization:
        attributes.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(attributes)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write(path, pem)


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    temporary = path.with_suffix(path.suffix + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    temporary.replace(path)
