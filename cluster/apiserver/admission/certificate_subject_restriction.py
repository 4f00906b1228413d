"""CertificateSubjectRestriction: nobody becomes a member of ``system:masters`` by a certificate.

Upstream: ``plugin/pkg/admission/certificates/subjectrestriction/admission.go``.
"""

from __future__ import annotations

from cryptography.x509.oid import NameOID

from cluster.apiserver.admission import CREATE, Attributes, BasePlugin
from cluster.machinery.certificate_request import BadRequestData, parse_request
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.kinds.model import Kind

SIGNER = "kubernetes.io/kube-apiserver-client"
MASTERS = "system:masters"


class CertificateSubjectRestriction(BasePlugin):
    """Judges the subject of requests for client certificates."""

    name = "CertificateSubjectRestriction"

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """New requests."""
        return operation == CREATE and kind is CERTIFICATESIGNINGREQUESTS and not subresource

    def validate(self, attributes: Attributes) -> None:
        """Raise 403 for a request for the administrators' group."""
        if (attributes.given.get("spec") or {}).get("signerName") != SIGNER:
            return
        try:
            request = parse_request(attributes.given)
        except BadRequestData as error:
            raise attributes.forbidden(f"unable to parse csr: {error}") from error
        if any(group.value == MASTERS for group in request.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)):
            raise attributes.forbidden(f"use of {SIGNER} signer with {MASTERS} group is not allowed")
