"""LimitRanger: containers get the requests and limits that their namespace gives by default; what is too small or too large is refused.

Upstream: ``plugin/pkg/admission/limitranger/admission.go``. It differs in that the LimitRanges are always looked up fresh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cluster.apiserver.admission import CREATE, DELETE, UPDATE, Attributes, BasePlugin
from cluster.apiserver.admission.limit_constraints import Amounts, amounts, claim_complaints, complaints
from cluster.apiserver.reader import Reader
from cluster.machinery.kinds.core import LIMITRANGES, PERSISTENTVOLUMECLAIMS, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import Quantity

ANNOTATION = "kubernetes.io/limit-ranger"
_SIDES = (("requests", "defaultRequest", "request"), ("limits", "default", "limit"))
"""Field of a container, field of a LimitRange, and what the annotation calls it."""


class LimitRanger(BasePlugin):
    """Fills in the defaults of pods, and holds pods and claims to the bounds."""

    name = "LimitRanger"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """New pods and resized ones, and claims, new or changed."""
        if kind is PODS:
            return (operation, subresource) in ((CREATE, ""), (UPDATE, "resize"))
        return kind is PERSISTENTVOLUMECLAIMS and operation != DELETE and not subresource

    def admit(self, attributes: Attributes) -> bool:
        """Fill in, in place, what the containers of a pod do not say, and note it in an annotation."""
        if attributes.kind is not PODS or attributes.operation != CREATE:
            return False
        notes = [_set_defaults(attributes.given, limit_range) for limit_range in self._ranges(attributes)]
        return any(notes)

    def validate(self, attributes: Attributes) -> None:
        """Refuse with 403. What is being deleted may still be changed."""
        obj = attributes.given
        if attributes.operation == UPDATE and obj["metadata"].get("deletionTimestamp"):
            return
        judge = _pod_complaints if attributes.kind is PODS else _claim_complaints
        for limit_range in self._ranges(attributes):
            found = list(dict.fromkeys(judge(obj, limit_range)))
            if found:
                raise attributes.forbidden(found[0] if len(found) == 1 else "[" + ", ".join(found) + "]")

    def _ranges(self, attributes: Attributes) -> Sequence[Obj]:
        return self._reader.list(LIMITRANGES, attributes.namespace)


def _items(limit_range: Obj, kind: str) -> list[Obj]:
    return [item for item in limit_range["spec"].get("limits") or () if item.get("type") == kind]


def _set_defaults(pod: Obj, limit_range: Obj) -> bool:
    """Change the containers of a pod, and return whether there was anything to change."""
    defaults: dict[str, Obj] = {side: {} for side, _, _ in _SIDES}
    for item in _items(limit_range, "Container"):
        for side, field, _ in _SIDES:
            defaults[side].update(item.get(field) or {})
    notes: list[str] = []
    for field, word in (("containers", "container"), ("initContainers", "init container")):
        for container in pod["spec"].get(field) or ():
            notes += _set_container_defaults(container, defaults, word)
    if notes:
        annotations = pod["metadata"].setdefault("annotations", {})
        annotations[ANNOTATION] = "LimitRanger plugin set: " + "; ".join(notes)
    return bool(notes)


def _set_container_defaults(container: Obj, defaults: dict[str, Obj], word: str) -> Iterator[str]:
    resources = container.setdefault("resources", {})
    for side, _, side_word in _SIDES:
        present = resources.get(side) or {}
        missing = {name: amount for name, amount in defaults[side].items() if name not in present}
        if missing:
            resources[side] = {**present, **missing}
            yield f"{', '.join(sorted(missing))} {side_word} for {word} {container.get('name', '')}"


def _side(container: Obj, side: str) -> Amounts:
    return amounts((container.get("resources") or {}).get(side))


def _pod_amounts(spec: Obj, side: str) -> Amounts:
    """What the containers of a pod have together, at least what each init container has; the pod's own amounts come first."""
    total: dict[str, Quantity] = {}
    for container in spec.get("containers") or ():
        for name, amount in _side(container, side).items():
            total[name] = total[name].add(amount) if name in total else amount
    for container in spec.get("initContainers") or ():
        for name, amount in _side(container, side).items():
            if name not in total or amount.compare(total[name]) > 0:
                total[name] = amount
    return {**total, **_side(spec, side)}


def _pod_complaints(pod: Obj, limit_range: Obj) -> Iterator[str]:
    spec = pod["spec"]
    containers = [container for field in ("containers", "initContainers") for container in spec.get(field) or ()]
    judges: dict[str, Callable[[Obj], Iterator[str]]] = {
        "Container": lambda item: (text for c in containers for text in complaints(item, _side(c, "requests"), _side(c, "limits"))),
        "Pod": lambda item: complaints(item, _pod_amounts(spec, "requests"), _pod_amounts(spec, "limits")),
    }
    for item in limit_range["spec"].get("limits") or ():
        if item.get("type") in judges:
            yield from judges[item["type"]](item)


def _claim_complaints(claim: Obj, limit_range: Obj) -> Iterator[str]:
    for item in _items(limit_range, "PersistentVolumeClaim"):
        yield from claim_complaints(item, _side(claim["spec"], "requests"))
