"""Static pods: what a node runs because a file on its own disk says so, without asking the API server.

The kubelet reads ``/etc/kubernetes/manifests`` when it starts and whenever a file in it changes, one pod a file. A pod's name ends
with that of its node, and its uid is made of its file, so a changed file is another pod. Files whose name begins with a dot are
skipped, and a file that holds no valid pod is left out and logged. Differs from upstream in that the folder is not read every 20 s
besides (fileCheckFrequency): no file changes unnoticed here.

Upstream: ``pkg/kubelet/config/file.go``, ``file_linux.go`` and ``common.go``.
"""

from __future__ import annotations

import hashlib
import logging
import posixpath
from collections.abc import Callable
from typing import Protocol

import orjson
import yaml

from cluster.apiserver import schema
from cluster.apiserver.defaults.core.pod import set_defaults
from cluster.apiserver.validation.core.pod import validate
from cluster.machinery.errors import ApiError, bad_request, unprocessable
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj
from cluster.machinery.node_files import NodeFiles
from cluster.machinery.yaml_limits import YamlLimit, load_documents

logger = logging.getLogger(__name__)

FOLDER = "/etc/kubernetes/manifests"
SOURCE = "kubernetes.io/config.source"
HASH = "kubernetes.io/config.hash"
_EVERY_TAINT = {"operator": "Exists", "effect": "NoExecute"}


class WatchedFiles(NodeFiles, Protocol):
    """Files of a node that somebody can be told of."""

    def watch(self, folder: str, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` after every write and removal in a folder; return what ends that."""
        ...


def manifest_path(name: str) -> str:
    """Return where the manifest called ``name`` (``web.yaml``) belongs. Raises ApiError 400 for what is no file's name."""
    if not name or "/" in name or name.startswith("."):
        raise bad_request(f"{name!r} is no name of a manifest: give a file name such as web.yaml")
    return posixpath.join(FOLDER, name)


def decode_manifest(text: bytes, path: str, node: str) -> Obj:
    """Return the static pod that a file on a node stands for. Raises ApiError: 400 for no pod in YAML or JSON, 422 for an invalid one."""
    try:
        documents = load_documents(text)
    except (yaml.YAMLError, YamlLimit) as error:
        raise bad_request(f"{path}: couldn't parse as pod: {error}") from None
    if len(documents) != 1 or not isinstance(documents[0], dict):
        raise bad_request(f"{path}: couldn't parse as pod: a manifest holds one Pod")
    pod, _ = schema.decode(PODS, documents[0])
    _place(pod, path, node)
    set_defaults(pod)
    faults = validate(pod)
    if faults:
        raise unprocessable(PODS.group, PODS.kind, pod["metadata"].get("name", ""), faults)
    return pod


def _place(pod: Obj, path: str, node: str) -> None:
    meta = pod["metadata"]
    if not meta.get("uid"):
        meta["uid"] = hashlib.md5(orjson.dumps([pod, node, path], option=orjson.OPT_SORT_KEYS), usedforsecurity=False).hexdigest()
    meta["name"] = f"{meta.get('name') or ''}-{node.lower()}"
    meta["namespace"] = meta.get("namespace") or "default"
    meta["annotations"] = {**(meta.get("annotations") or {}), SOURCE: "file", HASH: meta["uid"]}
    spec = pod.setdefault("spec", {})
    spec["nodeName"] = node
    if _EVERY_TAINT not in (spec.get("tolerations") or ()):
        spec["tolerations"] = [*(spec.get("tolerations") or ()), dict(_EVERY_TAINT)]
    pod["status"] = {"phase": "Pending"}


class ManifestFolder:
    """The static pods of one node, read anew at every change. ``added`` and ``removed`` are called with the pods that come and go."""

    def __init__(self, files: WatchedFiles, node: str, added: Callable[[Obj], None], removed: Callable[[Obj], None]) -> None:
        self._files, self._node, self._added, self._removed = files, node, added, removed
        self._pods: dict[str, Obj] = {}
        self._unwatch: Callable[[], None] | None = None

    def start(self) -> None:
        """Read the folder and hear of changes from now on."""
        self._unwatch = self._files.watch(FOLDER, self.read)
        self.read()

    def stop(self) -> None:
        """Hear of nothing any more."""
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None

    def read(self) -> None:
        """Tell of the pods that are no longer there, then of those that are new."""
        present = {pod["metadata"]["uid"]: pod for name in self._files.names(FOLDER) or () if (pod := self._pod(name)) is not None}
        before, self._pods = self._pods, present
        for uid, pod in before.items():
            if uid not in present:
                self._removed(pod)
        for uid, pod in present.items():
            if uid not in before:
                self._added(pod)

    def _pod(self, name: str) -> Obj | None:
        path = posixpath.join(FOLDER, name)
        content = None if name.startswith(".") else self._files.read(path)
        if content is None:
            return None
        try:
            return decode_manifest(content, path, self._node)
        except ApiError as error:
            logger.warning("could not process the manifest file of node %s: %s", self._node, error)
            return None
