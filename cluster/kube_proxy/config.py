"""KubeProxyConfiguration: what kube-proxy is told in ``/var/lib/kube-proxy/config.conf``, which kubeadm fills from a ConfigMap. Pure.

Of its fields ``mode`` and the least and longest time between two syncs count here. An unknown mode ends kube-proxy, as upstream.

Upstream: ``staging/src/k8s.io/kube-proxy/config/v1alpha1/types.go``, ``pkg/proxy/apis/config/v1alpha1/defaults.go``,
``pkg/proxy/apis/config/validation/validation.go``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from cluster.machinery.meta import Obj
from cluster.machinery.netfilter.rules import ProxyMode

DEFAULT_MODE = ProxyMode.IPTABLES
"""On Linux, where the configuration leaves the mode empty, as kubeadm's does."""
MIN_SYNC_PERIOD = 1.0
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


class ConfigError(Exception):
    """kube-proxy cannot run with it; the text is what it writes before it ends."""


@dataclass(frozen=True, slots=True)
class Config:
    """``min_sync_period``: simulated seconds between two syncs at least."""

    mode: ProxyMode = DEFAULT_MODE
    min_sync_period: float = MIN_SYNC_PERIOD


def parse_config(text: str) -> Config:
    """Return what a configuration file says. Raises ConfigError."""
    try:
        parsed = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise ConfigError(f"failed complete: failed to decode: {error}") from error
    if not isinstance(parsed, dict):
        raise ConfigError("failed complete: failed to decode: it is no object")
    name = parsed.get("mode") or DEFAULT_MODE.value
    if name not in list(ProxyMode):
        known = ",".join(sorted(ProxyMode))
        raise ConfigError(
            f'failed validate: KubeProxyConfiguration.mode: Invalid value: "{name}": must be {known} or blank '
            "(blank means the best-available proxy [currently iptables])"
        )
    mode = ProxyMode(name)
    return Config(mode, _min_sync_period(parsed.get(mode.value)))


def _min_sync_period(section: Obj | None) -> float:
    text = str((section or {}).get("minSyncPeriod") or "0s")
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in re.findall(r"(\d+(?:\.\d+)?)(ms|h|m|s)", text))
    return seconds or MIN_SYNC_PERIOD
