"""Client certificates: the subject's common name is the user, its organizations are the groups.

That the cluster's CA has signed it was checked by TLS. Upstream: ``staging/src/k8s.io/apiserver/pkg/authentication/request/x509/x509.go``.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography import x509
from cryptography.x509.oid import NameOID, ObjectIdentifier

from cluster.apiserver.authentication.identity import CREDENTIAL_ID
from cluster.apiserver.request import User

UID = ObjectIdentifier("1.3.6.1.4.1.57683.2")
"""The attribute of a subject that holds the user's uid."""


@lru_cache(maxsize=256)
def owner_of(certificate: bytes) -> User | None:
    """Return whose certificate it is; None when its subject has no common name. ``certificate``: DER."""
    subject = x509.load_der_x509_certificate(certificate).subject
    names = _values(subject, NameOID.COMMON_NAME)
    if not names:
        return None
    credential = f"X509SHA256={hashlib.sha256(certificate).hexdigest()}"
    organizations = tuple(_values(subject, NameOID.ORGANIZATION_NAME))
    return User(names[0], organizations, "".join(_values(subject, UID)), ((CREDENTIAL_ID, (credential,)),))


def _values(subject: x509.Name, oid: ObjectIdentifier) -> list[str]:
    return [str(attribute.value) for attribute in subject.get_attributes_for_oid(oid)]
