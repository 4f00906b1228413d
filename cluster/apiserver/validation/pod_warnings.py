"""What is accepted in a pod spec and is probably a mistake: the client hears of it in a Warning header.

It differs in that paths of projected volumes that hide a token are not looked for.

Upstream: ``pkg/api/pod/warnings.go``.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.apiserver.validation.node_labels import deprecation, node_selector_warnings
from cluster.apiserver.validation.steering import steering_warnings
from cluster.apiserver.validation.storage_requests import fractional_bytes
from cluster.machinery.errors import quote
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import parse_quantity
from cluster.machinery.steering import POD

_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
_BYTES = ("memory", "ephemeral-storage")
_OLD_ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
    "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
    "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
}
_OLD_VOLUMES = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11, and disabled by default in v1.33+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
_GO_VOLUME_NAMES = {"storageos": "storageOS"}
"""Where the path of a warning is not spelled as the field is."""
_NULL_SELECTOR = "a null labelSelector results in matching no pod"


def pod_spec_warnings(spec: Obj, path: str, meta: Obj | None = None) -> list[str]:
    """Return the warnings about a pod spec. ``path``: that of the spec; ``meta``: what belongs to it. Never changes it."""
    warnings = [
        *_placement(spec, path),
        *_annotations(meta or {}, path.removesuffix("spec")),
        *_volumes(spec, path),
        *_repetitions(spec, path),
    ]
    for here, container in _containers(spec, path):
        warnings += [*_fractional_bytes(container, here), *_hidden_variables(container, here)]
    warnings += _ports(spec, path)
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        warnings.append(f"{path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1")
    return [*warnings, *_pod_affinity(spec, path)]


def _containers(spec: Obj, path: str) -> Iterator[tuple[str, Obj]]:
    for field in _CONTAINERS:
        for index, container in enumerate(spec.get(field) or ()):
            yield f"{path}.{field}[{index}]", container


def _placement(spec: Obj, path: str) -> Iterator[str]:
    """Labels of nodes that are out of date."""
    for label in sorted(spec.get("nodeSelector") or {}):
        if text := deprecation(label):
            yield f"{path}.nodeSelector[{label}]: {text}"
    affinity, here = (spec.get("affinity") or {}).get("nodeAffinity") or {}, f"{path}.affinity.nodeAffinity"
    required, preferred = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
    yield from node_selector_warnings(affinity.get(required) or {}, f"{here}.{required}")
    for index, term in enumerate(affinity.get(preferred) or ()):
        for position, expression in enumerate((term.get("preference") or {}).get("matchExpressions") or ()):
            label = expression.get("key", "")
            if text := deprecation(label):
                yield f"{here}.{preferred}[{index}].preference.matchExpressions[{position}].key: {label} is {text}"
    for index, constraint in enumerate(spec.get("topologySpreadConstraints") or ()):
        here, key = f"{path}.topologySpreadConstraints[{index}]", constraint.get("topologyKey", "")
        if text := deprecation(key):
            yield f"{here}.topologyKey: {key} is {text}"
        if constraint.get("labelSelector") is None:
            yield f"{here}.labelSelector: {_NULL_SELECTOR}"


def _annotations(meta: Obj, path: str) -> Iterator[str]:
    annotations = meta.get("annotations") or {}
    for key, text in _OLD_ANNOTATIONS.items():
        if key in annotations:
            yield f"{path}metadata.annotations[{key}]: {text}"
    if annotations:
        yield from steering_warnings(meta, POD, path)


def _volumes(spec: Obj, path: str) -> Iterator[str]:
    for index, volume in enumerate(spec.get("volumes") or ()):
        for source, text in _OLD_VOLUMES.items():
            if source in volume:
                yield f"{path}.volumes[{index}].{_GO_VOLUME_NAMES.get(source, source)}: {text}"
        claim = (volume.get("ephemeral") or {}).get("volumeClaimTemplate") or {}
        resources = (claim.get("spec") or {}).get("resources") or {}
        for side in ("requests", "limits"):
            yield from fractional_bytes(resources.get(side), f"{path}.volumes[{index}].ephemeral.volumeClaimTemplate.spec.resources.{side}")


def _repetitions(spec: Obj, path: str) -> Iterator[str]:
    for field, key in (("hostAliases", "ip"), ("imagePullSecrets", "name")):
        seen: set[str] = set()
        for index, item in enumerate(spec.get(field) or ()):
            value = item.get(key, "")
            if value in seen:
                yield f"{path}.{field}[{index}].{key}: duplicate {key} {quote(value)}"
            seen.add(value)
    for index, secret in enumerate(spec.get("imagePullSecrets") or ()):
        if not secret.get("name"):
            yield f'{path}.imagePullSecrets[{index}].name: invalid empty name ""'
    yield from _fractions(spec.get("overhead") or {}, f"{path}.overhead", _BYTES)


def _fractions(amounts: Obj, path: str, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if name in amounts and parse_quantity(amounts[name]).milli_value % 1000:
            yield f"{path}[{name}]: fractional byte value {quote(amounts[name])} is invalid, must be an integer"


def _fractional_bytes(container: Obj, path: str) -> Iterator[str]:
    resources = container.get("resources") or {}
    for name in _BYTES:
        for side in ("limits", "requests"):
            yield from _fractions(resources.get(side) or {}, f"{path}.resources.{side}", (name,))


def _hidden_variables(container: Obj, path: str) -> Iterator[str]:
    """A variable set twice; one that builds on its earlier value (``$(NAME)/more``) is meant so."""
    seen: set[str] = set()
    for index, variable in enumerate(container.get("env") or ()):
        name, value = variable.get("name", ""), variable.get("value", "")
        reference = f"$({name})"
        if name in seen and ("valueFrom" in variable or value == reference or reference not in value):
            yield f"{path}.env[{index}]: hides previous definition of {quote(name)}, which may be dropped when using apply"
        seen.add(name)


def _ports(spec: Obj, path: str) -> Iterator[str]:
    """Ports of one number and protocol, wherever in the pod."""
    seen: dict[tuple[int, str], list[tuple[str, Obj]]] = {}
    for container_path, container in _containers(spec, path):
        for index, port in enumerate(container.get("ports") or ()):
            here = f"{container_path}.ports[{index}]"
            if port.get("hostIP") and not port.get("hostPort"):
                yield f"{here}: hostIP set without hostPort: {_go_port(port)}"
            others = seen.setdefault((port.get("containerPort", 0), port.get("protocol", "TCP")), [])
            for other_path, other in others:
                if text := _conflict(port, other):
                    yield f"{here}: {text} port definition with {other_path}"
            others.append((here, port))


def _conflict(port: Obj, other: Obj) -> str:
    """Return what two definitions of one port are to each other, empty when both are right."""
    address, number = port.get("hostIP", ""), port.get("hostPort", 0)
    other_address, other_number = other.get("hostIP", ""), other.get("hostPort", 0)
    if (address, number) == (other_address, other_number):
        return "duplicate"
    if not number or not other_number:
        return "overlapping"
    return "dangerously ambiguous" if number == other_number and bool(address) != bool(other_address) else ""


def _go_port(port: Obj) -> str:
    fields = (("Name", "name", ""), ("HostPort", "hostPort", 0), ("ContainerPort", "containerPort", 0), ("Protocol", "protocol", "TCP"))
    return "{" + " ".join(f"{name}:{port.get(field, zero)}" for name, field, zero in (*fields, ("HostIP", "hostIP", ""))) + "}"


def _pod_affinity(spec: Obj, path: str) -> Iterator[str]:
    for kind in ("podAffinity", "podAntiAffinity"):
        affinity, here = (spec.get("affinity") or {}).get(kind) or {}, f"{path}.affinity.{kind}"
        for index, term in enumerate(affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or ()):
            if term.get("labelSelector") is None:
                yield f"{here}.requiredDuringSchedulingIgnoredDuringExecution[{index}].labelSelector: {_NULL_SELECTOR}"
        for index, term in enumerate(affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ()):
            if (term.get("podAffinityTerm") or {}).get("labelSelector") is None:
                yield f"{here}.preferredDuringSchedulingIgnoredDuringExecution[{index}].podAffinityTerm.labelSelector: {_NULL_SELECTOR}"
