"""HorizontalPodAutoscalers in the registry. Upstream: ``pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.conversion import Conversion
from cluster.apiserver.defaults.autoscaling.horizontalpodautoscaler import set_defaults
from cluster.apiserver.registry.autoscaling.conversion import OF_SPEC, OF_STATUS, HorizontalPodAutoscalerConversion
from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.autoscaling import horizontalpodautoscaler as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.autoscaling import HORIZONTALPODAUTOSCALERS, HORIZONTALPODAUTOSCALERS_V1
from cluster.machinery.meta import Obj

_CONVERSION = HorizontalPodAutoscalerConversion()


class HorizontalPodAutoscalerStrategy(BaseStrategy):
    """The version that is kept, autoscaling/v2. It counts no generation."""

    kind = HORIZONTALPODAUTOSCALERS

    def default(self, obj: Obj) -> None:
        """See ``defaults/autoscaling/horizontalpodautoscaler.py``."""
        set_defaults(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """Nothing is measured yet."""
        obj["status"] = {"currentMetrics": None, "desiredReplicas": 0}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/autoscaling/horizontalpodautoscaler.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/autoscaling/horizontalpodautoscaler.py``."""
        return rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/autoscaling/horizontalpodautoscaler.py``."""
        return rules.validate_status_update(obj, old)


class HorizontalPodAutoscalerV1Strategy(BaseStrategy):
    """autoscaling/v1: what it cannot say in fields stands in annotations. It is judged as what it becomes."""

    kind = HORIZONTALPODAUTOSCALERS_V1
    conversion: Conversion | None = _CONVERSION

    def default(self, obj: Obj) -> None:
        """One pod at least; the target follows from the annotations when it is converted."""
        obj["spec"].setdefault("minReplicas", 1)

    def prepare_for_create(self, obj: Obj) -> None:
        """Nothing is measured yet."""
        obj["status"] = {"currentReplicas": 0, "desiredReplicas": 0}
        _carry_annotations(obj, {"metadata": {}}, OF_STATUS)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/autoscaling/horizontalpodautoscaler.py``."""
        return rules.validate(_CONVERSION.to_storage(obj))

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """The status stays, in annotations too."""
        super().prepare_for_update(obj, old)
        _carry_annotations(obj, old, OF_STATUS)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/autoscaling/horizontalpodautoscaler.py``."""
        return rules.validate_update(_CONVERSION.to_storage(obj), _CONVERSION.to_storage(old))

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays, in annotations too."""
        carry(obj, old, "spec")
        _carry_annotations(obj, old, OF_SPEC)

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/autoscaling/horizontalpodautoscaler.py``."""
        return rules.validate_status_update(_CONVERSION.to_storage(obj), _CONVERSION.to_storage(old))


def _carry_annotations(obj: Obj, old: Obj, keys: tuple[str, ...]) -> None:
    """Make some annotations of ``obj`` as they were in ``old``."""
    annotations = dict(obj["metadata"].get("annotations") or {})
    carry(annotations, old["metadata"].get("annotations") or {}, *keys)
    obj["metadata"]["annotations"] = annotations
    if not annotations:
        obj["metadata"].pop("annotations")
