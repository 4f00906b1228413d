"""Namespaces in the registry. Upstream: ``pkg/registry/core/namespace/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.core.namespace import set_defaults
from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.core import namespace as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import NAMESPACES
from cluster.machinery.meta import Obj

_FINALIZER = "kubernetes"


class NamespaceStrategy(BaseStrategy):
    """A Namespace stays until its content is gone: ``spec.finalizers`` holds it."""

    kind = NAMESPACES
    returns_deleted_object = True
    field_labels = frozenset({"status.phase"})

    def default(self, obj: Obj) -> None:
        """See ``defaults/core/namespace.py``."""
        set_defaults(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """Active, and held by the finalizer that the namespace controller removes."""
        finalizers = obj["spec"].setdefault("finalizers", [])
        if _FINALIZER not in finalizers:
            finalizers.append(_FINALIZER)
        obj["status"] = {"phase": "Active"}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/namespace.py``."""
        return rules.validate(obj)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Finalizers change through ``finalize`` only, the status through ``status`` only."""
        carry(obj["spec"], old["spec"], "finalizers")
        carry(obj, old, "status")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/namespace.py``."""
        return rules.validate(obj) + rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/namespace.py``."""
        return rules.validate_status_update(obj, old)

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return the name and the phase."""
        return {**super().selectable_fields(obj), "status.phase": obj["status"].get("phase", "")}
