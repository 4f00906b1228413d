"""ReplicationControllers in the registry. Upstream: ``pkg/registry/core/replicationcontroller/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.core.replicationcontroller import set_defaults
from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy, GarbageCollectionPolicy
from cluster.apiserver.validation.core import replicationcontroller as rules
from cluster.apiserver.validation.workload_warnings import name_warnings, template_warnings, template_warnings_on_update
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import REPLICATIONCONTROLLERS
from cluster.machinery.meta import Obj


class ReplicationControllerStrategy(BaseStrategy):
    """A ReplicationController leaves its pods behind when it is deleted without a word about them."""

    kind = REPLICATIONCONTROLLERS
    has_generation = True
    field_labels = frozenset({"status.replicas"})
    garbage_collection = GarbageCollectionPolicy.ORPHAN_DEPENDENTS

    def default(self, obj: Obj) -> None:
        """See ``defaults/core/replicationcontroller.py``."""
        set_defaults(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """No replicas yet."""
        obj["metadata"]["generation"] = 1
        obj["status"] = {"replicas": 0}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/replicationcontroller.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """What is odd in its name and its template."""
        return name_warnings(obj) + template_warnings(obj["spec"].get("template"))

    def warnings_on_update(self, obj: Obj, old: Obj) -> list[str]:
        """What is odd in its template, when the spec has changed."""
        return template_warnings_on_update(obj, old)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/replicationcontroller.py``."""
        return rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/replicationcontroller.py``."""
        return rules.validate_status_update(obj, old)

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return name, namespace and the number of replicas."""
        return {**super().selectable_fields(obj), "status.replicas": str(obj.get("status", {}).get("replicas", 0))}
