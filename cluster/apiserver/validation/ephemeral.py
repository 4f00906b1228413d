"""Rules for ephemeral containers: added to look into a pod, never promised anything.

Upstream: ``pkg/apis/core/validation/validation.go`` (``validateEphemeralContainers``).
"""

from __future__ import annotations

from cluster.apiserver.validation.container import PodFacts, validate_common
from cluster.machinery.errors import FieldError, duplicate, field_not_found, forbidden_field
from cluster.machinery.meta import Obj

_NOT_ALLOWED = (
    *("ports", "resources", "resizePolicy", "restartPolicy", "restartPolicyRules"),
    *("livenessProbe", "readinessProbe", "startupProbe", "lifecycle"),
)
_DETAIL = "cannot be set for an Ephemeral Container"


def validate_ephemeral_containers(spec: Obj, facts: PodFacts, path: str) -> list[FieldError]:
    """Judge the ephemeral containers of a pod spec. ``path``: theirs."""
    others = {container.get("name", "") for field in ("containers", "initContainers") for container in spec.get(field) or ()}
    taken = set(others)
    faults: list[FieldError] = []
    for index, container in enumerate(spec.get("ephemeralContainers") or ()):
        here, name, target = f"{path}[{index}]", container.get("name", ""), container.get("targetContainerName", "")
        faults += validate_common(container, facts, here)
        if name in taken:
            faults.append(duplicate(f"{here}.name", name))
        taken.add(name)
        if target and target not in others:
            faults.append(field_not_found(f"{here}.targetContainerName", target))
        faults += [forbidden_field(f"{here}.{field}", _DETAIL) for field in _NOT_ALLOWED if container.get(field)]
        for position, mount in enumerate(container.get("volumeMounts") or ()):
            for field in ("subPath", "subPathExpr"):
                if mount.get(field):
                    faults.append(forbidden_field(f"{here}.volumeMounts[{position}].{field}", _DETAIL))
    return faults
