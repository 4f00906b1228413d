"""NodeVolumeLimits: a node takes only so many volumes of a CSI driver, as its CSINode says.

Volumes are counted once however many pods of a node use them, and those that are still attached without a pod besides; a volume
that the new pod needs counts once more where no pod holds it, even if it is still attached. Differs from upstream in that volumes
of plugins that were moved to CSI drivers are not counted as theirs.

Upstream: ``pkg/scheduler/framework/plugins/nodevolumelimits/csi.go``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from cluster.machinery.meta import Obj, key_of
from cluster.machinery.volumes import claim_names, class_of, named_claims
from cluster.scheduler.cluster_event import Action, Interest, Resource, takes_room
from cluster.scheduler.interface import (
    SKIP,
    ClusterView,
    Code,
    CycleState,
    FilterPlugin,
    PreFilterPlugin,
    PreFilterResult,
    Status,
    unschedulable,
)
from cluster.scheduler.node_info import NodeInfo, PodInfo
from cluster.scheduler.plugins.volume_binding import uses_claim

_TOO_MANY = unschedulable("node(s) exceed max volume count")

Volume = tuple[str, str]
"""A driver, and what it calls a volume (for one that is still to be made: its claim)."""


class NodeVolumeLimits(PreFilterPlugin, FilterPlugin):
    """``view``: where claims, volumes, classes and CSINodes are looked up."""

    name = "NodeVolumeLimits"

    def __init__(self, view: ClusterView) -> None:
        self._view = view

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Skip pods without claims."""
        return None if pod.claims else SKIP

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a node on which a driver would have more volumes than it can attach."""
        refusal = self._why_unknown(pod)
        if refusal:
            return Status(Code.ERROR, (refusal,))
        limits = _limits(self._view.csi_node(node.name))
        if not limits:
            return None
        used = {volume for other in node.pods.values() if other.claims for volume in self._volumes(other)}
        counts = Counter(driver for driver, _ in used | set(self._attached(node.name)))
        new = Counter(driver for driver, _ in set(self._volumes(pod)) - used)
        exceeds = any(driver in limits and counts[driver] + count > limits[driver] for driver, count in new.items())
        return _TOO_MANY if exceeds else None

    def events_to_register(self) -> tuple[Interest, ...]:
        """Pods that go, claims that come, and what drivers can attach."""
        return (
            Interest(Resource.CSI_NODE, Action.ADD),
            Interest(Resource.CSI_NODE, Action.UPDATE, self.is_schedulable_after_csi_node_updated),
            Interest(Resource.POD, Action.DELETE, self.is_schedulable_after_pod_deleted),
            Interest(Resource.CLAIM, Action.ADD, self.is_schedulable_after_claim_added),
            Interest(Resource.VOLUME_ATTACHMENT, Action.DELETE, self.is_schedulable_after_volume_attachment_deleted),
        )

    def is_schedulable_after_csi_node_updated(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When a driver can attach more than before."""
        now = _limits(new)
        return any(now.get(driver, limit + 1) > limit for driver, limit in _limits(old).items())

    def is_schedulable_after_pod_deleted(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When it had volumes that count."""
        return old is not None and takes_room(old) and bool(claim_names(old))

    def is_schedulable_after_claim_added(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When it is one of the pod's claims."""
        return new is not None and uses_claim(pod.pod, new)

    def is_schedulable_after_volume_attachment_deleted(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When the pod names claims at all."""
        return bool(named_claims(pod.pod))

    def _why_unknown(self, pod: PodInfo) -> str:
        """Return why it cannot be said which volumes a pod needs, an empty text when it can."""
        namespace = pod.pod["metadata"].get("namespace", "")
        missing = next((name for name in pod.claims if self._view.claim(namespace, name) is None), "")
        return f'looking up PVC {namespace}/{missing}: persistentvolumeclaim "{missing}" not found' if missing else ""

    def _attached(self, node: str) -> Iterable[Volume]:
        for attachment in self._view.attachments_to(node):
            volume = self._view.volume(attachment["spec"]["source"].get("persistentVolumeName", ""))
            if volume is not None and "csi" in volume["spec"]:
                yield volume["spec"]["csi"]["driver"], volume["spec"]["csi"].get("volumeHandle", "")

    def _volumes(self, pod: PodInfo) -> Iterable[Volume]:
        namespace = pod.pod["metadata"].get("namespace", "")
        for name in pod.claims:
            claim = self._view.claim(namespace, name)
            if claim is None:
                continue
            volume = self._view.volume(claim["spec"].get("volumeName", ""))
            if volume is None:
                storage_class = self._view.storage_class(class_of(claim))
                if storage_class is not None:
                    yield storage_class.get("provisioner", ""), key_of(claim)
            elif "csi" in volume["spec"]:
                yield volume["spec"]["csi"]["driver"], volume["spec"]["csi"].get("volumeHandle", "")


def _limits(csi_node: Obj | None) -> dict[str, int]:
    """Return how many volumes each driver attaches to a node; one that does not say so has no limit."""
    drivers = ((csi_node or {}).get("spec") or {}).get("drivers") or ()
    return {d["name"]: d["allocatable"]["count"] for d in drivers if (d.get("allocatable") or {}).get("count") is not None}
