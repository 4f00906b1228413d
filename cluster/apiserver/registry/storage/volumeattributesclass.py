"""VolumeAttributesClasses in the registry. Upstream: ``pkg/registry/storage/volumeattributesclass/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.storage import volumeattributesclass as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.storage import VOLUMEATTRIBUTESCLASSES
from cluster.machinery.meta import Obj


class VolumeAttributesClassStrategy(BaseStrategy):
    """What a driver is told of volumes that may change while they are in use; nothing of the class itself does."""

    kind = VOLUMEATTRIBUTESCLASSES
    returns_deleted_object = True

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/storage/volumeattributesclass.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/storage/volumeattributesclass.py``; upstream judges the whole class and then the change."""
        return rules.validate(obj) + rules.validate_update(obj, old)
