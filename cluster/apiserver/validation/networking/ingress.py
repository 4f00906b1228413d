"""Rules for Ingresses. Upstream: ``pkg/apis/networking/validation/validation.go`` (``ValidateIngressSpec``)."""

from __future__ import annotations

from collections.abc import Collection

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, one_of
from cluster.apiserver.validation.ip import parse_ip, valid_ip
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, invalid, required
from cluster.machinery.meta import Obj

CLASS = "kubernetes.io/ingress.class"
"""The annotation that named a class before there was a field for it."""
_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_PATH_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_PATH_ENDS = ("/..", "/.")


def _validate_host(host: str, path: str) -> list[FieldError]:
    return each_invalid(path, host, names.wildcard_subdomain(host) if "*" in host else names.dns_subdomain(host))


def validate_typed_reference(reference: Obj, path: str) -> list[FieldError]:
    """Judge what names an object by API group, kind and name."""
    faults: list[FieldError] = []
    if reference.get("apiGroup") is not None:
        faults += each_invalid(f"{path}.apiGroup", reference["apiGroup"], names.dns_subdomain(reference["apiGroup"]))
    for field in ("kind", "name"):
        value = reference.get(field, "")
        if value:
            faults += each_invalid(f"{path}.{field}", value, names.path_segment(value))
        else:
            faults.append(required(f"{path}.{field}", f"{field} is required"))
    return faults


def _validate_service(service: Obj, path: str) -> list[FieldError]:
    name, port = service.get("name", ""), service.get("port") or {}
    here = f"{path}.service"
    faults = each_invalid(f"{here}.name", name, names.dns_label(name)) if name else [required(f"{here}.name")]
    port_name, number = port.get("name", ""), port.get("number", 0)
    if port_name and number:
        faults.append(invalid(path, "", "cannot set both port name & port number"))
    elif port_name:
        faults += each_invalid(f"{here}.port.name", port_name, names.port_name(port_name))
    elif number:
        faults += each_invalid(f"{here}.port.number", number, names.port_number(number))
    else:
        faults.append(required(path, "port name or number is required"))
    return faults


def _validate_backend(backend: Obj, path: str) -> list[FieldError]:
    service, resource = backend.get("service"), backend.get("resource")
    if service is not None and resource is not None:
        return [invalid(path, "", "cannot set both resource and service backends")]
    if resource is not None:
        return validate_typed_reference(resource, f"{path}.resource")
    if service is not None:
        return _validate_service(service, path)
    return [invalid(path, "", "resource or service backend is required")]


def _validate_path(path: Obj, here: str) -> list[FieldError]:
    kind, text = path.get("pathType"), path.get("path", "")
    if not kind:
        return [required(f"{here}.pathType", "pathType must be specified")]
    faults: list[FieldError] = []
    if kind not in _PATH_TYPES:
        faults += one_of(f"{here}.pathType", kind, _PATH_TYPES)
    elif not text.startswith("/") and (text or kind != "ImplementationSpecific"):
        faults.append(invalid(f"{here}.path", text, "must be an absolute path"))
    if kind in ("Exact", "Prefix"):
        faults += [invalid(f"{here}.path", text, f"must not contain '{each}'") for each in _PATH_SEQUENCES if each in text]
        faults += [invalid(f"{here}.path", text, f"cannot end with '{each}'") for each in _PATH_ENDS if text.endswith(each)]
    return faults + _validate_backend(path.get("backend") or {}, f"{here}.backend")


def _validate_paths(rule: Obj, path: str) -> list[FieldError]:
    http = rule.get("http")
    if http is None:
        return []
    faults = [] if http.get("paths") else [required(f"{path}.http.paths")]
    for index, entry in enumerate(http.get("paths") or ()):
        faults += _validate_path(entry, f"{path}.http.paths[{index}]")
    return faults


def _validate_rules(rules: list[Obj], *, may_keep_wildcards: bool) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, rule in enumerate(rules):
        here, host = f"spec.rules[{index}]", rule.get("host", "")
        if host:
            if parse_ip(host) is not None:
                faults.append(invalid(f"{here}.host", host, "must be a DNS name, not an IP address"))
            faults += _validate_host(host, f"{here}.host")
        if "*" not in host or not may_keep_wildcards:
            faults += _validate_paths(rule, here)
    return faults


