"""Frames: what a browser is sent. Pure functions of the log of hops and the values it speaks of.

``state at t`` + ``frames after t`` == ``state at head`` (``apply`` is the reference for the page's reducer), so a viewer
may join, leave, rewind and come back at any hop and sees what everybody sees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cluster.engine.trace import Hop
from cluster.etcd import hop_log
from cluster.kubelet.kubelets import RECORD
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import EVENTS, NODES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.storage import KeyValue, Store
from cluster.runner.host import Control
from cluster.runner.pace import duration_ms, is_quiet
from dashboard import faults, keys, packing
from dashboard.captions import caption, waits
from dashboard.cards import CARD_KINDS, card

SILENT = tuple(f"{keys.REGISTRY}{kind.prefix}/" for kind in (EVENTS, LEASES))
"""Where what has no card lies, and a lot of it."""
PODS_FOLDER = f"{keys.REGISTRY}{PODS.prefix}/"

Cards = Mapping[int, Obj | None]
"""The card that each revision left behind; None: the object is gone."""


def is_write(hop: Hop) -> bool:
    """Whether the hop changed a card: a value in etcd, or a machine."""
    return hop.revision > 0 and hop_log.is_write(hop.target, hop.verb)


def cards_of(store: Store, hops: Sequence[Hop]) -> Cards:
    """Read the cards of everything that ``hops`` wrote, in one go. Raises Compacted."""
    revisions = [hop.revision for hop in hops if is_write(hop)]
    if not revisions:
        return {}
    first, last = min(revisions), max(revisions)
    cards: dict[int, Obj | None] = {}
    for event in store.events(keys.REGISTRY, after=first - 1, limit=last - first + 1):
        kind = _card_kind(event.key)
        if kind is not None:
            cards[event.revision] = _card(store, kind, event.kv, event.revision)
    for hop in hops:
        key = keys.parse(hop.key)
        if is_write(hop) and hop.verb in hop_log.SWITCHES and key is not None:
            cards[hop.revision] = _card(store, key.kind, store.get(key.storage_key, revision=hop.revision), hop.revision)
        elif is_write(hop) and hop.key.startswith(faults.PREFIX):
            cards[hop.revision] = faults.cards(store, hop.revision).get(hop.key)
    return cards


def _card(store: Store, kind: Kind, value: KeyValue | None, revision: int) -> Obj | None:
    if value is None:
        return None
    if kind is not NODES:
        return card(kind, value.obj)
    machine = store.get(f"/node/{value.obj['metadata']['name']}/{RECORD}", revision=revision)
    return card(kind, value.obj, is_stopped=machine is not None and bool(machine.obj.get("stopped")))


def _card_kind(storage_key: str) -> Kind | None:
    found = keys.parse(storage_key)
    return found.kind if found is not None and (found.kind in CARD_KINDS or keys.is_custom(found.kind)) else None


def seconds(moment: SimTime) -> float:
    """Return a simulated moment as the page gets it: seconds since the Unix epoch, with fractions."""
    return moment / SECOND


def hop_document(hop: Hop, cards: Cards) -> Obj:
    """Return one hop as the page gets it."""
    change: Obj | None = None
    if is_write(hop) and hop.revision in cards:
        key = hop.key if hop.key.startswith(faults.PREFIX) else str(keys.parse(hop.key))
        change = {"key": key, "card": cards[hop.revision]}
    return {
        "seq": hop.seq,
        "at": seconds(hop.at),
        "step": hop.step,
        "cause": hop.cause,
        "source": hop.source,
        "target": hop.target,
        "verb": hop.verb,
        "key": hop.key,
        "revision": hop.revision,
        "outcome": hop.outcome,
        "ms": duration_ms(hop),
        "quiet": is_quiet(hop),
        "caption": caption(hop),
        "change": change,
    }


def control_document(control: Control) -> Obj:
    """Return how the cluster runs, as the page gets it."""
    return {
        "pace": control.pace,
        "rate": control.rate,
        "paused": control.is_paused,
        "running": control.is_running,
        "waitingFor": waits.caption(control.waiting_for),
        "waitingSeconds": control.waiting_seconds,
        "stoppedBy": control.stopped_by,
        "recorded": control.is_recorded,
    }


def frame(hops: Sequence[Hop], cards: Cards, control: Control) -> Obj:
    """Return the message that carries ``hops`` (gapless, at least one)."""
    return {
        "type": "frame",
        "first": hops[0].seq,
        "last": hops[-1].seq,
        "now": seconds(hops[-1].at),
        "hops": [hop_document(hop, cards) for hop in hops],
        "control": control_document(control),
    }


def objects_at(store: Store, revision: int) -> Obj:
    """Return every card as it was at ``revision``. Raises Compacted, FutureRevision."""
    values = values_at(store, revision)
    return {**other_cards(store, values, revision), **cards_of_pods(store, [value for value in values if is_pod(value)])}


def values_at(store: Store, revision: int) -> Sequence[KeyValue]:
    """Return everything that may have a card at ``revision``. Raises Compacted, FutureRevision."""
    if revision == 0:
        return []
    return [value for value in store.list(keys.REGISTRY, revision=revision).items if not value.key.startswith(SILENT)]


def is_pod(value: KeyValue) -> bool:
    """Whether a value is a pod, of which there are many."""
    return value.key.startswith(PODS_FOLDER)


def cards_of_pods(store: Store, pods: Sequence[KeyValue]) -> Obj:
    """Return the cards of pods by key."""
    packed = packing.nothing()
    packing.pack(pods, packing.shapes_of(store), packed)
    return dict(packing.unpack(packed))


def other_cards(store: Store, values: Sequence[KeyValue], revision: int) -> Obj:
    """Return the cards of everything but pods by key, and of what is broken at ``revision``."""
    objects: Obj = dict(faults.cards(store, revision)) if revision else {}
    for value in values:
        kind = None if is_pod(value) else _card_kind(value.key)
        if kind is not None:
            objects[str(keys.parse(value.key))] = _card(store, kind, value, revision)
    return objects


def state(
    objects: Obj, pods: Obj | None = None, *, seq: int, head: int, began: SimTime, now: SimTime, revision: int, control: Control
) -> Obj:
    """Return the message that carries everything at hop ``seq``; ``began``: the cluster's first moment; ``pods``: packed."""
    return {
        "type": "state",
        "seq": seq,
        "head": head,
        "began": seconds(began),
        "now": seconds(now),
        "revision": revision,
        "objects": objects,
        **({"pods": pods} if pods else {}),
        "control": control_document(control),
    }


def apply(before: Obj, message: Obj) -> Obj:
    """Return the state after a frame: the reference for the page's reducer. Hops the state already has change nothing.

    Raises ValueError when hops are missing between the two.
    """
    seq = before["seq"]
    if message["first"] > seq + 1:
        raise ValueError(f"hops {seq + 1} to {message['first'] - 1} are missing")
    if message["last"] <= seq:
        return before
    objects, revision = dict(before["objects"]), before["revision"]
    for hop in message["hops"]:
        if hop["seq"] <= seq:
            continue
        if hop_log.is_write(hop["target"], hop["verb"]):
            revision = max(revision, hop["revision"])
        if hop["change"] is None:
            continue
        if hop["change"]["card"] is None:
            objects.pop(hop["change"]["key"], None)
        else:
            objects[hop["change"]["key"]] = hop["change"]["card"]
    last = message["last"]
    return {
        **before,
        "seq": last,
        "head": max(before["head"], last),
        "now": message["now"],
        "revision": revision,
        "objects": objects,
        "control": message["control"],
    }
