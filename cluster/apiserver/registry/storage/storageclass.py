"""StorageClasses in the registry. Upstream: ``pkg/registry/storage/storageclass/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.storage.storageclass import set_defaults
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.storage import storageclass as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.storage import STORAGECLASSES
from cluster.machinery.meta import Obj


class StorageClassStrategy(BaseStrategy):
    """How volumes are made; hardly anything of it changes."""

    kind = STORAGECLASSES
    returns_deleted_object = True

    def default(self, obj: Obj) -> None:
        """See ``defaults/storage/storageclass.py``."""
        set_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/storage/storageclass.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``validation/storage/storageclass.py``."""
        return rules.warnings(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/storage/storageclass.py``; upstream judges the whole class and then the change."""
        return rules.validate(obj) + rules.validate_update(obj, old)
