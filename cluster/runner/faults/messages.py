"""Faults of single messages: the next one that matches is lost, sent twice, or late; then the fault is over.

They stand in a record of their own beside that of broken components. Each has a name, ``messages/<number of its hop>``, under which it is
shown and can be taken back. A request that is late stands there until it may go on, so that whoever runs the loops next knows of it: one
from outside goes on where its client waits, one of a component has been lost with its process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from cluster.apiserver.call import HTTP_VERBS
from cluster.engine.trace import Trace
from cluster.etcd.hop_log import BREAK, MEND
from cluster.machinery.meta import Obj, SimTime, after
from cluster.machinery.storage import KeyValue, Store
from cluster.runner.faults.names import API_SERVER, KUBEADM, OUTSIDE, is_part
from cluster.runner.refused_order import RefusedOrder, Why

KEY = "/runner/message-faults"
MESSAGE = "messages/"
"""How the names of these faults begin."""
HAND = "dashboard"
"""Who breaks and mends, as the trace names it."""
DROP, DUPLICATE, DELAY = "drop", "duplicate", "delay"
EFFECTS = (DROP, DUPLICATE, DELAY)
REQUESTS = tuple(dict.fromkeys(HTTP_VERBS.values()))
EVENTS = ("ADDED", "MODIFIED", "DELETED")
"""The verbs of what can be met."""
MET = "met"
"""Outcome of the hop that says that the message has come."""
MOST_SECONDS = 600.0
LOST = "the request was lost with its process"
EVENT_LOST = "the message is lost"
"""What a hop says of a watch event that does not arrive."""
EVENT_AGAIN = "the message comes again"
"""What a hop says of a watch event that arrives a second time."""
DEADLINE = "context deadline exceeded"
"""What a client says whose request was lost, when it has waited long enough."""


@dataclass(frozen=True, slots=True)
class MessageFault:
    """What becomes of the next message that matches: a request (``target`` kube-apiserver, ``verb`` POST and so on), or a watch event
    (``source`` kube-apiserver, ``verb`` ADDED and so on). ``source`` and ``target`` are met by their parts, too. ``key``: see ``fits``.
    ``effect``: ``drop``, ``duplicate``, or ``delay`` by so many ``seconds`` (simulated). ``name``: of the fault."""

    effect: str
    source: str
    target: str
    verb: str
    key: str
    seconds: float = 0.0
    name: str = ""

    def matches(self, source: str, target: str, verb: str, key: str) -> bool:
        """Whether a message is meant."""
        return self.verb == verb and is_part(source, self.source) and is_part(target, self.target) and fits(self.key, key)

    @property
    def component(self) -> str:
        """Who sends the request or reads the event."""
        return self.target if self.source == API_SERVER else self.source


def fits(pattern: str, key: str) -> bool:
    """Whether a key is meant: ``plural/namespace/name``, with a subresource behind it. ``*`` stands for any name, at the end also for none
    (it is drawn only when the object is made); what ends in ``/`` stands for everything below, and nothing for everything."""
    if not pattern or pattern.endswith("/"):
        return key.startswith(pattern)
    wanted, found = pattern.split("/"), key.split("/")
    if wanted[-1] == "*" and len(found) == len(wanted) - 1:
        wanted.pop()
    return len(wanted) == len(found) and all(each in ("*", part) for each, part in zip(wanted, found, strict=True))


@dataclass(frozen=True, slots=True)
class HeldRequest:
    """A request that is late. ``name``: of the fault that it has met; ``due``: the simulated moment at which it may go on."""

    name: str
    source: str
    verb: str
    key: str
    due: SimTime


class Held(Exception):  # noqa: N818 - it is late, not wrong
    """Raised instead of an answer to a client outside the simulation: it waits until its request is held no longer."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Messages:
    """The record as it is now. Reading it costs next to nothing while it does not change."""

    def __init__(self, store: Store, trace: Trace) -> None:
        self._store, self._trace = store, trace
        self._moves = -1
        self._record: KeyValue | None = None
        self._value: KeyValue | None = None
        self._faults: tuple[MessageFault, ...] = ()

    @property
    def is_awaiting(self) -> bool:
        """Whether something is to become of a message to come."""
        moves = self._store.moves_outside_registry
        if moves != self._moves:
            self._moves, self._record = moves, self._store.get(KEY)
        return self._record is not None

    @property
    def held(self) -> tuple[HeldRequest, ...]:
        """The requests that are late now."""
        return held_in(self._store.get(KEY))

    def release(self, name: str) -> None:
        """Let a request go on. Harmless when it has."""
        value = self._store.get(KEY)
        held = held_in(value)
        if any(each.name == name for each in held):
            self._store.put(KEY, _record(messages_in(value), [each for each in held if each.name != name]))

    def lose(self) -> None:
        """Take note that the requests of components that were late have been lost with whoever ran the loops."""
        for each in self.held:
            if each.source not in OUTSIDE:
                self._trace.record(each.source, API_SERVER, each.verb, each.key, outcome=f"error: {LOST}")
                self.release(each.name)

    def meet(self, source: str, target: str, verb: str, key: str) -> MessageFault | None:
        """Return what becomes of a message; it is forgotten with that, but for a request that is late. None: nothing, it passes."""
        value = self._store.get(KEY)
        if value is None:
            return None
        if value is not self._value:
            self._value, self._faults = value, messages_in(value)
        met = next((each for each in self._faults if each.matches(source, target, verb, key)), None)
        if met is not None:
            rest, held = [each for each in self._faults if each is not met], list(held_in(value))
            if met.effect == DELAY and target == API_SERVER:
                held.append(HeldRequest(met.name, source, verb, key, after(self._store.now, met.seconds)))
            with self._store.transaction(), self._trace.routine():
                _write(self._store, self._trace, MEND, met, rest, held, MET)
        return met


