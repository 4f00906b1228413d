"""What volumes and claims have in common: who may mount them, and how much they hold.

Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidatePersistentVolumeSpec``, ``ValidatePersistentVolumeClaimSpec``).
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.validation.fields import one_of
from cluster.machinery.errors import FieldError, forbidden_field, invalid, quote, required
from cluster.machinery.quantity import parse_quantity

ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")


def validate_access_modes(modes: list[str], path: str, needed: str = "") -> list[FieldError]:
    """Judge ``accessModes`` of a spec; ReadWriteOncePod stands alone. ``needed``: what is said when there are none."""
    here = f"{path}.accessModes"
    faults = [] if modes else [required(here, needed)]
    for mode in modes:
        faults += one_of(here, mode, ACCESS_MODES)
    known = {mode for mode in modes if mode in ACCESS_MODES}
    if "ReadWriteOncePod" in known and len(known) > 1:
        faults.append(forbidden_field(here, "may not use ReadWriteOncePod with other access modes"))
    return faults


def validate_positive(amount: str, path: str) -> list[FieldError]:
    """Complain about an amount of nothing or less."""
    return [] if parse_quantity(amount).sign > 0 else [invalid(path, amount, "must be greater than zero")]


def fractional_bytes(amounts: Mapping[str, str] | None, path: str) -> list[str]:
    """Warn of a part of a byte in ``storage``."""
    amount = (amounts or {}).get("storage")
    if amount is None or parse_quantity(amount).milli_value % 1000 == 0:
        return []
    return [f"{path}[storage]: fractional byte value {quote(amount)} is invalid, must be an integer"]
