"""Certificates and kubeconfig: made once, kept, private, and good for what they are for."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cluster.http import kubeconfig, pki


def test_what_is_there_stays(tmp_path: Path) -> None:
    first = pki.ensure(tmp_path)
    before = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    pki.ensure(tmp_path)
    assert {path.name: path.read_bytes() for path in first.folder.iterdir()} == before
    certificates = ["admin.crt", "admin.key", "apiserver.crt", "apiserver.key", "ca.crt", "ca.key"]
    assert sorted(before) == [*certificates, "sa.key", "sa.pub", "tokens.csv"]


def test_the_public_key_is_that_of_the_private_one(tmp_path: Path) -> None:
    made = pki.ensure(tmp_path)
    private = serialization.load_pem_private_key(made.service_account_key.read_bytes(), None)
    assert serialization.load_pem_public_key(made.service_account_public_key.read_bytes()) == private.public_key()


def test_nobody_else_can_read_the_credentials(tmp_path: Path) -> None:
    made = pki.ensure(tmp_path)
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.folder.iterdir()} == {0o600}


def test_the_authority_has_signed_both_certificates(tmp_path: Path) -> None:
    made = pki.ensure(tmp_path)
    authority, server, admin = (
        x509.load_pem_x509_certificate(path.read_bytes()) for path in (made.ca_certificate, made.server_certificate, made.admin_certificate)
    )
    server.verify_directly_issued_by(authority)
    admin.verify_directly_issued_by(authority)
    usages = [list(c.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) for c in (server, admin)]
    assert usages == [[ExtendedKeyUsageOID.SERVER_AUTH], [ExtendedKeyUsageOID.CLIENT_AUTH]]
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == ["127.0.0.1", "::1", "localhost"]
    subject = {a.oid: a.value for a in admin.subject}
    assert subject == {NameOID.ORGANIZATION_NAME: "kubeadm:cluster-admins", NameOID.COMMON_NAME: "kubernetes-admin"}


def test_the_kubeconfig_has_a_context_for_the_token_and_one_for_the_certificate(tmp_path: Path) -> None:
    made = pki.ensure(tmp_path)
    document = kubeconfig.kubeconfig("demo", "https://127.0.0.1:6443", made)
    encoded = {name: base64.b64encode((made.folder / name).read_bytes()).decode() for name in ("ca.crt", "admin.crt", "admin.key")}
    assert document == {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": "demo", "cluster": {"server": "https://127.0.0.1:6443/clusters/demo", "certificate-authority-data": encoded["ca.crt"]}}
        ],
        "users": [
            {"name": "kubernetes-admin", "user": {"token": made.admin_token()}},
            {
                "name": "kubernetes-admin-certificate",
                "user": {"client-certificate-data": encoded["admin.crt"], "client-key-data": encoded["admin.key"]},
            },
        ],
        "contexts": [
            {"name": "demo", "context": {"cluster": "demo", "user": "kubernetes-admin"}},
            {"name": "demo-certificate", "context": {"cluster": "demo", "user": "kubernetes-admin-certificate"}},
        ],
        "current-context": "demo",
    }


def test_a_kubeconfig_is_private(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    kubeconfig.write(path, {"kind": "Config"})
    assert (stat.S_IMODE(path.stat().st_mode), path.read_text()) == (0o600, "kind: Config\n")
