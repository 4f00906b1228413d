"""What is created by the thousand has a shape beside what is published as its kind's empty object."""

from __future__ import annotations

import pytest

from cluster.apiserver.registry import strategies
from cluster.client.events import NORMAL, make_event
from cluster.machinery.apply.shape import shape_of
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import EVENTS, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj, SimTime
from tests.unit.apiserver.rig import pod


def event(name: str, moment: int, host: str) -> Obj:
    return make_event(pod(name), NORMAL, "Started", name, component="kubelet", host=host, now=SimTime(moment), nanoseconds=moment)


def lease(holder: str) -> Obj:
    return {"metadata": {"name": holder}, "spec": {"holderIdentity": holder, "leaseDurationSeconds": 40}}


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        pytest.param(EVENTS, event("a", 1, "n1"), event("b", 2_000_000, "n2"), id="Events, whatever they are about"),
        pytest.param(PODS, pod("a"), pod("b"), id="pods of one template"),
        pytest.param(LEASES, lease("a"), lease("b"), id="Leases"),
    ],
)
def test_objects_of_one_kind_share_a_shape(kind: Kind, one: Obj, other: Obj) -> None:
    codec = strategies[kind].codec
    shapes = {shape_of(codec.empty, codec.decode(obj, "")[0]) for obj in (one, other)}
    assert (len(shapes), None in shapes) == (1, False)
