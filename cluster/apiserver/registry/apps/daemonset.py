"""DaemonSets in the registry. Upstream: ``pkg/registry/apps/daemonset/strategy.go``, ``pkg/apis/apps/v1/conversion.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.apps.daemonset import set_defaults
from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.apps import daemonset as rules
from cluster.apiserver.validation.workload_warnings import template_warnings, template_warnings_on_update
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.apps import DAEMONSETS
from cluster.machinery.meta import Obj

TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
"""The annotation that counts changes of the template: a field until apps/v1."""


class DaemonSetStrategy(BaseStrategy):
    """A DaemonSet counts the changes of its template apart."""

    kind = DAEMONSETS
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``defaults/apps/daemonset.py``."""
        set_defaults(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """Begin to count; nothing runs yet."""
        obj["metadata"]["generation"] = 1
        obj["status"] = {"currentNumberScheduled": 0, "numberMisscheduled": 0, "desiredNumberScheduled": 0, "numberReady": 0}
        _set_template_generation(obj, 1)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/apps/daemonset.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """What is odd in its template."""
        return template_warnings(obj["spec"].get("template"))

    def warnings_on_update(self, obj: Obj, old: Obj) -> list[str]:
        """As on creation, when the spec has changed."""
        return template_warnings_on_update(obj, old)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Count a change of the template apart; nobody else counts it."""
        super().prepare_for_update(obj, old)
        counted = int((old["metadata"].get("annotations") or {}).get(TEMPLATE_GENERATION, "0"))
        _set_template_generation(obj, counted + (obj["spec"].get("template") != old["spec"].get("template")))

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apps/daemonset.py``."""
        return rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apps/daemonset.py``."""
        return rules.validate_status_update(obj, old)


def _set_template_generation(obj: Obj, count: int) -> None:
    meta = obj["metadata"]
    meta["annotations"] = {**(meta.get("annotations") or {}), TEMPLATE_GENERATION: str(count)}
