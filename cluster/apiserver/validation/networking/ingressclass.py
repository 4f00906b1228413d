"""Rules for IngressClasses. Upstream: ``pkg/apis/networking/validation/validation.go`` (``ValidateIngressClass``)."""

from __future__ import annotations

import re

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, immutable, one_of
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.networking.ingress import validate_typed_reference
from cluster.machinery.errors import FieldError, forbidden_field, invalid, required, too_long
from cluster.machinery.meta import Obj

_CONTROLLER_LENGTH = 250
_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"
_SHAPE = re.compile(_PATH, re.ASCII)


def _validate_controller(controller: str, path: str) -> list[FieldError]:
    faults = [too_long(path, _CONTROLLER_LENGTH)] if len(controller.encode()) > _CONTROLLER_LENGTH else []
    if not controller:
        return [*faults, required(path)]
    host, _, rest = controller.partition("/")
    if not host or not rest:
        return [*faults, invalid(path, controller, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    faults += each_invalid(path, host, names.dns_subdomain(host))
    if not _SHAPE.fullmatch(rest):
        faults.append(invalid(path, rest, f"Invalid path (regex used for validation is '{_PATH}')"))
    return faults


def _validate_parameters(parameters: Obj, path: str) -> list[FieldError]:
    faults = validate_typed_reference(parameters, path)
    scope, namespace = parameters.get("scope"), parameters.get("namespace")
    if scope is None:
        return [*faults, required(f"{path}.scope")]
    if scope == "Namespace":
        if namespace is None:
            faults.append(required(f"{path}.namespace", "`parameters.scope` is set to 'Namespace'"))
        else:
            faults += each_invalid(f"{path}.namespace", namespace, names.dns_label(namespace))
    elif scope == "Cluster":
        if namespace is not None:
            faults.append(forbidden_field(f"{path}.namespace", "`parameters.scope` is set to 'Cluster'"))
    else:
        faults += one_of(f"{path}.scope", scope, ("Cluster", "Namespace"))
    return faults


def validate(ingress_class: Obj) -> list[FieldError]:
    """Judge an IngressClass to be created."""
    spec = ingress_class["spec"]
    faults = validate_object_meta(ingress_class["metadata"], namespaced=False)
    faults += _validate_controller(spec.get("controller", ""), "spec.controller")
    return faults if spec.get("parameters") is None else faults + _validate_parameters(spec["parameters"], "spec.parameters")


def validate_update(ingress_class: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of an IngressClass; its controller stays."""
    faults = validate_object_meta_update(ingress_class["metadata"], old["metadata"])
    faults += immutable("spec.controller", ingress_class["spec"].get("controller", ""), old["spec"].get("controller", ""))
    return faults + validate(ingress_class)
