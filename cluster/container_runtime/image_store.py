"""The images on a node: one record, read at start, written when an image arrives.

The real containerd unpacks layers into snapshots and collects garbage when the disk fills up; this one keeps all.
"""

from __future__ import annotations

from cluster.container_runtime import durations, images
from cluster.container_runtime.image_table import ImageTable
from cluster.container_runtime.users import image_user
from cluster.machinery.cri import CriError, Image
from cluster.machinery.node_storage import NodeStorage

RECORD = "images"
"""Key of the node's record: ``{"images": [full name, ...]}``."""


class ImageStore:
    """What is present on one node."""

    def __init__(self, storage: NodeStorage, table: ImageTable) -> None:
        self._storage, self._table = storage, table
        self._present: dict[str, Image] = {}

    def load(self) -> None:
        """Read what is present."""
        record = self._storage.get(RECORD) or {"images": []}
        self._present = {name: self._image(name) for name in record["images"]}

    def get(self, image: str) -> Image | None:
        """Return an image by any of its spellings, or None."""
        return self._present.get(images.normalized(image))

    def list(self) -> list[Image]:
        """Return all, by name."""
        return [self._present[name] for name in sorted(self._present)]

    def pull_seconds(self, image: str) -> float:
        """Return how long a pull that begins now takes or fails, in simulated seconds."""
        if images.refusal(image) is not None:
            return durations.FAIL_PULL
        return durations.CHECK_IMAGE if self.get(image) else self._table.row(image).pull_seconds

    def pull(self, image: str) -> Image | CriError:
        """Finish a pull: keep the image and return it, or the registry's refusal."""
        refusal = images.refusal(image)
        if refusal is not None:
            return refusal
        name = images.normalized(image)
        if name not in self._present:
            self._present[name] = self._image(name)
            self._save()
        return self._present[name]

    def remove(self, image: Image) -> None:
        """Remove an image. Harmless when done before."""
        if self._present.pop(image.tag, None) is not None:
            self._save()

    def _save(self) -> None:
        self._storage.put(RECORD, {"images": sorted(self._present)})

    def _image(self, name: str) -> Image:
        row = self._table.row(name)
        return Image(name, images.digest_ref(name), row.size, *image_user(row))
