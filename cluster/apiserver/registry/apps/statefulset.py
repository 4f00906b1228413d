"""StatefulSets in the registry. Upstream: ``pkg/registry/apps/statefulset/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.apps.statefulset import set_defaults
from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.apps import statefulset as rules
from cluster.apiserver.validation.workload_warnings import template_warnings, template_warnings_on_update
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.apps import STATEFULSETS
from cluster.machinery.meta import Obj


class StatefulSetStrategy(BaseStrategy):
    """A StatefulSet starts with a status that says: no replicas yet. ``maxUnavailable`` of its update waits for a feature gate
    that is closed (MaxUnavailableStatefulSet): it is dropped unless it is there already."""

    kind = STATEFULSETS
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``defaults/apps/statefulset.py``."""
        set_defaults(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """No replicas yet."""
        obj["metadata"]["generation"] = 1
        obj["status"] = {"replicas": 0, "availableReplicas": 0}
        _rolling_update(obj).pop("maxUnavailable", None)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """As any other; see the class for what is dropped."""
        if "maxUnavailable" not in _rolling_update(old):
            _rolling_update(obj).pop("maxUnavailable", None)
        super().prepare_for_update(obj, old)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/apps/statefulset.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """What is odd in its template, and a history without an end."""
        return template_warnings(obj["spec"].get("template")) + _history_warnings(obj)

    def warnings_on_update(self, obj: Obj, old: Obj) -> list[str]:
        """As on creation; its template only when the spec has changed."""
        return template_warnings_on_update(obj, old) + _history_warnings(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apps/statefulset.py``."""
        return rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apps/statefulset.py``."""
        return rules.validate_status_update(obj, old)


def _rolling_update(obj: Obj) -> Obj:
    rolling: Obj = obj["spec"].get("updateStrategy", {}).get("rollingUpdate", {})
    return rolling


def _history_warnings(obj: Obj) -> list[str]:
    if obj["spec"].get("revisionHistoryLimit", 0) >= 0:
        return []
    return ["spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"]
