"""Nodes in the registry. Upstream: ``pkg/registry/core/node/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.core.node import set_defaults
from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.core import node as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import NODES
from cluster.machinery.meta import Obj


class NodeStrategy(BaseStrategy):
    """A Node arrives with its status: the kubelet that registers it knows the machine."""

    kind = NODES
    field_labels = frozenset({"spec.unschedulable"})

    def default(self, obj: Obj) -> None:
        """See ``defaults/core/node.py``."""
        set_defaults(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """Keep the status that came with it."""

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/node.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/node.py``; upstream judges the whole node and then the change, and so may say a fault twice."""
        return rules.validate(obj) + rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays; the kubelet may label its node along with its status."""
        carry(obj, old, "spec")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/node.py``."""
        return rules.validate_update(obj, old)

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return the name and whether it takes new pods."""
        return {**super().selectable_fields(obj), "spec.unschedulable": "true" if obj["spec"].get("unschedulable") else "false"}
