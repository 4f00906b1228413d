"""Events of ``events.k8s.io`` in the registry. Upstream: ``pkg/registry/core/event/strategy.go``, which serves both groups."""

from __future__ import annotations

from cluster.apiserver.conversion import Conversion
from cluster.apiserver.registry.events.conversion import EventConversion
from cluster.apiserver.strategy import BaseStrategy, GarbageCollectionPolicy
from cluster.apiserver.validation.events import event as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.events import EVENTS_V1
from cluster.machinery.meta import Obj

_CONVERSION = EventConversion()
_ABOUT = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")


class EventStrategy(BaseStrategy):
    """An Event with the newer names of its fields, and stricter rules for them. It is judged as it is kept."""

    kind = EVENTS_V1
    conversion: Conversion | None = _CONVERSION
    allow_create_on_update = True
    garbage_collection = GarbageCollectionPolicy.UNSUPPORTED
    field_labels = frozenset({*(f"regarding.{field}" for field in _ABOUT), "reason", "reportingController", "type"})

    def default(self, obj: Obj) -> None:
        """What has no value is written as null or as an empty struct."""
        for field in ("deprecatedFirstTimestamp", "deprecatedLastTimestamp", "eventTime"):
            obj.setdefault(field, None)
        obj.setdefault("regarding", {})

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/events/event.py``."""
        return rules.validate(_CONVERSION.to_storage(obj))

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/events/event.py``."""
        return rules.validate_update(_CONVERSION.to_storage(obj), _CONVERSION.to_storage(old))

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return what it is about, why, and who said so."""
        about = obj.get("regarding") or {}
        return {
            **super().selectable_fields(obj),
            **{f"regarding.{field}": about.get(field, "") for field in _ABOUT},
            "reason": obj.get("reason", ""),
            "reportingController": obj.get("reportingController", ""),
            "type": obj.get("type", ""),
        }