def messages_in(value: KeyValue | None) -> tuple[MessageFault, ...]:
    """Return what is to become of messages."""
    return () if value is None else tuple(MessageFault(**entry) for entry in value.obj["messages"])


def held_in(value: KeyValue | None) -> tuple[HeldRequest, ...]:
    """Return the requests that are late."""
    return () if value is None else tuple(HeldRequest(**entry) for entry in value.obj.get("held", ()))


def check_seconds(what: str, seconds: float) -> None:
    """Raise ApiError (400) when something cannot take so long. ``what``: it, and its verb."""
    if not 0 < seconds <= MOST_SECONDS:
        message = f"{what} up to {MOST_SECONDS:.0f} seconds, not {seconds}"
        raise RefusedOrder(Why.SECONDS, message, seconds=f"{seconds:.15g}", most=f"{MOST_SECONDS:g}")


def break_message(store: Store, trace: Trace, fault: MessageFault) -> None:
    """Let something happen to the next message that matches. Raises ApiError (400)."""
    verbs = REQUESTS if fault.target == API_SERVER else EVENTS if fault.source == API_SERVER else ()
    if fault.verb not in verbs or fault.effect not in EFFECTS:
        message = "a request to kube-apiserver or a watch event of it can be dropped, sent twice or delayed"
        raise RefusedOrder(Why.NO_MESSAGE, message)
    if fault.effect == DELAY and fault.source == KUBEADM:
        raise RefusedOrder(Why.KUBEADM_WAITS, f"{KUBEADM} waits for nobody: its requests cannot be delayed")
    if fault.effect == DELAY:
        check_seconds("a message is delayed by", fault.seconds)
    with store.transaction():
        value, fault = store.get(KEY), replace(fault, name=f"{MESSAGE}{trace.next_seq}")
        _write(store, trace, BREAK, fault, [*messages_in(value), fault], held_in(value), fault.effect)


def take_back(store: Store, trace: Trace, name: str) -> None:
    """Let a message pass after all, or without a ``name`` every one, those that are late as well. Raises ApiError (400) when nothing is to
    become of it."""
    value = store.get(KEY)
    before, held = messages_in(value), held_in(value) if name else ()
    if name.startswith(MESSAGE) and name not in [each.name for each in before]:
        raise RefusedOrder(Why.WHOLE, f"nothing is wrong with {name}", name=name)
    for fault in [each for each in before if name in ("", each.name)]:
        before = tuple(each for each in before if each is not fault)
        _write(store, trace, MEND, fault, before, held, "")
    if not name and held_in(store.get(KEY)):
        store.put(KEY, None)


def _write(
    store: Store,
    trace: Trace,
    verb: str,
    fault: MessageFault,
    kept: Sequence[MessageFault],
    held: Sequence[HeldRequest],
    outcome: str,
) -> None:
    hop = trace.record(HAND, fault.component, verb, f"faults/{fault.name}", outcome=outcome)
    hop.revision = store.put(KEY, _record(kept, held), hop=hop.seq).mod_revision


def _record(kept: Sequence[MessageFault], held: Sequence[HeldRequest]) -> Obj | None:
    late = {"held": [asdict(each) for each in held]} if held else {}
    return {"messages": [asdict(each) for each in kept], **late} if kept or held else None
