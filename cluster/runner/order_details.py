"""What the order for a machine must say and may say: checked when it is given, so that who gives it hears of it.

``join`` takes ``cpu``, ``memory`` (quantities), ``labels`` and ``files`` (text by path), ``kill-container`` ``uid`` and ``container``,
``write-manifest`` ``name`` and ``text``, ``remove-manifest`` ``name``, ``pressure`` ``memory``, ``disk``, ``inodes`` and ``pids``
(quantities), ``configure-kubelet`` ``text`` (a KubeletConfiguration), ``shutdown`` ``shutdownGracePeriod`` and
``shutdownGracePeriodCriticalPods`` (seconds), ``drain`` ``force`` (``true``). Any may have ``key``: what the trace says that it is about.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apiserver.validation.metadata import validate_labels
from cluster.kubelet.eviction_config import KubeletConfigError, parse_eviction
from cluster.kubelet.shutdown import CRITICAL_PERIOD, PERIOD
from cluster.kubelet.static_pods import decode_manifest, manifest_path
from cluster.machinery.errors import bad_request
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import QuantityError, parse_quantity
from cluster.runner.refused_order import RefusedOrder, Why

JOIN, DRAIN, KEY = "join", "drain", "key"
SHUTDOWN = ("shutdownGracePeriod", "shutdownGracePeriodCriticalPods")
PRESSURE = ("memory", "disk", "inodes", "pids")
_NAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    JOIN: ((), ("cpu", "memory", "labels", "files")),
    "stop": ((), ()),
    "start": ((), ()),
    "kill-container": (("uid", "container"), ()),
    "write-manifest": (("name", "text"), ()),
    "remove-manifest": (("name",), ()),
    "shutdown": ((), SHUTDOWN),
    "pressure": ((), PRESSURE),
    DRAIN: ((), ("force",)),
    "configure-kubelet": (("text",), ()),
}
"""What the detail of an order must have, as text, and what it may have."""
ACTIONS = tuple(_NAMES)


def check_detail(node: str, action: str, detail: Obj) -> None:
    """Raise ApiError (400, 422 for an invalid manifest) when an order lacks what it needs, or has what it does not know or is no good."""
    needed, optional = _NAMES[action]
    known = (*needed, *optional, KEY)
    for name in needed:
        if not isinstance(detail.get(name), str) or not detail[name]:
            raise bad_request(f"{action} needs {' and '.join(needed)}: {name} is missing or no text")
    for name in detail:
        if name not in known:
            raise bad_request(f"{action} has no detail {name!r}: choose of {', '.join(known)}")
    if action in _CHECKS:
        _CHECKS[action](node, detail)


def shutdown_times(detail: Obj) -> tuple[float, float]:
    """Return the seconds that a shutdown gives all pods, and of these the critical ones. Raises ApiError (400)."""
    period, critical = detail.get(SHUTDOWN[0], PERIOD), detail.get(SHUTDOWN[1], CRITICAL_PERIOD)
    if not _is_number(period) or not _is_number(critical):
        raise bad_request(f"{' and '.join(SHUTDOWN)} are numbers of seconds")
    if not 0 <= critical <= period:
        raise bad_request("the time for critical pods is a part of the time for all")
    return period, critical


def _check_join(node: str, detail: Obj) -> None:
    for name in ("cpu", "memory"):
        if name in detail and _quantity(name, detail[name]) <= 0:
            message = f"{name} is {detail[name]!r}: a machine has more than nothing"
            raise RefusedOrder(Why.NOTHING, message, resource=name, value=detail[name])
    labels, files = detail.get("labels") or {}, detail.get("files") or {}
    for texts in (labels, files):
        if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
            raise bad_request("labels and files of a machine are texts by name")
    faults = validate_labels(labels, "labels")
    if faults:
        raise bad_request("; ".join(str(fault) for fault in faults))


def _check_manifest(node: str, detail: Obj) -> None:
    decode_manifest(detail["text"].encode(), manifest_path(detail["name"]), node)


def _check_name(node: str, detail: Obj) -> None:
    manifest_path(detail["name"])


def _check_pressure(node: str, detail: Obj) -> None:
    for name in PRESSURE:
        if detail.get(name) and _quantity(name, detail[name]) < 0:
            raise bad_request(f"{name} is {detail[name]!r}: nothing less than nothing is taken of a machine")


def _check_configuration(node: str, detail: Obj) -> None:
    try:
        parse_eviction(detail["text"])
    except KubeletConfigError as error:
        raise bad_request(f"the kubelet would not start with it: {error}") from error


def _check_shutdown(node: str, detail: Obj) -> None:
    shutdown_times(detail)


_CHECKS: dict[str, Callable[[str, Obj], None]] = {
    JOIN: _check_join,
    "write-manifest": _check_manifest,
    "remove-manifest": _check_name,
    "pressure": _check_pressure,
    "configure-kubelet": _check_configuration,
    "shutdown": _check_shutdown,
}


def _quantity(name: str, text: object) -> int:
    """Return thousand-millionths of what a quantity says."""
    try:
        return parse_quantity(text if isinstance(text, str) else "").nano
    except QuantityError as error:
        raise RefusedOrder(Why.NO_QUANTITY, f"{name} is {text!r}: {error}", resource=name, value=str(text)) from None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
