"""Builders for CertificateSigningRequests."""

from __future__ import annotations

import base64
import functools

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cluster.machinery.meta import Obj


@functools.cache
def request_of(name: str = "ann", *groups: str, dns: tuple[str, ...] = ()) -> str:
    """Return a signed request for a subject, as ``spec.request`` has it."""
    key = ec.derive_private_key(4712, ec.SECP256R1())
    organizations = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
    builder = x509.CertificateSigningRequestBuilder(x509.Name([*organizations, x509.NameAttribute(NameOID.COMMON_NAME, name)]))
    if dns:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in dns]), critical=False)
    return base64.b64encode(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)).decode()


def csr(name: str = "ann", *, conditions: tuple[Obj, ...] = (), certificate: str = "", **spec: object) -> Obj:
    """Return a right request for a client certificate; ``spec`` replaces fields, None leaves one out."""
    fields = {
        "request": request_of(),
        "signerName": "kubernetes.io/kube-apiserver-client",
        "usages": ["client auth", "digital signature"],
        **spec,
    }
    obj: Obj = {
        "apiVersion": "certificates.k8s.io/v1",
        "kind": "CertificateSigningRequest",
        "metadata": {"name": name},
        "spec": {field: value for field, value in fields.items() if value is not None},
        "status": {},
    }
    if conditions:
        obj["status"]["conditions"] = list(conditions)
    if certificate:
        obj["status"]["certificate"] = certificate
    return obj


def condition(kind: str, status: str = "True", **rest: str) -> Obj:
    """Return a condition."""
    return {"type": kind, "status": status, **rest}
