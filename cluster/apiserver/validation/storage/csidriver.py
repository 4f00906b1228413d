"""Rules for CSIDrivers. Upstream: ``pkg/apis/storage/validation/validation.go`` (``ValidateCSIDriver``)."""

from __future__ import annotations

from cluster.apiserver.validation.fields import IMMUTABLE, immutable, one_of
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, duplicate, invalid, required
from cluster.machinery.meta import Obj

_REQUIRED = (("attachRequired", "attachedRequired"), ("podInfoOnMount", "podInfoOnMount"), ("storageCapacity", "storageCapacity"))
"""Fields, and what their faults call them."""

_GROUP_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
_LIFECYCLE_MODES = ("Persistent", "Ephemeral")
_LEAST_SECONDS, _MOST_SECONDS, _LEAST_PERIOD = 600, 2**32, 10
_NO_TOKENS = "serviceAccountTokenInSecrets is set but no tokenRequests are specified"


def _validate_token_requests(requests: list[Obj], path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    audiences: set[str] = set()
    for index, request in enumerate(requests):
        here, audience, seconds = f"{path}[{index}]", request.get("audience", ""), request.get("expirationSeconds")
        if audience in audiences:
            faults.append(duplicate(f"{here}.audience", audience))
            continue
        audiences.add(audience)
        if seconds is not None and seconds < _LEAST_SECONDS:
            faults.append(invalid(f"{here}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes"))
        if seconds is not None and seconds > _MOST_SECONDS:
            faults.append(invalid(f"{here}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds"))
    return faults


def _validate_spec(spec: Obj, path: str) -> list[FieldError]:
    faults = [required(f"{path}.{name}") for field, name in _REQUIRED if field not in spec]
    if "fsGroupPolicy" in spec:
        faults += one_of(f"{path}.fsGroupPolicy", spec["fsGroupPolicy"], _GROUP_POLICIES)
    faults += _validate_token_requests(spec.get("tokenRequests") or [], f"{path}.tokenRequests")
    for mode in spec.get("volumeLifecycleModes") or ():
        faults += one_of(f"{path}.volumeLifecycleModes", mode, _LIFECYCLE_MODES)
    if "seLinuxMount" not in spec:
        faults.append(required(f"{path}.seLinuxMount"))
    period = spec.get("nodeAllocatableUpdatePeriodSeconds")
    if period is not None and period < _LEAST_PERIOD:
        faults.append(invalid(f"{path}.nodeAllocatableUpdatePeriodSeconds", period, "must be greater than or equal to 10 seconds"))
    if "serviceAccountTokenInSecrets" in spec and not spec.get("tokenRequests"):
        faults.append(invalid(f"{path}.serviceAccountTokenInSecrets", spec["serviceAccountTokenInSecrets"], _NO_TOKENS))
    return faults


def validate(driver: Obj) -> list[FieldError]:
    """Judge a CSIDriver to be created."""
    return validate_object_meta(driver["metadata"], namespaced=False) + _validate_spec(driver["spec"], "spec")


def validate_update(driver: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a CSIDriver: whether it attaches, and which volumes it serves, stays."""
    spec, before = driver["spec"], old["spec"]
    faults = validate_object_meta_update(driver["metadata"], old["metadata"]) + _validate_spec(spec, "spec")
    faults += immutable("spec.attachedRequired", spec.get("attachRequired"), before.get("attachRequired"))
    modes = spec.get("volumeLifecycleModes")
    return [*faults, invalid("spec.volumeLifecycleModes", modes, IMMUTABLE)] if modes != before.get("volumeLifecycleModes") else faults
