"""Priority: the number behind a pod's priority class, and that at most one class is everybody's.

Upstream: ``plugin/pkg/admission/priority/admission.go``.
"""

from __future__ import annotations

from cluster.apiserver.admission import CREATE, UPDATE, Attributes, BasePlugin
from cluster.apiserver.reader import Reader
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.scheduling import PRIORITYCLASSES
from cluster.machinery.meta import Obj
from cluster.machinery.priority import DEFAULT_PRIORITY, PREEMPT_LOWER_PRIORITY

_FIELDS = ("priority", "preemptionPolicy")


class Priority(BasePlugin):
    """Fills in what a pod's class says."""

    name = "Priority"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Pods that are created or changed."""
        return operation in (CREATE, UPDATE) and kind is PODS and not subresource

    def admit(self, attributes: Attributes) -> bool:
        """Change a pod's spec. Raises 403 for a class that does not exist or a number that is not the class's."""
        spec = attributes.given["spec"]
        before = (spec.get("priorityClassName"), *(spec.get(field) for field in _FIELDS))
        if attributes.old is not None:
            for field in _FIELDS:
                if field in attributes.old["spec"]:
                    spec.setdefault(field, attributes.old["spec"][field])
        else:
            self._resolve(spec, attributes)
        return before != (spec.get("priorityClassName"), *(spec.get(field) for field in _FIELDS))

    def _resolve(self, spec: Obj, attributes: Attributes) -> None:
        name = spec.get("priorityClassName", "")
        found = self._reader.get(PRIORITYCLASSES, "", name) if name else default_class(self._reader)
        if name and found is None:
            raise attributes.forbidden(f"no PriorityClass with name {name} was found")
        if found is not None:
            spec["priorityClassName"] = found["metadata"]["name"]
        priority = found.get("value", 0) if found else DEFAULT_PRIORITY
        _set(spec, "priority", priority, "integer value of priority", attributes)
        policy = found.get("preemptionPolicy") if found else PREEMPT_LOWER_PRIORITY
        if policy is not None:
            _set(spec, "preemptionPolicy", policy, "string value of PreemptionPolicy", attributes)


def default_class(reader: Reader) -> Obj | None:
    """Return the class of pods that name none; of several, which two servers at once may let in, the one that matters least."""
    defaults = [each for each in reader.list(PRIORITYCLASSES) if each.get("globalDefault")]
    return min(defaults, key=lambda each: int(each.get("value", 0)), default=None)


def _set(spec: Obj, field: str, value: object, what: str, attributes: Attributes) -> None:
    """Fill in a field; who sent it has to have sent the same."""
    given = spec.setdefault(field, value)
    if given != value:
        raise attributes.forbidden(
            f"the {what} ({given}) must not be provided in pod spec; "
            f"priority admission controller computed {value} from the given PriorityClass name"
        )


class OneDefault(BasePlugin):
    """The other half of the plugin: it judges classes."""

    name = "Priority"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Classes that are created or changed."""
        return operation in (CREATE, UPDATE) and kind is PRIORITYCLASSES

    def validate(self, attributes: Attributes) -> None:
        """Raises 403 for a second class that is everybody's."""
        default = default_class(self._reader) if attributes.given.get("globalDefault") else None
        if default is None:
            return
        name = default["metadata"]["name"]
        if attributes.operation == CREATE or name != attributes.given["metadata"]["name"]:
            raise attributes.forbidden(f"PriorityClass {name} is already marked as default. Only one default can exist")
