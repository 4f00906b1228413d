"""The group ``certificates.k8s.io``. Upstream: ``pkg/registry/certificates/``."""

from __future__ import annotations

from cluster.apiserver.registry.certificates.certificatesigningrequest import CertificateSigningRequestStrategy
from cluster.apiserver.strategy import Strategy

STRATEGIES: tuple[Strategy, ...] = (CertificateSigningRequestStrategy(),)
