"""How far and how fast an autoscaler may go: bounds, policies, and looking back before changing one's mind. Pure.

Upstream: ``pkg/controller/podautoscaler/horizontal.go`` (``stabilizeRecommendation*``, ``convertDesiredReplicas*``,
``calculateScale*Limit*``, ``storeScaleEvent``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cluster.machinery.meta import SECOND, Obj, SimTime

DOWNSCALE_STABILIZATION = 300
"""Seconds for which the highest recommendation counts, unless the autoscaler says otherwise."""
UP_FACTOR, UP_LEAST = 2, 4
"""Without policies an autoscaler may at most double in one look, and always go up to this many."""
_WITHIN = ("DesiredWithinRange", "the desired count is within the acceptable range")
_TOO_FEW = ("TooFewReplicas", "the desired replica count is less than the minimum replica count")
_TOO_MANY = ("TooManyReplicas", "the desired replica count is more than the maximum replica count")
_TOO_FAST_UP = ("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
_TOO_FAST_DOWN = ("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")
UP_STABILIZED = ("ScaleUpStabilized", "recent recommendations were lower than current one, applying the lowest recent recommendation")
DOWN_STABILIZED = ("ScaleDownStabilized", "recent recommendations were higher than current one, applying the highest recent recommendation")


class Stamped(NamedTuple):
    """A recommendation, or by how many replicas was scaled; ``at``: when."""

    replicas: int
    at: SimTime


class Limited(NamedTuple):
    """A replica count with the reason and message of the condition that explains it."""

    replicas: int
    reason: str
    message: str


@dataclass(slots=True)
class History:
    """What an autoscaler has recommended and done."""

    recommendations: list[Stamped] = field(default_factory=list)
    ups: list[Stamped] = field(default_factory=list)
    downs: list[Stamped] = field(default_factory=list)


def stabilized(history: History, desired: int, now: SimTime) -> int:
    """Return the highest of the recommendations of the last five minutes and this one, and note this one."""
    cutoff = now - DOWNSCALE_STABILIZATION * SECOND
    highest = max([desired, *(entry.replicas for entry in history.recommendations if entry.at >= cutoff)])
    _put(history.recommendations, Stamped(desired, now), [entry.at < cutoff for entry in history.recommendations])
    return highest


def stabilized_with_behavior(history: History, up: int, down: int, current: int, desired: int, now: SimTime) -> Limited:
    """Return the count nearest to the current one that the recommendations of the last ``up`` and ``down`` seconds allow."""
    up_cutoff, down_cutoff = now - up * SECOND, now - down * SECOND
    past = history.recommendations
    lowest = min([desired, *(entry.replicas for entry in past if entry.at > up_cutoff)])
    highest = max([desired, *(entry.replicas for entry in past if entry.at > down_cutoff)])
    _put(past, Stamped(desired, now), [entry.at < up_cutoff and entry.at < down_cutoff for entry in past])
    return Limited(min(max(current, lowest), highest), *(UP_STABILIZED if desired >= current else DOWN_STABILIZED))


def _put(entries: list[Stamped], entry: Stamped, is_old: Sequence[bool]) -> None:
    """Note an entry in the place of the last one that is too old to count."""
    for index in reversed(range(len(entries))):
        if is_old[index]:
            entries[index] = entry
            return
    entries.append(entry)


def limited(current: int, desired: int, least: int, most: int) -> Limited:
    """Return how far to go without policies: twice as many at once, or to four."""
    fastest = max(UP_FACTOR * current, UP_LEAST)
    ceiling, reason = (fastest, _TOO_FAST_UP) if most > fastest else (most, _TOO_MANY)
    if desired < least:
        return Limited(least, *_TOO_FEW)
    return Limited(ceiling, *reason) if desired > ceiling else Limited(desired, *_WITHIN)


def limited_with_behavior(history: History, behavior: Obj, current: int, desired: int, least: int, most: int, now: SimTime) -> Limited:
    """Return how far the policies of ``spec.behavior`` let it go."""
    if desired > current:
        fastest = max(_up_limit(history, behavior["scaleUp"], current, now), current)
        ceiling, reason = (fastest, _TOO_FAST_UP) if most > fastest else (most, _TOO_MANY)
        if desired > ceiling:
            return Limited(ceiling, *reason)
    elif desired < current:
        fastest = min(_down_limit(history, behavior["scaleDown"], current, now), current)
        floor, reason = (fastest, _TOO_FAST_DOWN) if least < fastest else (least, _TOO_FEW)
        if desired < floor:
            return Limited(floor, *reason)
    return Limited(desired, *_WITHIN)


def _up_limit(history: History, rules: Obj, current: int, now: SimTime) -> int:
    if rules["selectPolicy"] == "Disabled":
        return current
    limits: list[int] = []
    for policy in rules["policies"]:
        began = _began_with(history, policy, current, now)
        is_pods = policy["type"] == "Pods"
        limits.append(began + policy["value"] if is_pods else math.ceil(began * (1 + policy["value"] / 100)))
    return min(limits) if rules["selectPolicy"] == "Min" else max(limits)


def _down_limit(history: History, rules: Obj, current: int, now: SimTime) -> int:
    if rules["selectPolicy"] == "Disabled":
        return current
    limits: list[int] = []
    for policy in rules["policies"]:
        began = _began_with(history, policy, current, now)
        is_pods = policy["type"] == "Pods"
        limits.append(began - policy["value"] if is_pods else int(began * (1 - policy["value"] / 100)))
    return max(limits) if rules["selectPolicy"] == "Min" else min(limits)


def _began_with(history: History, policy: Obj, current: int, now: SimTime) -> int:
    """Return the replicas at the beginning of a policy's period."""
    seconds: int = policy["periodSeconds"]
    return current - changed_within(history.ups, seconds, now) + changed_within(history.downs, seconds, now)


def changed_within(changes: Sequence[Stamped], seconds: int, now: SimTime) -> int:
    """Return by how many replicas was scaled in the last ``seconds``."""
    return sum(change.replicas for change in changes if change.at > now - seconds * SECOND)


def note_change(history: History, behavior: Obj | None, before: int, replicas: int, now: SimTime) -> None:
    """Note that was scaled, for the periods of the policies."""
    if behavior is None:
        return
    is_up = replicas > before
    rules, changes = (behavior["scaleUp"], history.ups) if is_up else (behavior["scaleDown"], history.downs)
    longest = max((policy["periodSeconds"] for policy in rules["policies"]), default=0)
    _put(changes, Stamped(abs(replicas - before), now), [change.at < now - longest * SECOND for change in changes])
