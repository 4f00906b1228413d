"""Deployments in the registry. Upstream: ``pkg/registry/apps/deployment/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.apps.deployment import set_defaults
from cluster.apiserver.registry.ownership import carry, next_generation
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.apps import deployment as rules
from cluster.apiserver.validation.workload_warnings import name_warnings, template_warnings, template_warnings_on_update
from cluster.machinery.apply import FieldSet
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.meta import Obj


class DeploymentStrategy(BaseStrategy):
    """A Deployment counts a generation also for its annotations: they are copied to its ReplicaSets."""

    kind = DEPLOYMENTS
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``defaults/apps/deployment.py``."""
        set_defaults(obj)

    def reset_fields(self, subresource: str) -> FieldSet:
        """Who writes the status has no say in the labels either."""
        return {"f:spec": {}, "f:metadata": {"f:labels": {}}} if subresource == "status" else super().reset_fields(subresource)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/apps/deployment.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """What is odd in its name and its template."""
        return name_warnings(obj) + template_warnings(obj["spec"].get("template"))

    def warnings_on_update(self, obj: Obj, old: Obj) -> list[str]:
        """What is odd in its template, when the spec has changed."""
        return template_warnings_on_update(obj, old)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """The status belongs to the controller."""
        carry(obj, old, "status")
        if obj["spec"] != old["spec"] or obj["metadata"].get("annotations") != old["metadata"].get("annotations"):
            obj["metadata"]["generation"] = next_generation(old)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apps/deployment.py``."""
        return rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """Spec and labels stay."""
        carry(obj, old, "spec")
        carry(obj["metadata"], old["metadata"], "labels")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apps/deployment.py``."""
        return rules.validate_status_update(obj, old)
