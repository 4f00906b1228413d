"""What browsers send, read into values. Whatever is wrong becomes a Refusal: a sentence and what to try instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from django.utils.translation import gettext as _

from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import Obj
from cluster.models import Pace
from cluster.runner.conditions import Condition, parse
from cluster.runner.etcd_admin import ACTIONS as ETCD_ACTIONS
from cluster.runner.faults.messages import DELAY, MessageFault
from cluster.runner.faults.record import SECONDS, SLOW, Fault
from cluster.runner.steering import RATES
from dashboard import keys
from dashboard.keys import ObjectKey

MAX_REPLICAS = 10_000
NODE_ACTIONS = ("cordon", "uncordon", "drain", "taint", "untaint", "stop-node", "start-node")
TAINT = re.compile(r"(?P<key>[A-Za-z0-9./_-]{1,253})(=(?P<value>[A-Za-z0-9._-]{0,63}))?:(?P<effect>[A-Za-z]+)")
"""As ``kubectl taint`` writes one; what is wrong with its parts the API server says."""
LOADED = ("deployments", "replicasets", "statefulsets", "daemonsets")
"""Plurals of the kinds whose pods carry a load together."""
TURNS = ("up", "down", "off")
ACTIONS = ("scale", "load", "delete", "restart", "kill-container", *NODE_ACTIONS)
MAX_HOPS = 1000
LATE_SECONDS = 20.0
"""How late a message comes that is held back, when nobody says: simulated seconds."""
SNAPSHOT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
EXAMPLES = ("pod web-* bound", "node worker-2 NotReady", "deployment web available", "hop kube-scheduler")
"""Conditions, as they are written."""


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault of the program
    """A request that is answered with ``code``, a sentence and a hint (which may be empty)."""

    def __init__(self, code: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@dataclass(frozen=True, slots=True)
class ControlChange:
    """What a viewer wants of the loops: the arguments of ``Host.steer``."""

    pace: str | None = None
    rate: float | None = None
    paused: bool | None = None
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Action:
    """Something done to an object from the diagram. ``replicas``: for scale; ``turn``: for load; ``container``: for kill-container;
    ``force``: for drain; ``taint``: for taint and untaint."""

    action: str
    key: ObjectKey
    replicas: int = 0
    container: str = ""
    turn: str = ""
    force: bool = False
    taint: Obj | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A text of manifests; ``is_dry_run``: only say what would happen."""

    text: str
    is_dry_run: bool


@dataclass(frozen=True, slots=True)
class NewMachine:
    """A machine that shall join. ``cpu``, ``memory``: quantities; ``token``, ``ca_hash``: as kubeadm is told them, or empty."""

    name: str
    cpu: str
    memory: str
    token: str
    ca_hash: str


@dataclass(frozen=True, slots=True)
class EtcdWork:
    """What an administrator asks of etcd. ``name``: of a snapshot; ``revision``: to compact up to."""

    action: str
    name: str = ""
    revision: int = 0


