"""RuntimeClass: a pod gets the overhead of its class, and goes where its class is.

Upstream: ``plugin/pkg/admission/runtimeclass/admission.go``.
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.admission import CREATE, Attributes, BasePlugin
from cluster.apiserver.reader import Reader
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.node import RUNTIMECLASSES
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import parse_quantity
from cluster.machinery.taints import merge_tolerations

_OTHER_OVERHEAD = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
_OWN_OVERHEAD = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"


class RuntimeClass(BasePlugin):
    """Fills in what a pod's class says, and refuses an overhead that is not the class's."""

    name = "RuntimeClass"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """New pods."""
        return operation == CREATE and kind is PODS and not subresource

    def admit(self, attributes: Attributes) -> bool:
        """Change overhead, node selector and tolerations. Raises 403 for a class that does not exist or says otherwise than the pod."""
        spec = attributes.given["spec"]
        runtime_class = self._class_of(spec, attributes)
        if runtime_class is None:
            return False
        overhead, scheduling = runtime_class.get("overhead"), runtime_class.get("scheduling")
        if overhead is not None:
            fixed = overhead.get("podFixed") or {}
            if spec.get("overhead") is not None and not _is_same(spec["overhead"], fixed):
                raise attributes.forbidden(_OTHER_OVERHEAD)
            spec["overhead"] = dict(fixed)
        if scheduling is not None:
            _set_scheduling(spec, scheduling, attributes)
        return overhead is not None or scheduling is not None

    def validate(self, attributes: Attributes) -> None:
        """Raises 403 for an overhead that is not the class's."""
        spec = attributes.given["spec"]
        runtime_class = self._class_of(spec, attributes)
        overhead = runtime_class.get("overhead") if runtime_class is not None else None
        if overhead is None and spec.get("overhead") is not None:
            raise attributes.forbidden(_OWN_OVERHEAD)
        if overhead is not None and not _is_same(spec.get("overhead") or {}, overhead.get("podFixed") or {}):
            raise attributes.forbidden(_OTHER_OVERHEAD)

    def _class_of(self, spec: Obj, attributes: Attributes) -> Obj | None:
        name = spec.get("runtimeClassName")
        if name is None:
            return None
        found = self._reader.get(RUNTIMECLASSES, "", name)
        if found is None:
            raise attributes.forbidden(f'pod rejected: RuntimeClass "{name}" not found')
        return found


def _is_same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two lists of resources say the same, in whatever units."""
    return one.keys() == other.keys() and all(not parse_quantity(one[name]).compare(parse_quantity(other[name])) for name in one)


def _set_scheduling(spec: Obj, scheduling: Obj, attributes: Attributes) -> None:
    selector = dict(spec.get("nodeSelector") or {})
    for key, wanted in (scheduling.get("nodeSelector") or {}).items():
        if selector.setdefault(key, wanted) != wanted:
            raise attributes.forbidden(
                f"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {wanted}; pod.spec.nodeSelector[{key}] = {selector[key]}"
            )
    tolerations = merge_tolerations([*(spec.get("tolerations") or ()), *(scheduling.get("tolerations") or ())])
    for field, value in (("nodeSelector", selector), ("tolerations", tolerations)):
        if value:
            spec[field] = value