def _secret_name_complaints(tls: Obj) -> list[str]:
    name = tls.get("secretName", "")
    return names.dns_subdomain(name) if name else []


def _validate_tls(tls: list[Obj], *, may_keep_names: bool) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, entry in enumerate(tls):
        here = f"spec.tls[{index}]"
        for position, host in enumerate(entry.get("hosts") or ()):
            faults += _validate_host(host, f"{here}.hosts[{position}]")
        if not may_keep_names:
            faults += each_invalid(f"{here}.secretName", entry.get("secretName", ""), _secret_name_complaints(entry))
    return faults


def _validate_spec(ingress: Obj, old: Obj | None) -> list[FieldError]:
    """Judge the spec; of an Ingress that breaks rules for TLS secrets or wildcard hosts already, these stay as they are."""
    spec, before = ingress["spec"], old["spec"] if old is not None else {}
    rules, default = spec.get("rules") or [], spec.get("defaultBackend")
    faults: list[FieldError] = []
    if not rules and default is None:
        faults.append(invalid("spec", spec.get("rules"), "either `defaultBackend` or `rules` must be specified"))
    if default is not None:
        faults += _validate_backend(default, "spec.defaultBackend")
    had_odd_wildcards = any("*" in rule.get("host", "") and _validate_paths(rule, "") for rule in before.get("rules") or ())
    had_odd_names = any(_secret_name_complaints(tls) for tls in before.get("tls") or ())
    faults += _validate_rules(rules, may_keep_wildcards=had_odd_wildcards)
    faults += _validate_tls(spec.get("tls") or [], may_keep_names=had_odd_names)
    name = spec.get("ingressClassName")
    return faults if name is None else faults + each_invalid("spec.ingressClassName", name, names.dns_subdomain(name))


def validate(ingress: Obj) -> list[FieldError]:
    """Judge an Ingress to be created."""
    faults = validate_object_meta(ingress["metadata"], namespaced=True) + _validate_spec(ingress, None)
    named, name = (ingress["metadata"].get("annotations") or {}).get(CLASS), ingress["spec"].get("ingressClassName")
    if named is not None and name is not None and named != name:
        faults.append(invalid(f"annotations.{CLASS}", named, "must match `ingressClassName` when both are specified"))
    return faults


def validate_update(ingress: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of an Ingress."""
    faults = validate_object_meta_update(ingress["metadata"], old["metadata"])
    return faults + validate_object_meta(ingress["metadata"], namespaced=True) + _validate_spec(ingress, old)


def validate_status_update(ingress: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of an Ingress's status: where its load balancer is to be found."""
    faults = validate_object_meta_update(ingress["metadata"], old["metadata"])
    known: Collection[str] = {each.get("ip", "") for each in load_balancers(old)}
    for index, balancer in enumerate(load_balancers(ingress)):
        here, address, host = f"status.loadBalancer.ingress[{index}]", balancer.get("ip", ""), balancer.get("hostname", "")
        faults += valid_ip(f"{here}.ip", address, known) if address else []
        if host:
            faults += each_invalid(f"{here}.hostname", host, names.dns_subdomain(host))
            if parse_ip(host) is not None:
                faults.append(invalid(f"{here}.hostname", host, "must be a DNS name, not an IP address"))
    return faults


def load_balancers(ingress: Obj) -> list[Obj]:
    """Return where an Ingress is to be found, from its status."""
    return (ingress.get("status", {}).get("loadBalancer") or {}).get("ingress") or []


def warnings(ingress: Obj) -> list[str]:
    """Say that the annotation for the class is old, where it is the only one to name a class."""
    if CLASS not in (ingress["metadata"].get("annotations") or {}) or ingress["spec"].get("ingressClassName") is not None:
        return []
    return [f"annotation \"{CLASS}\" is deprecated, please use 'spec.ingressClassName' instead"]
