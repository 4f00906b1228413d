"""Defaults of TokenRequest. Upstream: ``pkg/apis/authentication/v1/defaults.go``."""

from __future__ import annotations

from cluster.machinery.meta import Obj

HOUR = 3600


def set_defaults(request: Obj) -> None:
    """Let a token be good for an hour."""
    request.setdefault("spec", {}).setdefault("expirationSeconds", HOUR)
