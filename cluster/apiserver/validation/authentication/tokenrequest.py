"""Rules for TokenRequests. Upstream: ``pkg/apis/authentication/validation/validation.go``."""

from __future__ import annotations

from cluster.machinery.errors import FieldError, invalid
from cluster.machinery.meta import Obj

MIN_SECONDS = 10 * 60
MAX_SECONDS = 1 << 32


def validate(request: Obj) -> list[FieldError]:
    """Judge for how long a token is to be good."""
    seconds = request["spec"]["expirationSeconds"]
    if seconds < MIN_SECONDS:
        return [invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")]
    if seconds > MAX_SECONDS:
        return [invalid("spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")]
    return []
