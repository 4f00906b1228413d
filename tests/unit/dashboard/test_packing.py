"""Pods that are packed into a state come out of it as they were, and are looked at again only when they have changed."""

from __future__ import annotations

import orjson
import pytest

from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue
from dashboard import packing


def stored(name: str, *, node: str = "n1", phase: str = "Running", namespace: str = "default", revision: int = 1) -> KeyValue:
    """A pod as etcd has it."""
    obj: Obj = {
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"nodeName": node, "containers": [{"name": "c", "image": "nginx"}]},
        "status": {"phase": phase},
    }
    return KeyValue(f"/registry/pods/{namespace}/{name}", orjson.dumps(obj), revision, 1, 1)


def packed(*pods: KeyValue, shapes: packing.Shapes) -> Obj:
    """Pods, packed one after the other."""
    into = packing.nothing()
    for pod in pods:
        packing.pack([pod], shapes, into)
    return into


RUNNING = ("n1", "Running")


@pytest.mark.parametrize(
    ("pods", "shapes", "told"),
    [
        pytest.param((), 0, {}, id="nothing"),
        pytest.param((stored("a"), stored("b")), 1, {"default/a": RUNNING, "default/b": RUNNING}, id="alike"),
        pytest.param((stored("a"), stored("b", node="n2")), 1, {"default/a": RUNNING, "default/b": ("n2", "Running")}, id="on two nodes"),
        pytest.param((stored("a", node=""),), 1, {"default/a": ("", "Running")}, id="without a node"),
        pytest.param(
            (stored("a"), stored("a", namespace="x"), stored("b", phase="Pending")),
            3,
            {"default/a": RUNNING, "x/a": RUNNING, "default/b": ("n1", "Pending")},
            id="different in more than name and node",
        ),
    ],
)
def test_what_goes_in_comes_out(pods: tuple[KeyValue, ...], shapes: int, told: dict[str, tuple[str, str]]) -> None:
    into = packed(*pods, shapes=packing.Shapes())
    cards = dict(packing.unpack(into))
    assert (len(into["shapes"]), {key.removeprefix("pods/"): (card["node"], card["status"]) for key, card in cards.items()}) == (
        shapes,
        told,
    )


def test_a_pod_that_has_changed_is_looked_at_again() -> None:
    shapes = packing.Shapes()
    packed(stored("a", phase="Pending"), shapes=shapes)
    now = dict(packing.unpack(packed(stored("a", revision=2), shapes=shapes)))
    assert now["pods/default/a"]["status"] == "Running"


def test_a_memory_that_has_grown_too_large_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "MOST_SHAPES", 2)
    pods = [stored(f"p{number}", namespace=f"ns{number}") for number in range(5)]
    cards = dict(packing.unpack(packed(*pods, shapes=packing.Shapes())))
    assert list(cards) == [f"pods/ns{number}/p{number}" for number in range(5)]
