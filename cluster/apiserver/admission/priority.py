"""Priority: the number behind a pod's priority class.

Upstream: ``plugin/pkg/admission/priority/admission.go``. Of the classes only the two that the system itself has are known,
until PriorityClass is a served kind.
"""

from __future__ import annotations

from cluster.apiserver.admission import CREATE, Attributes, BasePlugin
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Kind

SYSTEM_CLASSES = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
PREEMPTION_POLICY = "PreemptLowerPriority"


class Priority(BasePlugin):
    """Fills in the priority and the preemption policy."""

    name = "Priority"

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """New pods."""
        return operation == CREATE and kind is PODS and not subresource

    def admit(self, attributes: Attributes) -> bool:
        """Change the pod's spec. Raises 403 for a class that does not exist or a number that is not the class's."""
        spec = attributes.given["spec"]
        is_changed = "priority" not in spec or "preemptionPolicy" not in spec
        name = spec.get("priorityClassName", "")
        if name and name not in SYSTEM_CLASSES:
            raise attributes.forbidden(f"no PriorityClass with name {name} was found")
        priority = SYSTEM_CLASSES[name] if name else 0
        given = spec.setdefault("priority", priority)
        if given != priority:
            raise attributes.forbidden(
                f"the integer value of priority ({given}) must not be provided in pod spec; "
                f"priority admission controller computed {priority} from the given PriorityClass name"
            )
        policy = spec.setdefault("preemptionPolicy", PREEMPTION_POLICY)
        if policy != PREEMPTION_POLICY:
            raise attributes.forbidden(
                f"the string value of PreemptionPolicy ({policy}) must not be provided in pod spec; "
                f"priority admission controller computed {PREEMPTION_POLICY} from the given PriorityClass name"
            )
        return is_changed
