"""VolumeAttachments in the registry. Upstream: ``pkg/registry/storage/volumeattachment/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.storage.volumeattachment import set_defaults
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.storage import volumeattachment as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.storage import VOLUMEATTACHMENTS
from cluster.machinery.meta import Obj


class VolumeAttachmentStrategy(BaseStrategy):
    """The wish that a volume be attached to a node; the driver says in the status how it went."""

    kind = VOLUMEATTACHMENTS
    returns_deleted_object = True
    allow_unconditional_update = False

    def default(self, obj: Obj) -> None:
        """See ``defaults/storage/volumeattachment.py``."""
        set_defaults(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """Not attached yet."""
        obj["status"] = {"attached": False}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/storage/volumeattachment.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/storage/volumeattachment.py``."""
        return rules.validate_update(obj, old)

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/storage/volumeattachment.py``."""
        return rules.validate_update(obj, old)
