"""Pods in the registry. Upstream: ``pkg/registry/core/pod/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.core.pod import set_defaults
from cluster.apiserver.registry.core.match_label_keys import merge_match_label_keys
from cluster.apiserver.registry.ownership import carry, next_generation
from cluster.apiserver.registry.qos import qos_class
from cluster.apiserver.request import Options
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.core import pod as rules
from cluster.apiserver.validation.pod_warnings import pod_spec_warnings
from cluster.machinery.apply import FieldSet
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj

_GATED = "Scheduling is blocked due to non-empty scheduling gates"


class PodStrategy(BaseStrategy):
    """A pod starts Pending, hardly changes, and gets time to end."""

    kind = PODS
    returns_deleted_object = True
    has_generation = True
    field_labels = frozenset(
        {
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName",
        }
    )

    def default(self, obj: Obj) -> None:
        """See ``defaults/core/pod.py``."""
        set_defaults(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """Pending, with its quality of service and complete selectors; where gates hold it back, its condition says so."""
        merge_match_label_keys(obj)
        obj["metadata"]["generation"] = 1
        obj["status"] = {"phase": "Pending", "qosClass": qos_class(obj["spec"])}
        if obj["spec"].get("schedulingGates"):
            condition = {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated", "message": _GATED}
            obj["status"]["conditions"] = [{**condition, "lastProbeTime": None, "lastTransitionTime": None}]

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/pod.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``validation/pod_warnings.py``."""
        return pod_spec_warnings(obj["spec"], "spec", obj["metadata"])

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """The status belongs to the kubelet."""
        carry(obj, old, "status")
        if obj["spec"] != old["spec"]:
            obj["metadata"]["generation"] = next_generation(old)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/pod.py``."""
        return rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec, the owners and the quality of service stay; labels and annotations may change."""
        carry(obj, old, "spec")
        carry(obj["metadata"], old["metadata"], "ownerReferences", "deletionTimestamp", "deletionGracePeriodSeconds")
        obj["status"].setdefault("qosClass", old["status"].get("qosClass", "BestEffort"))

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/pod.py``."""
        return rules.validate_status_update(obj, old)

    def reset_fields(self, subresource: str) -> FieldSet:
        """A kubelet has no say in the spec, in whose the pod is, and in when it was deleted."""
        if subresource == "status":
            return {"f:spec": {}, "f:metadata": {"f:deletionTimestamp": {}, "f:ownerReferences": {}}}
        return {"f:status": {}}

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return what ``kubectl get pods --field-selector`` may ask for."""
        spec, status = obj["spec"], obj["status"]
        return {
            **super().selectable_fields(obj),
            "spec.nodeName": spec.get("nodeName", ""),
            "spec.restartPolicy": spec.get("restartPolicy", ""),
            "spec.schedulerName": spec.get("schedulerName", ""),
            "spec.serviceAccountName": spec.get("serviceAccountName", ""),
            "spec.hostNetwork": "true" if spec.get("hostNetwork") else "false",
            "status.phase": status.get("phase", ""),
            "status.podIP": status.get("podIP", ""),
            "status.nominatedNodeName": status.get("nominatedNodeName", ""),
        }

    def graceful_seconds(self, obj: Obj, options: Options) -> int | None:
        """What was asked for, else what the pod wants; none for a pod that is on no node or has ended."""
        if not obj["spec"].get("nodeName") or obj["status"].get("phase") in ("Failed", "Succeeded"):
            return 0
        seconds = options.grace_period_seconds
        if seconds is None:
            seconds = obj["spec"].get("terminationGracePeriodSeconds", 0)
        return seconds if seconds >= 0 else 1
