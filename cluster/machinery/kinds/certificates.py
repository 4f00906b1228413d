"""Kinds of the group ``certificates.k8s.io``. Upstream: ``pkg/registry/certificates/rest/storage_certificates.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind, Subresource, status_of

_GROUP, _KIND = "certificates.k8s.io", "CertificateSigningRequest"

CERTIFICATESIGNINGREQUESTS = Kind(
    _GROUP,
    "v1",
    _KIND,
    "certificatesigningrequests",
    "certificatesigningrequest",
    False,
    "certificatesigningrequests",
    ("csr",),
    subresources=(Subresource("approval", ("get", "patch", "update"), _KIND, _GROUP, "v1"), status_of(_GROUP, "v1", _KIND)),
)

KINDS: tuple[Kind, ...] = (CERTIFICATESIGNINGREQUESTS,)
