"""The environment of a container: its own variables, those of ConfigMaps, Secrets and the pod, and of Services; and its user. Pure.

Variables are worked out in the order of the spec: a later one may use an earlier one by ``$(NAME)``. What refers to something that
is not there, and is not optional, keeps the container from being created, in upstream's words.

Upstream: ``pkg/kubelet/kubelet_pods.go`` (makeEnvironmentVariables), ``pkg/kubelet/kuberuntime/security_context.go`` (verifyRunAsNonRoot).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Protocol

from cluster.kubelet.downward import FieldError, PodFacts, field_value, resource_value
from cluster.kubelet.expansion import expand
from cluster.machinery.cri import Image
from cluster.machinery.meta import Obj


class ConfigError(Exception):
    """Why the configuration of a container could not be made: what ``CreateContainerConfigError`` says."""


class References(Protocol):
    """The objects that a pod refers to."""

    def config_map(self, name: str) -> Obj | None:
        """Return a ConfigMap of the pod's namespace, or None."""
        ...

    def secret(self, name: str) -> Obj | None:
        """Return a Secret of the pod's namespace, or None."""
        ...


def check_user(pod: Obj, container: Obj, image: Image) -> None:
    """Raise ConfigError for a container that is to be root and must not be. An image of whose user nobody knows is not refused."""
    of_pod, own = pod["spec"].get("securityContext") or {}, container.get("securityContext") or {}
    if not own.get("runAsNonRoot", of_pod.get("runAsNonRoot")):
        return
    meta, uid = pod["metadata"], own.get("runAsUser", of_pod.get("runAsUser"))
    who = f'pod: "{meta["name"]}_{meta["namespace"]}({meta["uid"]})", container: {container["name"]}'
    if uid == 0:
        raise ConfigError(f"container's runAsUser breaks non-root policy ({who})")
    if uid is None and image.uid == 0:
        raise ConfigError(f"container has runAsNonRoot and image will run as root ({who})")
    if uid is None and image.username:
        raise ConfigError(
            f"container has runAsNonRoot and image has non-numeric user ({image.username}), cannot verify user is non-root ({who})"
        )


def secret_bytes(secret: Obj) -> dict[str, bytes]:
    """Return the content of a Secret."""
    return {key: _decoded(text) for key, text in (secret.get("data") or {}).items()}


def config_map_bytes(config_map: Obj) -> dict[str, bytes]:
    """Return the content of a ConfigMap."""
    texts = {key: str(text).encode() for key, text in (config_map.get("data") or {}).items()}
    return texts | {key: _decoded(text) for key, text in (config_map.get("binaryData") or {}).items()}


def environment(container: Obj, facts: PodFacts, references: References, services: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a container. ``services``: those that tell of Services. Raises ConfigError."""
    found: dict[str, str] = {}
    for source in container.get("envFrom") or ():
        prefix = source.get("prefix") or ""
        found.update({f"{prefix}{key}": text for key, text in _all_of(source, references).items()})
    for variable in container.get("env") or ():
        known = {**services, **found}
        text = _value(variable, container, facts, references, known)
        if text is not None:
            found[variable["name"]] = text
    return {**services, **found}


def _all_of(source: Obj, references: References) -> dict[str, str]:
    if "configMapRef" in source:
        reference, config_map = source["configMapRef"], references.config_map(source["configMapRef"].get("name", ""))
        if config_map is not None:
            return dict(config_map.get("data") or {})
        kind = "configmap"
    else:
        reference, secret = source.get("secretRef") or {}, references.secret((source.get("secretRef") or {}).get("name", ""))
        if secret is not None:
            return {key: content.decode(errors="replace") for key, content in secret_bytes(secret).items()}
        kind = "secret"
    if reference.get("optional"):
        return {}
    raise ConfigError(f'{kind} "{reference.get("name", "")}" not found')


def _value(variable: Obj, container: Obj, facts: PodFacts, references: References, known: Mapping[str, str]) -> str | None:
    source = variable.get("valueFrom")
    if not source:
        return expand(variable.get("value") or "", known)
    try:
        if "fieldRef" in source:
            return field_value(facts, source["fieldRef"]["fieldPath"])
        if "resourceFieldRef" in source:
            return resource_value(facts, source["resourceFieldRef"], container)
    except FieldError as error:
        raise ConfigError(str(error)) from None
    if "configMapKeyRef" in source:
        config_map = references.config_map(source["configMapKeyRef"].get("name", ""))
        data = None if config_map is None else dict(config_map.get("data") or {})
        return _key_of(source["configMapKeyRef"], "ConfigMap", data, facts)
    if "secretKeyRef" in source:
        secret = references.secret(source["secretKeyRef"].get("name", ""))
        texts = None if secret is None else {key: content.decode(errors="replace") for key, content in secret_bytes(secret).items()}
        return _key_of(source["secretKeyRef"], "Secret", texts, facts)
    return None


def _key_of(reference: Obj, kind: str, data: Mapping[str, str] | None, facts: PodFacts) -> str | None:
    name, key = reference.get("name", ""), reference["key"]
    if data is not None and key in data:
        return data[key]
    if reference.get("optional"):
        return None
    if data is None:
        raise ConfigError(f'{kind.lower()} "{name}" not found')
    raise ConfigError(f"couldn't find key {key} in {kind} {facts.pod['metadata']['namespace']}/{name}")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""
