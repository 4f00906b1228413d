"""ReplicaSets in the registry. Upstream: ``pkg/registry/apps/replicaset/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.apps.replicaset import set_defaults
from cluster.apiserver.registry.replicated import ReplicatedStrategy
from cluster.apiserver.validation.apps import replicaset as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.apps import REPLICASETS
from cluster.machinery.meta import Obj


class ReplicaSetStrategy(ReplicatedStrategy):
    """A ReplicaSet selects its pods with a LabelSelector that never changes."""

    kind = REPLICASETS

    def default(self, obj: Obj) -> None:
        """See ``defaults/apps/replicaset.py``."""
        set_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/apps/replicaset.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apps/replicaset.py``."""
        return rules.validate_update(obj, old)

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apps/replicaset.py``."""
        return rules.validate_status_update(obj, old)
