"""Rules for probes and life-cycle hooks.

Upstream: ``pkg/apis/core/validation/validation.go`` (``validateProbe``, ``validateHandler``, ``validateLifecycle``).
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, not_negative, one_of
from cluster.machinery.errors import FieldError, forbidden_field, invalid, required
from cluster.machinery.meta import Obj

_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
_COUNTS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


def _validate_port(port: int | str | None, path: str) -> list[FieldError]:
    if isinstance(port, str):
        return each_invalid(path, port, names.port_name(port))
    return each_invalid(path, port or 0, names.port_number(port or 0))


def _validate_handler(handler: Mapping[str, Obj], path: str, gone_after: int | None) -> list[FieldError]:
    faults: list[FieldError] = []
    used = [name for name in _HANDLERS if name in handler]
    for index, name in enumerate(used):
        here, action = f"{path}.{name}", handler[name]
        if index:
            faults.append(forbidden_field(here, "may not specify more than 1 handler type"))
        elif name == "exec":
            faults += [] if action.get("command") else [required(f"{here}.command")]
        elif name == "sleep":
            faults += _validate_sleep(action.get("seconds", 0), here, gone_after)
        elif name == "grpc":
            faults += each_invalid(f"{here}.port", action.get("port", 0), names.port_number(action.get("port", 0)))
        else:
            if name == "httpGet" and not action.get("path"):
                faults.append(required(f"{here}.path"))
            faults += _validate_port(action.get("port"), f"{here}.port")
            if name == "httpGet":
                faults += one_of(f"{here}.scheme", action.get("scheme", ""), ("HTTP", "HTTPS"))
    if not used:
        faults.append(required(path, "must specify a handler type"))
    return faults


def _validate_sleep(seconds: int, path: str, gone_after: int | None) -> list[FieldError]:
    if gone_after is not None and not 0 <= seconds <= gone_after:
        detail = f"must be non-negative and less than terminationGracePeriodSeconds ({gone_after})"
        return [invalid(path, seconds, detail)]
    return []


def _validate_probe(probe: Obj, path: str) -> list[FieldError]:
    faults = _validate_handler(probe, path, None)
    for name in _COUNTS:
        faults += not_negative(f"{path}.{name}", probe.get(name))
    if probe.get("terminationGracePeriodSeconds", 1) <= 0:
        faults.append(invalid(f"{path}.terminationGracePeriodSeconds", probe["terminationGracePeriodSeconds"], "must be greater than 0"))
    return faults


def _succeeds_once(probe: Obj, path: str) -> list[FieldError]:
    threshold = probe.get("successThreshold", 0)
    return [] if threshold == 1 else [invalid(f"{path}.successThreshold", threshold, "must be 1")]


def validate_lifecycle_and_probes(container: Obj, path: str, grace_period: int | None) -> list[FieldError]:
    """Judge hooks and probes of a container that may have them. ``grace_period``: the pod's, in seconds."""
    faults: list[FieldError] = []
    for name in ("postStart", "preStop"):
        hook = (container.get("lifecycle") or {}).get(name)
        if hook is not None:
            faults += _validate_handler(hook, f"{path}.lifecycle.{name}", grace_period)
    if "livenessProbe" in container:
        faults += _validate_probe(container["livenessProbe"], f"{path}.livenessProbe")
        faults += _succeeds_once(container["livenessProbe"], f"{path}.livenessProbe")
    if "readinessProbe" in container:
        here = f"{path}.readinessProbe"
        faults += _validate_probe(container["readinessProbe"], here)
        period = container["readinessProbe"].get("terminationGracePeriodSeconds")
        if period is not None:
            faults.append(invalid(f"{here}.terminationGracePeriodSeconds", period, "must not be set for readinessProbes"))
    if "startupProbe" in container:
        faults += _validate_probe(container["startupProbe"], f"{path}.startupProbe")
        faults += _succeeds_once(container["startupProbe"], f"{path}.startupProbe")
    return faults
