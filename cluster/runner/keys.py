"""The keys of a data folder, as the API server and the controller manager are given them.

kubeadm hands the same files to both as flags. Upstream: ``cmd/kubeadm/app/phases/controlplane/manifests.go``.
"""

from __future__ import annotations

from pathlib import Path

from cluster.apiserver.authentication.keys import SigningKey
from cluster.controller_manager.certificates.authority import CertificateAuthority
from cluster.controller_manager.keys import Keys

FOLDER = Path("pki")
"""Below the data folder; the servers make it."""


def read_keys(folder: Path) -> Keys:
    """Read ``ca.crt``, ``ca.key`` and ``sa.key``; what is not there is not given. Raises ValueError for a key of another sort."""
    certificate, key, service_account = folder / "ca.crt", folder / "ca.key", folder / "sa.key"
    has_authority = certificate.exists() and key.exists()
    return Keys(
        CertificateAuthority.from_pem(certificate.read_bytes(), key.read_bytes()) if has_authority else None,
        SigningKey.from_pem(service_account.read_bytes()) if service_account.exists() else None,
    )
