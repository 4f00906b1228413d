"""ImageLocality: nodes that have the pod's images already start it sooner.

An image counts with its size, scaled by the share of nodes that have it, so that pods do not all follow the first one. The sum
becomes 0 at 23 MiB and 100 at 1000 MiB for each container. Upstream: ``pkg/scheduler/framework/plugins/imagelocality/image_locality.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.meta import Obj
from cluster.scheduler.interface import MAX_NODE_SCORE, CycleState, PreFilterPlugin, PreFilterResult, ScorePlugin, StateKey, Status
from cluster.scheduler.node_info import NodeInfo, PodInfo

_MIB = 1024 * 1024
MIN_THRESHOLD = 23 * _MIB
MAX_CONTAINER_THRESHOLD = 1000 * _MIB
_SPREAD: StateKey[list[tuple[str, float]]] = StateKey("ImageLocality")


class ImageLocality(PreFilterPlugin, ScorePlugin):
    """Adds up the images of all containers and image volumes."""

    name = "ImageLocality"

    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Note for each image which share of all nodes has it."""
        counts = state.snapshot.images
        images = [normalized_image(name) for name in _images(pod)]
        state.write(_SPREAD, [(image, counts[image] / len(nodes)) for image in images if counts[image]])
        return None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Return 0 for no image worth mentioning, 100 for large ones that every node has."""
        images, wanted = node.images, state.read(_SPREAD)
        if not images or not wanted:
            return 0
        total = sum(int(images[image] * share) for image, share in wanted if image in images)
        most = MAX_CONTAINER_THRESHOLD * max(len(_containers(pod)), 1)
        total = min(max(total, MIN_THRESHOLD), most)
        return MAX_NODE_SCORE * (total - MIN_THRESHOLD) // (most - MIN_THRESHOLD)

    def scores(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> list[int]:
        """The same of each node; nothing is looked for that no node has."""
        return super().scores(state, pod, nodes) if state.read(_SPREAD) else [0] * len(nodes)


def normalized_image(name: str) -> str:
    """Return an image's name with its tag: ``web`` is ``web:latest``."""
    return name if name.rfind(":") > name.rfind("/") else f"{name}:latest"


def _containers(pod: PodInfo) -> list[Obj]:
    return [*(pod.spec.get("initContainers") or ()), *(pod.spec.get("containers") or ())]


def _images(pod: PodInfo) -> list[str]:
    """The images of a pod's containers and of its volumes that are images."""
    volumes = [volume["image"]["reference"] for volume in pod.spec.get("volumes") or () if volume.get("image")]
    return [container.get("image") or "" for container in _containers(pod)] + volumes