def json_object(body: bytes) -> Obj:
    """Read a request's body. Raises Refusal 400 when it is not a JSON object."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, _("The request's body is not JSON.")) from error
    if not isinstance(document, dict):
        raise Refusal(400, _("The request's body is not a JSON object."))
    return document


def control_change(data: bytes) -> ControlChange:
    """Read a control message of the socket. Raises Refusal."""
    try:
        message = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, _("The message is not JSON.")) from error
    if not isinstance(message, dict) or message.get("type") != "control":
        raise Refusal(400, _("Only control messages are understood here."))
    action, value = message.get("action"), message.get("value")
    if action in ("play", "pause"):
        return ControlChange(paused=action == "pause")
    if action == "step":
        steps = 1 if value is None else value
        if isinstance(steps, bool) or not isinstance(steps, int) or not 1 <= steps <= 1000:
            raise Refusal(400, _("The number of steps must lie between 1 and 1000."))
        return ControlChange(steps=steps)
    if action == "rate":
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refusal(400, _("The rate must be a number."))
        if not RATES[0] <= value <= RATES[1]:
            limits = {"slowest": f"{RATES[0]:g}", "fastest": f"{RATES[1]:g}"}
            raise Refusal(400, _("The rate must lie between %(slowest)s and %(fastest)s.") % limits)
        return ControlChange(rate=float(value))
    if action == "pace":
        if not isinstance(value, str) or value not in Pace.values:
            raise Refusal(400, _("The pace must be lecture, real or instant."))
        return ControlChange(pace=value)
    raise Refusal(400, _("There is no such control: %(action)s.") % {"action": str(action)[:40]})


def action(document: Obj, kinds: ServedKinds) -> Action:
    """Read an action on an object. ``kinds``: what its cluster serves. Raises Refusal."""
    name = document.get("action")
    if name not in ACTIONS:
        hint = _("These actions exist: %(actions)s.") % {"actions": ", ".join(ACTIONS)}
        raise Refusal(400, _("There is no such action: %(action)s.") % {"action": str(name)[:40]}, hint)
    return Action(
        name,
        _object_key(document.get("key"), name, kinds),
        _replicas(document.get("replicas")) if name == "scale" else 0,
        str(document.get("container") or "") if name == "kill-container" else "",
        _turn(document.get("turn")) if name == "load" else "",
        document.get("force") is True,
        _taint(document.get("taint")) if name in ("taint", "untaint") else None,
    )


def _object_key(text: object, action_name: str, kinds: ServedKinds) -> ObjectKey:
    key = object_key(text, kinds)
    plurals: tuple[str, ...] = ()
    if action_name in NODE_ACTIONS:
        plurals = ("nodes",)
    elif action_name == "kill-container":
        plurals = ("pods",)
    elif action_name == "scale":
        plurals = ("deployments", "replicasets")
    elif action_name == "load":
        plurals = LOADED
    elif action_name == "restart":
        plurals = ("deployments",)
    if plurals and key.kind.plural not in plurals:
        message = _("The action %(action)s does not apply to %(kind)s.") % {"action": action_name, "kind": key.kind.kind}
        raise Refusal(400, message, _("It applies to: %(kinds)s.") % {"kinds": ", ".join(plurals)})
    return key


def object_key(text: object, kinds: ServedKinds) -> ObjectKey:
    """Read the key of one object. ``kinds``: what its cluster serves. Raises Refusal."""
    key = keys.parse(text, kinds) if isinstance(text, str) else None
    if key is None or not key.name:
        raise Refusal(400, _("This is not the key of an object: %(key)s.") % {"key": str(text)[:100]})
    return key


def _replicas(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_REPLICAS:
        raise Refusal(400, _("The number of replicas must lie between 0 and %(limit)d.") % {"limit": MAX_REPLICAS})
    return value


def _turn(value: object) -> str:
    if not isinstance(value, str) or value not in TURNS:
        raise Refusal(400, _("A load is turned up, down or off."))
    return value


def _taint(text: object) -> Obj:
    found = TAINT.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        hint = _("For example: %(example)s.") % {"example": "maintenance=yes:NoSchedule"}
        raise Refusal(400, _("This is no taint: %(text)s.") % {"text": str(text)[:100]}, hint)
    return {name: value for name, value in found.groupdict().items() if value}


def submission(document: Obj) -> Submission:
    """Read a submitted text of manifests. Raises Refusal."""
    text = document.get("text")
    if not isinstance(text, str):
        raise Refusal(400, _("The text of the manifests is missing."))
    return Submission(text, document.get("dryRun") is True)


def breakpoint_change(document: Obj) -> tuple[Condition, bool]:
    """Read which breakpoint is set, or taken away. Raises Refusal."""
    text = document.get("text")
    try:
        condition = parse(text if isinstance(text, str) else "")
    except ValueError as error:
        hint = _("Examples: %(examples)s.") % {"examples": "; ".join(EXAMPLES)}
        raise Refusal(400, _("This is not understood as a condition: %(words)s.") % {"words": str(error)}, hint) from error
    return condition, document.get("set") is not False


def fault_change(document: Obj) -> Fault:
    """Read what shall be broken; an empty ``fault`` mends. Raises Refusal."""
    target, fault = document.get("target"), document.get("fault")
    if not isinstance(target, str) or not isinstance(fault, str):
        raise Refusal(400, _("It is not said what shall be broken."))
    return Fault(target, fault, _seconds(document, SECONDS) if fault == SLOW else 0.0)


def message_fault(document: Obj) -> MessageFault:
    """Read what shall become of a message. Raises Refusal."""
    names = ("effect", "source", "target", "verb", "key")
    texts = [document.get(name) for name in names]
    if not all(isinstance(text, str) for text in texts):
        raise Refusal(400, _("It is not said what shall become of which message."))
    effect, source, target, verb, key = map(str, texts)
    return MessageFault(effect, source, target, verb, key, _seconds(document, LATE_SECONDS) if effect == DELAY else 0.0)


def _seconds(document: Obj, default: float) -> float:
    """Read simulated seconds; how many there may be the cluster says. Raises Refusal."""
    seconds = document.get("seconds", default)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise Refusal(400, _("The seconds must be a number."), _("For example: %(example)s.") % {"example": f"{default:g}"})
    return float(seconds)


def place(document: Obj) -> int:
    """Read the hop at which something begins. Raises Refusal."""
    seq = document.get("at")
    if isinstance(seq, bool) or not isinstance(seq, int) or seq < 0:
        raise Refusal(400, _("%(name)s must be a whole number of 0 or more.") % {"name": "at"})
    return seq


def new_machine(document: Obj) -> NewMachine:
    """Read what shall join. Raises Refusal."""
    name, cpu, memory, token, ca_hash = (document.get(field, "") for field in ("name", "cpu", "memory", "token", "hash"))
    texts = [text for text in (name, cpu, memory, token, ca_hash) if isinstance(text, str)]
    if len(texts) < 5 or not name:
        raise Refusal(400, _("It is not said what machine shall join."), _("Give it a name, such as worker-4."))
    return NewMachine(*texts)


def etcd_work(document: Obj) -> EtcdWork:
    """Read what is asked of etcd. Raises Refusal."""
    name, snapshot, revision = document.get("action"), document.get("name"), document.get("revision")
    if name not in ETCD_ACTIONS:
        hint = _("These actions exist: %(actions)s.") % {"actions": ", ".join(ETCD_ACTIONS)}
        raise Refusal(400, _("There is no such action: %(action)s.") % {"action": str(name)[:40]}, hint)
    if name in ("snapshot", "restore") and not (isinstance(snapshot, str) and SNAPSHOT_NAME.fullmatch(snapshot)):
        raise Refusal(
            400, _("This is not the name of a snapshot: %(name)s.") % {"name": str(snapshot)[:100]}, _("For example: snapshot.db.")
        )
    if name == "compact" and (isinstance(revision, bool) or not isinstance(revision, int) or not 0 < revision < 2**62):
        raise Refusal(400, _("%(name)s must be a whole number of 0 or more.") % {"name": "revision"})
    return EtcdWork(str(name), str(snapshot or ""), revision if name == "compact" and isinstance(revision, int) else 0)


def number(query: Mapping[str, str], name: str, default: int) -> int:
    """Read a whole number of 0 or more out of a query string. Raises Refusal."""
    text = query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refusal(400, _("%(name)s must be a whole number of 0 or more.") % {"name": name})
    return int(text)
