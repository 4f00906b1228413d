"""ReplicaSets in the registry. Upstream: ``pkg/registry/apps/replicaset/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.apps.replicaset import set_defaults
from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.apps import replicaset as rules
from cluster.apiserver.validation.workload_warnings import name_warnings, template_warnings, template_warnings_on_update
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.apps import REPLICASETS
from cluster.machinery.meta import Obj


class ReplicaSetStrategy(BaseStrategy):
    """A ReplicaSet starts with a status that says: no replicas yet."""

    kind = REPLICASETS
    has_generation = True
    field_labels = frozenset({"status.replicas"})

    def default(self, obj: Obj) -> None:
        """See ``defaults/apps/replicaset.py``."""
        set_defaults(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """No replicas yet."""
        obj["metadata"]["generation"] = 1
        obj["status"] = {"replicas": 0}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/apps/replicaset.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """What is odd in its name and its template."""
        return name_warnings(obj) + template_warnings(obj["spec"].get("template"))

    def warnings_on_update(self, obj: Obj, old: Obj) -> list[str]:
        """What is odd in its template, when the spec has changed."""
        return template_warnings_on_update(obj, old)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apps/replicaset.py``."""
        return rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apps/replicaset.py``."""
        return rules.validate_status_update(obj, old)

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return name, namespace and the number of replicas."""
        return {**super().selectable_fields(obj), "status.replicas": str(obj["status"].get("replicas", 0))}
