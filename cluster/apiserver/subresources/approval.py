"""``certificatesigningrequests/approval``: the decision about a request, apart from the certificate.

Upstream: ``pkg/registry/certificates/certificates/storage/storage.go`` (``ApprovalREST``).
"""

from __future__ import annotations

from cluster.apiserver.registry.certificates.certificatesigningrequest import ApprovalStrategy
from cluster.apiserver.registry.store import GenericStore
from cluster.apiserver.rest import Installation
from cluster.apiserver.rest.status import StatusRest
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS


class ApprovalRest(StatusRest):
    """Reads the whole object, writes its conditions."""

    def __init__(self, installation: Installation) -> None:
        requests = installation.registry(CERTIFICATESIGNINGREQUESTS)
        super().__init__(GenericStore(ApprovalStrategy(), requests.store, installation.reader, installation.clock, installation.rng))
