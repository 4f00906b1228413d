"""What a kubelet makes of the eviction settings in its configuration."""

from __future__ import annotations

import pytest

from cluster.kubelet.eviction import DEFAULT_THRESHOLDS, MEMORY_AVAILABLE, NODEFS_AVAILABLE, NODEFS_INODES_FREE
from cluster.kubelet.eviction_config import DEFAULT, EvictionConfig, KubeletConfigError, parse_eviction

HEAD = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
GI = 1 << 30
Row = tuple[str, int, float, float, tuple[int, float]]


def rows(config: EvictionConfig) -> list[Row]:
    return [(each.signal, each.amount, each.share, each.grace_seconds, each.reclaim) for each in config.thresholds]


NONE = (0, 0.0)
DEFAULT_ROWS = rows(DEFAULT)
READ: dict[str, tuple[str, list[Row], float, int]] = {
    "nothing of its own": ("", DEFAULT_ROWS, 300.0, 0),
    "hard thresholds take the place of all defaults": (
        "evictionHard: {memory.available: 1Gi, pid.available: 10%}",
        [("memory.available", GI, 0.0, 0.0, NONE), ("pid.available", 0, 0.1, 0.0, NONE)],
        300.0,
        0,
    ),
    "or are merged with them": (
        "evictionHard: {memory.available: 1Gi}\nmergeDefaultEvictionSettings: true",
        [("memory.available", GI, 0.0, 0.0, NONE), *DEFAULT_ROWS[1:]],
        300.0,
        0,
    ),
    "one that is turned off": (
        "evictionHard: {memory.available: 1Gi, nodefs.available: 0%}",
        [("memory.available", GI, 0.0, 0.0, NONE)],
        300.0,
        0,
    ),
    "soft ones with their grace periods": (
        "evictionSoft: {memory.available: 20%}\nevictionSoftGracePeriod: {memory.available: 1m30s}\nevictionMaxPodGracePeriod: 60",
        [*DEFAULT_ROWS, ("memory.available", 0, 0.2, 90.0, NONE)],
        300.0,
        60,
    ),
    "what is reclaimed at least, and for how long conditions stay": (
        "evictionMinimumReclaim: {nodefs.available: 500Mi}\nevictionPressureTransitionPeriod: 30s",
        [DEFAULT_ROWS[0], ("nodefs.available", 0, 0.1, 0.0, (500 << 20, 0.0)), DEFAULT_ROWS[2]],
        30.0,
        0,
    ),
}


@pytest.mark.parametrize(("text", "thresholds", "transition", "grace"), READ.values(), ids=READ.keys())
def test_what_it_says(text: str, thresholds: list[Row], transition: float, grace: int) -> None:
    config = parse_eviction(HEAD + text)
    assert (rows(config), config.transition_seconds, config.max_pod_grace_seconds) == (thresholds, transition, grace)


def test_the_defaults_are_upstreams() -> None:
    assert DEFAULT_THRESHOLDS == (MEMORY_AVAILABLE, NODEFS_AVAILABLE, NODEFS_INODES_FREE)


REFUSED = {
    "a soft threshold without a grace period": (
        "evictionSoft: {memory.available: 1Gi}",
        "grace period must be specified for the soft eviction threshold memory.available",
    ),
    "a signal that does not exist": ("evictionHard: {memory.bogus: 1Gi}", "unsupported eviction signal memory.bogus"),
    "more than everything": (
        "evictionHard: {nodefs.available: 120%}",
        "eviction percentage threshold nodefs.available must be <= 100%: 120%",
    ),
    "less than nothing": ("evictionHard: {nodefs.available: -1%}", "eviction percentage threshold nodefs.available must be >= 0%: -1%"),
    "an amount of nothing": ("evictionHard: {memory.available: '0'}", "eviction threshold memory.available must be positive: 0"),
    "a duration that is none": (
        "evictionPressureTransitionPeriod: soon",
        "evictionPressureTransitionPeriod: invalid duration 'soon': give one such as 1m30s",
    ),
    "a grace period of nothing": (
        "evictionSoft: {memory.available: 1Gi}\nevictionSoftGracePeriod: {memory.available: 0s}",
        "invalid eviction grace period specified: 0s, must be a positive value",
    ),
    "no map": ("evictionHard: [1]", "evictionHard is a map of signals"),
}


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_a_kubelet_would_not_start_with(text: str, said: str) -> None:
    with pytest.raises(KubeletConfigError) as refused:
        parse_eviction(HEAD + text)
    assert str(refused.value) == said


def test_another_kind_is_no_configuration() -> None:
    with pytest.raises(KubeletConfigError, match='no kind "Pod" is registered for version "v1"'):
        parse_eviction("apiVersion: v1\nkind: Pod\n")
