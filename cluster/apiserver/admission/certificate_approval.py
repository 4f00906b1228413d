"""CertificateApproval: who decides about a request has to be allowed to, signer by signer.

Upstream: ``plugin/pkg/admission/certificates/approval/admission.go``.
"""

from __future__ import annotations

from cluster.apiserver.admission import UPDATE, Attributes, BasePlugin
from cluster.apiserver.admission.signers import may_act_for_signer
from cluster.apiserver.authorization.decision import Authorizer
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.kinds.model import Kind


class CertificateApproval(BasePlugin):
    """Judges decisions."""

    name = "CertificateApproval"

    def __init__(self, authorizer: Authorizer) -> None:
        self._authorizer = authorizer

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Writes of ``approval``."""
        return operation == UPDATE and kind is CERTIFICATESIGNINGREQUESTS and subresource == "approval"

    def validate(self, attributes: Attributes) -> None:
        """Raise 403 for somebody who may not approve for the signer of the stored request."""
        signer = ((attributes.old or {}).get("spec") or {}).get("signerName", "")
        if not may_act_for_signer(self._authorizer, attributes.user, "approve", signer):
            raise attributes.forbidden(f'user not permitted to approve requests with signerName "{signer}"')
