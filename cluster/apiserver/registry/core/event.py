"""Events in the registry. Upstream: ``pkg/registry/core/event/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.core.event import set_defaults
from cluster.apiserver.strategy import BaseStrategy, GarbageCollectionPolicy
from cluster.apiserver.validation.core import event as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import EVENTS
from cluster.machinery.meta import Obj

_ABOUT = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")


class EventStrategy(BaseStrategy):
    """An Event may be written anew at any time, and can be found by what it is about."""

    kind = EVENTS
    allow_create_on_update = True
    garbage_collection = GarbageCollectionPolicy.UNSUPPORTED
    field_labels = frozenset({*(f"involvedObject.{field}" for field in _ABOUT), "reason", "reportingComponent", "source", "type"})

    def default(self, obj: Obj) -> None:
        """See ``defaults/core/event.py``."""
        set_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/event.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/event.py``."""
        return rules.validate_update(obj, old)

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return what it is about, why, and who said so."""
        about = obj.get("involvedObject", {})
        reporter = obj.get("reportingComponent", "")
        return {
            **super().selectable_fields(obj),
            **{f"involvedObject.{field}": about.get(field, "") for field in _ABOUT},
            "reason": obj.get("reason", ""),
            "reportingComponent": reporter,
            "source": obj.get("source", {}).get("component", "") or reporter,
            "type": obj.get("type", ""),
        }
