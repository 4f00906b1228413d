"""Secrets in the registry. Upstream: ``pkg/registry/core/secret/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.core.secret import set_defaults
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.core import secret as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import SECRETS
from cluster.machinery.meta import Obj


class SecretStrategy(BaseStrategy):
    """Data that should not be shown around. Its type is found by field selectors."""

    kind = SECRETS
    field_labels = frozenset({"type"})

    def default(self, obj: Obj) -> None:
        """See ``defaults/core/secret.py``."""
        set_defaults(obj)

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return name, namespace and type."""
        return {**super().selectable_fields(obj), "type": obj.get("type", "")}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/secret.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``validation/core/secret.py``."""
        return rules.warnings(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/secret.py``."""
        return rules.validate_update(obj, old)
