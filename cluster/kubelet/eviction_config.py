"""What a KubeletConfiguration says of eviction: hard and soft thresholds, what is reclaimed at least, how long things take. Pure.

Of the rest of a KubeletConfiguration nothing is followed here. Thresholds of ``imagefs`` are those of the one disk that a machine has;
upstream's defaults for it (15 %, 5 % of the inodes) are left out, so that a disk has one limit.

Upstream: ``pkg/kubelet/eviction/helpers.go`` (ParseThresholdConfig), ``pkg/kubelet/apis/config/v1beta1/defaults.go``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import yaml

from cluster.kubelet.eviction import DEFAULT_THRESHOLDS, SIGNALS, Threshold
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import QuantityError, value
from cluster.machinery.yaml_limits import YamlLimit, load_documents

API_VERSION, KIND = "kubelet.config.k8s.io/v1beta1", "KubeletConfiguration"
TRANSITION_SECONDS = 300.0
_MAPS = ("evictionHard", "evictionSoft", "evictionSoftGracePeriod", "evictionMinimumReclaim")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h)"


class KubeletConfigError(ValueError):
    """A configuration that a kubelet would not start with; the text says why."""


@dataclass(frozen=True, slots=True)
class EvictionConfig:
    """``thresholds`` in the order in which they are looked at. ``transition_seconds``: for how long a condition stays after its signal was
    seen last; ``max_pod_grace_seconds``: what a pod has at most that goes because of a soft threshold."""

    thresholds: tuple[Threshold, ...] = DEFAULT_THRESHOLDS
    transition_seconds: float = TRANSITION_SECONDS
    max_pod_grace_seconds: int = 0


DEFAULT = EvictionConfig()


def parse_eviction(text: str) -> EvictionConfig:
    """Read a KubeletConfiguration in YAML or JSON. Raises KubeletConfigError."""
    try:
        documents = load_documents(text.encode())
    except (yaml.YAMLError, YamlLimit) as error:
        raise KubeletConfigError(f"it is no YAML: {error}") from error
    if len(documents) != 1 or not isinstance(documents[0], dict):
        raise KubeletConfigError(f"it is not one {KIND}")
    config: Obj = documents[0]
    if (config.get("apiVersion"), config.get("kind")) != (API_VERSION, KIND):
        raise KubeletConfigError(f'no kind "{config.get("kind", "")}" is registered for version "{config.get("apiVersion", "")}"')
    hard, soft, grace, reclaim = (_texts(config, name) for name in _MAPS)
    found = [*_hard(hard, is_merged=config.get("mergeDefaultEvictionSettings") is True), *_soft(soft, grace)]
    least = {signal: _limits(signal, text) for signal, text in reclaim.items()}
    thresholds = tuple(replace(each, reclaim=least[each.signal]) if each.signal in least else each for each in found)
    longest = config.get("evictionMaxPodGracePeriod") or 0
    if isinstance(longest, bool) or not isinstance(longest, int) or longest < 0:
        raise KubeletConfigError("evictionMaxPodGracePeriod is a number of seconds")
    transition = config.get("evictionPressureTransitionPeriod")
    seconds = _seconds("evictionPressureTransitionPeriod", transition) if transition is not None else 0.0
    return EvictionConfig(thresholds, seconds or TRANSITION_SECONDS, longest)


def _texts(config: Obj, name: str) -> Mapping[str, str]:
    texts = config.get(name) or {}
    if not isinstance(texts, dict):
        raise KubeletConfigError(f"{name} is a map of signals")
    for signal in texts:
        if signal not in SIGNALS:
            raise KubeletConfigError(f"unsupported eviction signal {signal}")
    return {signal: str(text) for signal, text in texts.items()}


def _hard(given: Mapping[str, str], *, is_merged: bool) -> tuple[Threshold, ...]:
    """Thresholds that are given take the place of the defaults, all of them unless they are merged."""
    if not given:
        return DEFAULT_THRESHOLDS
    own = {signal: threshold for signal, text in given.items() if (threshold := _threshold(signal, text)) is not None}
    kept = [each for each in DEFAULT_THRESHOLDS if is_merged and each.signal not in given]
    return (*own.values(), *kept)


def _soft(given: Mapping[str, str], grace: Mapping[str, str]) -> list[Threshold]:
    found = []
    for signal, text in given.items():
        if signal not in grace:
            raise KubeletConfigError(f"grace period must be specified for the soft eviction threshold {signal}")
        threshold = _threshold(signal, text)
        seconds = _seconds(f"eviction grace period of {signal}", grace[signal])
        if seconds <= 0:
            raise KubeletConfigError(f"invalid eviction grace period specified: {grace[signal]}, must be a positive value")
        if threshold is not None:
            found.append(replace(threshold, grace_seconds=seconds))
    return found


def _threshold(signal: str, text: str) -> Threshold | None:
    """Return a threshold; None for a share that is never or always met, which turns it off."""
    if text in ("0%", "100%"):
        return None
    amount, share = _limits(signal, text)
    return replace(SIGNALS[signal], amount=amount, share=share)


def _limits(signal: str, text: str) -> tuple[int, float]:
    if text.endswith("%"):
        try:
            share = float(text[:-1]) / 100
        except ValueError as error:
            raise KubeletConfigError(f"eviction threshold {signal} is no percentage: {text}") from error
        if share < 0:
            raise KubeletConfigError(f"eviction percentage threshold {signal} must be >= 0%: {text}")
        if share > 1:
            raise KubeletConfigError(f"eviction percentage threshold {signal} must be <= 100%: {text}")
        return 0, share
    try:
        amount = value(text)
    except QuantityError as error:
        raise KubeletConfigError(str(error)) from error
    if amount <= 0:
        raise KubeletConfigError(f"eviction threshold {signal} must be positive: {text}")
    return amount, 0.0


def _seconds(what: str, text: object) -> float:
    if not isinstance(text, str) or not (text == "0" or re.fullmatch(f"({_PART})+", text)):
        raise KubeletConfigError(f"{what}: invalid duration {text!r}: give one such as 1m30s")
    return sum(float(number) * _UNITS[unit] for number, unit in re.findall(_PART, text))
