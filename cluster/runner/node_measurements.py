"""What containers use, from the disks of their nodes: so every process that has a cluster open can tell.

The real metrics-server asks every kubelet.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from cluster.container_runtime.image_file import image_table
from cluster.container_runtime.measuring import StoredMeasurements
from cluster.engine.clock import Clock
from cluster.kubelet.mirror_pods import uid_on_node
from cluster.machinery.meta import Obj
from cluster.machinery.node_storage import StoredNode
from cluster.machinery.storage import Store
from cluster.machinery.usage import Usage


class NodeMeasurements:
    """Implements ``Measurements``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def pod(self, pod: Obj, annotations: Mapping[str, str]) -> dict[str, Usage]:
        """Return what each running container of a pod uses, by name. ``annotations``: what is stated of the pod's use."""
        disk = StoredNode(self._store, pod["spec"].get("nodeName", ""))
        return StoredMeasurements(disk, self._clock, image_table(settings.IMAGES)).pod(uid_on_node(pod), annotations)
