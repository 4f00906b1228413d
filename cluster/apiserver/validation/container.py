"""Rules for the containers of a pod.

Upstream: ``pkg/apis/core/validation/validation.go`` (``validateContainers``, ``validateInitContainers``,
``validateContainerCommon``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from cluster.apiserver.validation import names
from cluster.apiserver.validation.environment import validate_env, validate_env_from
from cluster.apiserver.validation.fields import each_invalid, invalid_text, one_of, struct_text
from cluster.apiserver.validation.probe import validate_lifecycle_and_probes
from cluster.apiserver.validation.resources import validate_resource_requirements
from cluster.machinery.errors import FieldError, duplicate, field_not_found, forbidden_field, invalid, required
from cluster.machinery.meta import Obj

_PROTOCOLS = ("SCTP", "TCP", "UDP")
_SECURITY_FIELDS = (
    *("Capabilities", "Privileged", "SELinuxOptions", "WindowsOptions", "RunAsUser", "RunAsGroup", "RunAsNonRoot"),
    *("ReadOnlyRootFilesystem", "AllowPrivilegeEscalation", "ProcMount", "SeccompProfile", "AppArmorProfile"),
)
_ONLY_RESTARTED = "may not be set for init containers without restartPolicy=Always"


@dataclass(frozen=True, slots=True)
class PodFacts:
    """What the rules for a container need to know of its pod. ``grace_period``: seconds."""

    volumes: Collection[str]
    grace_period: int | None
    is_pod: bool


def _enumeration(path: str, value: str, supported: tuple[str, ...]) -> list[FieldError]:
    return one_of(path, value, supported) if value else [required(path)]


def _validate_ports(ports: list[Obj], path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, port in enumerate(ports):
        here = f"{path}[{index}]"
        name = port.get("name", "")
        complaints = names.port_name(name) if name else []
        faults += each_invalid(f"{here}.name", name, complaints)
        if name and not complaints:
            if name in seen:
                faults.append(duplicate(f"{here}.name", name))
            seen.add(name)
        number = port.get("containerPort", 0)
        faults += (
            each_invalid(f"{here}.containerPort", number, names.port_number(number)) if number else [required(f"{here}.containerPort")]
        )
        if port.get("hostPort"):
            faults += each_invalid(f"{here}.hostPort", port["hostPort"], names.port_number(port["hostPort"]))
        faults += _enumeration(f"{here}.protocol", port.get("protocol", ""), _PROTOCOLS)
    return faults


def _validate_mounts(mounts: list[Obj], volumes: Collection[str], path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    paths: set[str] = set()
    for index, mount in enumerate(mounts):
        here = f"{path}[{index}]"
        name, where = mount.get("name", ""), mount.get("mountPath", "")
        if not name:
            faults.append(required(f"{here}.name"))
        if name not in volumes:
            faults.append(field_not_found(f"{here}.name", name))
        if not where:
            faults.append(required(f"{here}.mountPath"))
        if where in paths:
            faults.append(invalid(f"{here}.mountPath", where, "must be unique"))
        paths.add(where)
        faults += validate_relative_path(mount.get("subPath", ""), f"{here}.subPath")
        if mount.get("subPath") and mount.get("subPathExpr"):
            faults.append(invalid(f"{here}.subPathExpr", mount["subPathExpr"], "subPathExpr and subPath are mutually exclusive"))
    return faults


def validate_relative_path(text: str, path: str) -> list[FieldError]:
    """A path inside a volume neither starts at the root nor climbs out."""
    faults = [invalid(path, text, "must be a relative path")] if text.startswith("/") else []
    return faults + ([invalid(path, text, "must not contain '..'")] if ".." in text.split("/") else [])


def _validate_security_context(context: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for field in ("runAsUser", "runAsGroup"):
        if not 0 <= context.get(field, 0) <= 2**31 - 1:
            faults.append(invalid(f"{path}.{field}", context[field], "must be between 0 and 2147483647, inclusive"))
    if context.get("privileged") and context.get("allowPrivilegeEscalation") is False:
        detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
        faults.append(invalid_text(path, _go_security_context(context), detail))
    return faults


def _go_security_context(context: Obj) -> str:
    fields = {name.lower(): value for name, value in context.items()}
    return struct_text(*((name, fields.get(name.lower())) for name in _SECURITY_FIELDS))


def validate_common(container: Obj, facts: PodFacts, path: str) -> list[FieldError]:
    """Judge what containers of every sort have in common."""
    faults: list[FieldError] = []
    name, image = container.get("name", ""), container.get("image", "")
    faults += each_invalid(f"{path}.name", name, names.dns_label(name)) if name else [required(f"{path}.name")]
    if not image:
        faults.append(required(f"{path}.image"))
    elif facts.is_pod and image != image.strip():
        faults.append(invalid(f"{path}.image", image, "must not have leading or trailing whitespace"))
    policy = container.get("terminationMessagePolicy", "")
    faults += _enumeration(f"{path}.terminationMessagePolicy", policy, ("File", "FallbackToLogsOnError"))
    faults += _validate_ports(container.get("ports") or [], f"{path}.ports")
    faults += validate_env(container.get("env") or [], f"{path}.env")
    faults += validate_env_from(container.get("envFrom") or [], f"{path}.envFrom")
    faults += _validate_mounts(container.get("volumeMounts") or [], facts.volumes, f"{path}.volumeMounts")
    faults += _enumeration(f"{path}.imagePullPolicy", container.get("imagePullPolicy", ""), ("Always", "IfNotPresent", "Never"))
    faults += validate_resource_requirements(container.get("resources") or {}, f"{path}.resources")
    return faults + _validate_security_context(container.get("securityContext") or {}, f"{path}.securityContext")


def _validate_restart_policy(container: Obj, path: str) -> list[FieldError]:
    policy = container.get("restartPolicy")
    return [] if policy is None else one_of(f"{path}.restartPolicy", policy, ("Always", "Never", "OnFailure"))


def validate_containers(containers: list[Obj], facts: PodFacts, path: str) -> list[FieldError]:
    """Judge the regular containers of a pod."""
    faults = [] if containers else [required(path)]
    seen: set[str] = set()
    for index, container in enumerate(containers):
        here = f"{path}[{index}]"
        faults += validate_common(container, facts, here)
        name = container.get("name", "")
        if name and name in seen:
            faults.append(duplicate(f"{here}.name", name))
        seen.add(name)
        faults += validate_lifecycle_and_probes(container, here, facts.grace_period)
        faults += _validate_restart_policy(container, here)
    return faults + _validate_host_port_conflicts(containers, path)


def validate_init_containers(containers: list[Obj], others: list[Obj], facts: PodFacts, path: str) -> list[FieldError]:
    """Judge the init containers; ``others`` are the regular ones, whose names are taken."""
    faults: list[FieldError] = []
    seen = {other.get("name", "") for other in others}
    for index, container in enumerate(containers):
        here = f"{path}[{index}]"
        faults += validate_common(container, facts, here)
        name = container.get("name", "")
        if name and name in seen:
            faults.append(duplicate(f"{here}.name", name))
        seen.add(name)
        faults += _validate_restart_policy(container, here)
        if container.get("restartPolicy") == "Always":
            faults += validate_lifecycle_and_probes(container, here, facts.grace_period)
        else:
            fields = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
            faults += [forbidden_field(f"{here}.{field}", _ONLY_RESTARTED) for field in fields if field in container]
    return faults


def _validate_host_port_conflicts(containers: list[Obj], path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, container in enumerate(containers):
        for position, port in enumerate(container.get("ports") or ()):
            if port.get("hostPort"):
                binding = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
                if binding in seen:
                    faults.append(duplicate(f"{path}[{index}].ports[{position}].hostPort", binding))
                seen.add(binding)
    return faults
