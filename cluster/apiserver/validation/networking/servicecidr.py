"""Rules for ServiceCIDRs. Upstream: ``pkg/apis/networking/validation/validation.go`` (``ValidateServiceCIDR``)."""

from __future__ import annotations

from cluster.apiserver.validation.fields import IMMUTABLE, invalid_text, struct_text
from cluster.apiserver.validation.ip import canonical_cidr, parse_cidr
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, invalid, required
from cluster.machinery.meta import Obj

_CIDRS = "spec.cidrs"
_ONE_EACH = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"


def _cidrs(service_cidr: Obj) -> list[str]:
    return (service_cidr.get("spec") or {}).get("cidrs") or []


def _validate_cidrs(cidrs: list[str]) -> list[FieldError]:
    if not cidrs:
        return [required(_CIDRS, "at least one CIDR required")]
    if len(cidrs) > 2:
        return [invalid_text(_CIDRS, struct_text(("CIDRs", cidrs)), "may only hold up to 2 values")]
    faults = [fault for index, cidr in enumerate(cidrs) for fault in canonical_cidr(f"{_CIDRS}[{index}]", cidr)]
    families = [parsed[1].version for cidr in cidrs if (parsed := parse_cidr(cidr)) is not None]
    if len(families) == 2 and families[0] == families[1]:
        faults.append(invalid(_CIDRS, cidrs, _ONE_EACH))
    return faults


def validate(service_cidr: Obj) -> list[FieldError]:
    """Judge a ServiceCIDR to be created."""
    return validate_object_meta(service_cidr["metadata"], namespaced=False) + _validate_cidrs(_cidrs(service_cidr))


def validate_update(service_cidr: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a ServiceCIDR: a range may come to one that has a single one, and nothing else may change."""
    faults = validate_object_meta_update(service_cidr["metadata"], old["metadata"])
    now, before = _cidrs(service_cidr), _cidrs(old)
    if len(now) == len(before) or (len(before), len(now)) == (1, 2):
        pairs = enumerate(zip(now, before, strict=False))
        faults += [invalid(f"{_CIDRS}[{index}]", new, IMMUTABLE) for index, (new, one) in pairs if new != one]
        return faults + (_validate_cidrs(now) if len(now) != len(before) else [])
    return [*faults, invalid(_CIDRS, now, IMMUTABLE)]
