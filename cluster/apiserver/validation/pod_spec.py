"""Rules for a pod spec, whether a pod's own or a template's.

Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidatePodSpec``, ``ValidatePodTemplateSpec``).
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.container import PodFacts, validate_containers, validate_init_containers
from cluster.apiserver.validation.ephemeral import validate_ephemeral_containers
from cluster.apiserver.validation.fields import each_invalid, one_of
from cluster.apiserver.validation.metadata import validate_annotations, validate_labels
from cluster.apiserver.validation.placement import (
    validate_affinity,
    validate_scheduling_gates,
    validate_tolerations,
    validate_topology_spread,
)
from cluster.apiserver.validation.resources import validate_resource_requirements
from cluster.apiserver.validation.volume import validate_volumes
from cluster.machinery.errors import FieldError, forbidden_field, invalid, required
from cluster.machinery.meta import Obj

_RESTART_POLICIES = ("Always", "OnFailure", "Never")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_DEADLINE_RANGE = "must be between 1 and 2147483647, inclusive"


def validate_pod_template(template: Obj, path: str) -> list[FieldError]:
    """Judge a PodTemplateSpec."""
    meta = template.get("metadata") or {}
    faults = validate_labels(meta.get("labels"), f"{path}.labels")
    faults += validate_annotations(meta.get("annotations"), f"{path}.annotations")
    faults += validate_pod_spec(template.get("spec") or {}, f"{path}.spec", is_pod=False)
    if (template.get("spec") or {}).get("ephemeralContainers"):
        faults.append(forbidden_field(f"{path}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template"))
    return faults


def validate_pod_spec(spec: Obj, path: str, *, is_pod: bool) -> list[FieldError]:
    """Judge a pod spec that defaults have been filled into."""
    volumes = spec.get("volumes") or []
    facts = PodFacts({volume.get("name", "") for volume in volumes}, spec.get("terminationGracePeriodSeconds"), is_pod)
    containers = spec.get("containers") or []
    faults = validate_volumes(volumes, f"{path}.volumes")
    faults += validate_containers(containers, facts, f"{path}.containers")
    faults += validate_init_containers(spec.get("initContainers") or [], containers, facts, f"{path}.initContainers")
    faults += validate_ephemeral_containers(spec, facts, f"{path}.ephemeralContainers") if is_pod else []
    faults += _validate_host_network(spec, path, is_pod)
    faults += _validate_enumerations(spec, path)
    faults += validate_labels(spec.get("nodeSelector"), f"{path}.nodeSelector")
    faults += validate_affinity(spec.get("affinity") or {}, f"{path}.affinity")
    faults += validate_scheduling_gates(spec.get("schedulingGates") or [], f"{path}.schedulingGates")
    faults += validate_topology_spread(spec.get("topologySpreadConstraints") or [], f"{path}.topologySpreadConstraints")
    faults += _validate_names(spec, path)
    return faults + validate_tolerations(spec.get("tolerations") or [], f"{path}.tolerations")


def _validate_host_network(spec: Obj, path: str, is_pod: bool) -> list[FieldError]:
    """On the host's network a container's port is the host's. A template may leave the host's out: its pods get it."""
    faults: list[FieldError] = []
    if not spec.get("hostNetwork"):
        return faults
    for index, container in enumerate(spec.get("containers") or ()):
        for position, port in enumerate(container.get("ports") or ()):
            on_host = port.get("hostPort", 0)
            if (is_pod or on_host) and on_host != port.get("containerPort", 0):
                here = f"{path}.containers[{index}].ports[{position}].hostPort"
                faults.append(invalid(here, on_host, "must match `containerPort` when `hostNetwork` is true"))
    return faults


def _validate_enumerations(spec: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for field, supported in (("restartPolicy", _RESTART_POLICIES), ("dnsPolicy", _DNS_POLICIES)):
        value = spec.get(field, "")
        faults += one_of(f"{path}.{field}", value, supported) if value else [required(f"{path}.{field}")]
    if spec.get("dnsPolicy") == "None" and not (spec.get("dnsConfig") or {}).get("nameservers"):
        faults.append(required(f"{path}.dnsConfig.nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None"))
    return faults


def _validate_names(spec: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for field in ("serviceAccountName", "nodeName"):
        if spec.get(field):
            faults += each_invalid(f"{path}.{field}", spec[field], names.dns_subdomain(spec[field]))
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= 2**31 - 1:
        faults.append(invalid(f"{path}.activeDeadlineSeconds", deadline, _DEADLINE_RANGE))
    for field in ("hostname", "subdomain"):
        if spec.get(field):
            faults += each_invalid(f"{path}.{field}", spec[field], names.dns_label(spec[field]))
    for field in ("priorityClassName", "runtimeClassName"):
        if spec.get(field):
            faults += each_invalid(f"{path}.{field}", spec[field], names.dns_subdomain(spec[field]))
    if "preemptionPolicy" in spec:
        faults += one_of(f"{path}.preemptionPolicy", spec["preemptionPolicy"], ("PreemptLowerPriority", "Never"))
    if spec.get("overhead"):
        faults += validate_resource_requirements({"limits": spec["overhead"]}, f"{path}.overhead")
    return faults
