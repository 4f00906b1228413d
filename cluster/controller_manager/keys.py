"""What the process is entrusted with: the authority that it signs certificates with, the key that it signs tokens with.

Upstream: ``--cluster-signing-cert-file``, ``--cluster-signing-key-file``, ``--root-ca-file`` and ``--service-account-private-key-file``; a
controller whose file is not given does not run.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.apiserver.authentication.keys import SigningKey
from cluster.controller_manager.certificates.authority import CertificateAuthority


@dataclass(frozen=True, slots=True)
class Keys:
    """None: not given."""

    authority: CertificateAuthority | None = None
    service_account: SigningKey | None = None
