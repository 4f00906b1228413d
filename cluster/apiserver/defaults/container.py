"""Defaults of containers, probes and hooks.

Upstream: ``pkg/apis/core/v1/defaults.go`` (``SetDefaults_Container``, ``SetDefaults_Probe``, ``SetDefaults_HTTPGetAction``).
"""

from __future__ import annotations

from cluster.machinery.meta import Obj

_PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}


def has_latest_tag(image: str) -> bool:
    """Return whether an image name means the tag ``latest``: it says so, or has neither tag nor digest."""
    name, _, digest = image.partition("@")
    if digest:
        return name.rpartition("/")[2].endswith(":latest")
    tag = name.rpartition("/")[2].partition(":")[2]
    return bool(name) and tag in ("", "latest")


def set_container_defaults(container: Obj) -> None:
    """Fill in one container (of any list of a pod)."""
    if not container.get("imagePullPolicy"):
        container["imagePullPolicy"] = "Always" if has_latest_tag(container.get("image", "")) else "IfNotPresent"
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    for port in container.get("ports") or ():
        port.setdefault("protocol", "TCP")
    for variable in container.get("env") or ():
        _set_field_selector_defaults(variable.get("valueFrom"))
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if name in container:
            _set_probe_defaults(container[name])
    for hook in (container.get("lifecycle") or {}).values():
        if type(hook) is dict:
            _set_http_get_defaults(hook)


def _set_field_selector_defaults(source: Obj | None) -> None:
    if source and "fieldRef" in source:
        source["fieldRef"].setdefault("apiVersion", "v1")


def _set_probe_defaults(probe: Obj) -> None:
    for name, value in _PROBE.items():
        probe.setdefault(name, value)
    _set_http_get_defaults(probe)
    if "grpc" in probe:
        probe["grpc"].setdefault("service", "")


def _set_http_get_defaults(handler: Obj) -> None:
    request = handler.get("httpGet")
    if request is not None:
        request.setdefault("path", "/")
        request.setdefault("scheme", "HTTP")
