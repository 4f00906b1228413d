"""CSINodes in the registry. Upstream: ``pkg/registry/storage/csinode/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.storage import csinode as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.storage import CSINODES
from cluster.machinery.meta import Obj


class CSINodeStrategy(BaseStrategy):
    """The drivers of one node, as its kubelet reports them."""

    kind = CSINODES
    returns_deleted_object = True
    allow_unconditional_update = False

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/storage/csinode.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/storage/csinode.py``; upstream judges the whole object and then the change."""
        return rules.validate(obj) + rules.validate_update(obj, old)
