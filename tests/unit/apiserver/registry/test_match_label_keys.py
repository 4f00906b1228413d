"""A pod's own labels in the selectors that ask for them."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apiserver.registry.core.match_label_keys import merge_match_label_keys
from cluster.machinery.meta import Obj

LABELS = {"app": "web", "pod-template-hash": "abc"}
WEB = {"matchLabels": {"app": "web"}}
HASH_IN = {"key": "pod-template-hash", "operator": "In", "values": ["abc"]}
HASH_NOT_IN = {"key": "pod-template-hash", "operator": "NotIn", "values": ["abc"]}


def pod(term: Obj, place: str) -> Obj:
    """A pod whose spec has a term at one of the places for it."""
    if place == "spread":
        return {"metadata": {"labels": LABELS}, "spec": {"topologySpreadConstraints": [term]}}
    side, when = place.split()
    wanted: Any = [term] if when.startswith("required") else [{"weight": 1, "podAffinityTerm": term}]
    return {"metadata": {"labels": LABELS}, "spec": {"affinity": {side: {f"{when}DuringSchedulingIgnoredDuringExecution": wanted}}}}


@pytest.mark.parametrize(
    "place", ["spread", *(f"{side} {when}" for side in ("podAffinity", "podAntiAffinity") for when in ("required", "preferred"))]
)
def test_every_selector_of_a_pod_is_completed(place: str) -> None:
    found, expected = (
        pod({"labelSelector": selector, "matchLabelKeys": ["pod-template-hash"]}, place)
        for selector in (WEB, {**WEB, "matchExpressions": [HASH_IN]})
    )
    merge_match_label_keys(found)
    assert found == expected


@pytest.mark.parametrize(
    ("term", "selector"),
    [
        pytest.param({"labelSelector": WEB}, WEB, id="nothing asked for"),
        pytest.param({"matchLabelKeys": ["app"]}, None, id="no selector means no pods"),
        pytest.param({"labelSelector": WEB, "matchLabelKeys": ["zone"]}, WEB, id="a label that the pod lacks"),
        pytest.param(
            {"labelSelector": {"matchExpressions": [HASH_IN]}, "mismatchLabelKeys": ["pod-template-hash"]},
            {"matchExpressions": [HASH_IN, HASH_NOT_IN]},
            id="pods with another value",
        ),
    ],
)
def test_what_a_selector_becomes(term: Obj, selector: Obj | None) -> None:
    found = pod(dict(term), "podAffinity required")
    merge_match_label_keys(found)
    (merged,) = found["spec"]["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert merged.get("labelSelector") == selector
