"""Rules for ServiceAccounts. Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidateServiceAccount``)."""

from __future__ import annotations

from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError
from cluster.machinery.meta import Obj


def validate(account: Obj) -> list[FieldError]:
    """Judge a ServiceAccount to be created."""
    return validate_object_meta(account["metadata"], namespaced=True)


def validate_update(account: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a ServiceAccount."""
    return validate_object_meta_update(account["metadata"], old["metadata"]) + validate(account)
