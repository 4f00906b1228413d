"""FlowSchemas in the registry.

Whether the priority level of a schema is there is said when the schema is created; the real server follows levels that come and go.

Upstream: ``pkg/registry/flowcontrol/flowschema/strategy.go``, ``staging/src/k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go``
(``syncFlowSchemaStatus``).
"""

from __future__ import annotations

from cluster.apiserver.defaults.flowcontrol.flowschema import set_defaults
from cluster.apiserver.reader import Reader
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.flowcontrol import flowschema as rules
from cluster.apiserver.validation.flowcontrol.conditions import validate_status
from cluster.engine.rng import Rng
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.flowcontrol import FLOWSCHEMAS, PRIORITYLEVELCONFIGURATIONS
from cluster.machinery.meta import Obj, SimTime, timestamp

_REFERENCE = "This FlowSchema references the PriorityLevelConfiguration object named"


def dangling(level: str, *, is_there: bool) -> Obj:
    """Return the condition of a schema whose level is there, or not, without its moment."""
    answer = ("False", "Found", "and it exists") if is_there else ("True", "NotFound", "but there is no such object")
    status, reason, what = answer
    return {"type": "Dangling", "status": status, "reason": reason, "message": f'{_REFERENCE} "{level}" {what}'}


class FlowSchemaStrategy(BaseStrategy):
    """Which requests belong to which priority level."""

    kind = FLOWSCHEMAS
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``defaults/flowcontrol/flowschema.py``."""
        set_defaults(obj)

    def begin_create(self, obj: Obj, reader: Reader, rng: Rng) -> None:
        """Say whether the level is there."""
        level = (obj["spec"].get("priorityLevelConfiguration") or {}).get("name", "")
        found = bool(level) and reader.get(PRIORITYLEVELCONFIGURATIONS, "", level) is not None
        obj["status"] = {"conditions": [dangling(level, is_there=found)]}

    def prepare_for_create(self, obj: Obj) -> None:
        """Begin to count; what is said of the level stays."""
        obj["metadata"]["generation"] = 1

    def stamp(self, obj: Obj, old: Obj | None, now: SimTime) -> None:
        """Write since when the level is there."""
        for condition in obj["status"]["conditions"] if old is None else ():
            condition["lastTransitionTime"] = timestamp(now)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/flowcontrol/flowschema.py``."""
        return rules.validate(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Judge it as a new one."""
        return rules.validate(obj)

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/flowcontrol/conditions.py``."""
        return validate_status(obj)
