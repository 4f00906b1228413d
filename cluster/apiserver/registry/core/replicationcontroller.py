"""ReplicationControllers in the registry. Upstream: ``pkg/registry/core/replicationcontroller/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.core.replicationcontroller import set_defaults
from cluster.apiserver.registry.replicated import ReplicatedStrategy
from cluster.apiserver.strategy import GarbageCollectionPolicy
from cluster.apiserver.validation.core import replicationcontroller as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import REPLICATIONCONTROLLERS
from cluster.machinery.meta import Obj


class ReplicationControllerStrategy(ReplicatedStrategy):
    """A ReplicationController leaves its pods behind when it is deleted without a word about them."""

    kind = REPLICATIONCONTROLLERS
    garbage_collection = GarbageCollectionPolicy.ORPHAN_DEPENDENTS

    def default(self, obj: Obj) -> None:
        """See ``defaults/core/replicationcontroller.py``."""
        set_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/replicationcontroller.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/replicationcontroller.py``."""
        return rules.validate_update(obj, old)

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/replicationcontroller.py``."""
        return rules.validate_status_update(obj, old)
