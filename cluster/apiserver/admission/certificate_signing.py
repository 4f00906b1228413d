"""CertificateSigning: who hands out a certificate has to be allowed to, signer by signer.

Upstream: ``plugin/pkg/admission/certificates/signing/admission.go``.
"""

from __future__ import annotations

from cluster.apiserver.admission import UPDATE, Attributes, BasePlugin
from cluster.apiserver.admission.signers import may_act_for_signer
from cluster.apiserver.authorization.decision import Authorizer
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj


class CertificateSigning(BasePlugin):
    """Judges certificates and the conditions beside them."""

    name = "CertificateSigning"

    def __init__(self, authorizer: Authorizer) -> None:
        self._authorizer = authorizer

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Writes of ``status``."""
        return operation == UPDATE and kind is CERTIFICATESIGNINGREQUESTS and subresource == "status"

    def validate(self, attributes: Attributes) -> None:
        """Raise 403 for somebody who may not sign for the signer of the stored request, and changes its status."""
        old = attributes.old or {}
        if _signed(attributes.given) == _signed(old):
            return
        signer = (old.get("spec") or {}).get("signerName", "")
        if not may_act_for_signer(self._authorizer, attributes.user, "sign", signer):
            raise attributes.forbidden(f'user not permitted to sign requests with signerName "{signer}"')


def _signed(csr: Obj) -> tuple[str, list[Obj]]:
    status = csr.get("status") or {}
    return status.get("certificate") or "", status.get("conditions") or []
