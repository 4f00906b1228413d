"""An applied configuration merged into the live object: it adds and sets, it never removes.

Items of a list keep the order of the configuration; those that it does not mention stay where they were between the others.

Upstream: ``sigs.k8s.io/structured-merge-diff/v6/typed/merge.go``.
"""

from __future__ import annotations

from collections import deque

from cluster.machinery.apply.items import by_step, is_leaf, step_to
from cluster.machinery.apply.types import OPAQUE, MergeType
from cluster.machinery.meta import Obj


def merge(type: MergeType, live: Obj, config: Obj) -> Obj:
    """Return the live object with the configuration in it; it shares parts with both. Raises BadItem; changes neither."""
    merged: Obj = _merge_maps(type, live, config)
    return merged


def _merge(type: MergeType, live: object, config: object) -> object:
    if is_leaf(type, live, config):
        return config
    if not config or not live:
        return config or live
    if isinstance(live, list) and isinstance(config, list):
        return _merge_lists(type, live, config)
    assert isinstance(live, dict)
    assert isinstance(config, dict)
    return _merge_maps(type, live, config)


def _merge_maps(type: MergeType, live: Obj, config: Obj) -> Obj:
    merged = dict(live)
    for name, value in config.items():
        merged[name] = _merge(type.field(name) or OPAQUE, live[name], value) if name in live else value
    return merged


def _merge_lists(type: MergeType, live: list[object], config: list[object]) -> list[object]:
    wanted, present = by_step(type, config), by_step(type, live)
    steps, shared = [step_to(type, item) for item in live], deque(step for step in wanted if step in present)
    rest = deque(wanted)
    merged: list[object] = []
    done: set[str] = set()
    at = 0
    while at < len(steps) or rest:
        if at < len(steps):
            step = steps[at]
            if step not in wanted:
                merged.append(live[at])
                at += 1
                continue
            if step in done or (shared and step != shared[0] and step != rest[0]):
                at += 1
                continue
        if not rest:
            continue
        step = rest.popleft()
        if shared and shared[0] == step:
            shared.popleft()
        done.add(step)
        before = present.get(step)
        is_new = before is None or isinstance(before, tuple)
        merged.append(wanted[step] if is_new else _merge(type.item, before, wanted[step]))
        if at < len(steps) and steps[at] == step:
            at += 1
    return merged
