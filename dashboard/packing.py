"""The pods of a large cluster in a ``state`` message: what they have in common once, and of each only what is its own.

Pods of one owner differ in name and node, seldom in more, so that 50,000 pods take 30 bytes each where their cards would take
350. Nothing is lost: ``unpack`` gives the cards back (``static/js/core/packed.js`` does it on the page).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import orjson

from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue, Store
from dashboard.cards import card

PLAIN = 1_000
"""Up to so many pods a state has their cards as they are."""
MOST_SHAPES = 10_000
"""A memory of more is begun anew."""


@dataclass(slots=True)
class Shapes:
    """The shapes of a cluster's pods (cards without name and node), and which of them each pod had when it was last looked at."""

    _shapes: dict[bytes, Obj] = field(default_factory=dict)
    _pods: dict[str, tuple[int, Obj, str]] = field(default_factory=dict)

    def of(self, pod: KeyValue) -> tuple[Obj, str]:
        """Return the shape of a pod, the very same object for equal ones, and its node."""
        known = self._pods.get(pod.key)
        if known is None or known[0] != pod.mod_revision:
            shape = card(PODS, pod.obj)
            del shape["name"]
            node = shape.pop("node")
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.clear()
                self._pods.clear()
            shape = self._shapes.setdefault(orjson.dumps(shape), shape)
            known = self._pods[pod.key] = (pod.mod_revision, shape, node)
        return known[1:]


_SHAPES: WeakKeyDictionary[Store, Shapes] = WeakKeyDictionary()


def shapes_of(store: Store) -> Shapes:
    """Return what is remembered of a cluster's pods; it can always be read again."""
    return _SHAPES.setdefault(store, Shapes())


def nothing() -> Obj:
    """Return no pods, packed."""
    return {"shapes": [], "nodes": [], "names": [], "shape": [], "node": []}


def pack(pods: Sequence[KeyValue], shapes: Shapes, into: Obj) -> None:
    """Add pods to packed ones."""
    places = {id(shape): place for place, shape in enumerate(into["shapes"])}
    nodes = {name: place for place, name in enumerate(into["nodes"])} | {"": -1}
    for pod in pods:
        shape, node = shapes.of(pod)
        if id(shape) not in places:
            places[id(shape)] = len(into["shapes"])
            into["shapes"].append(shape)
        if node not in nodes:
            nodes[node] = len(into["nodes"])
            into["nodes"].append(node)
        into["names"].append(pod.key.rpartition("/")[2])
        into["shape"].append(places[id(shape)])
        into["node"].append(nodes[node])


def unpack(packed: Obj) -> Iterable[tuple[str, Obj]]:
    """Return the cards of packed pods with their keys."""
    for name, shape, node in zip(packed["names"], packed["shape"], packed["node"], strict=True):
        common = packed["shapes"][shape]
        yield f"pods/{common['namespace']}/{name}", {**common, "name": name, "node": packed["nodes"][node] if node >= 0 else ""}
