"""Where the volumes of a pod lie on its node. Pure.

Upstream: ``pkg/kubelet/kubelet_getters.go`` and the plugins' ``GetPath``.
"""

from __future__ import annotations

import hashlib
import posixpath

from cluster.machinery.meta import Obj

PODS = "/var/lib/kubelet/pods"
PLUGINS = {
    "configMap": "kubernetes.io~configmap",
    "secret": "kubernetes.io~secret",
    "downwardAPI": "kubernetes.io~downward-api",
    "projected": "kubernetes.io~projected",
    "emptyDir": "kubernetes.io~empty-dir",
}
"""Kinds of volumes that lie in a folder of their pod."""
KNOWN_FOLDERS = ("/", "/boot", "/dev", "/etc", "/home", "/lib/modules", "/opt", "/proc", "/root", "/run", "/srv", "/sys", "/tmp")
KNOWN_TREES = ("/usr", "/var")
"""Folders that every machine has, though nothing was ever written there."""


def pod_folder(uid: str) -> str:
    """Return the folder of a pod."""
    return f"{PODS}/{uid}"


def volume_path(uid: str, volume: Obj) -> str | None:
    """Return the path of a volume that lies in its pod's folder; None for one of another kind."""
    plugin = next((PLUGINS[kind] for kind in PLUGINS if kind in volume), None)
    return None if plugin is None else f"{PODS}/{uid}/volumes/{plugin}/{volume['name']}"


def subpath_folder(uid: str, volume: str, container: str) -> str:
    """Return the folder that holds what a container sees of a volume by ``subPath``."""
    return f"{PODS}/{uid}/volume-subpaths/{volume}/{container}"


def termination_path(uid: str, container: str, attempt: int) -> str:
    """Return the file of the node into which a container writes its last words."""
    return f"{PODS}/{uid}/containers/{container}/{attempt}"


def hosts_folder(uid: str) -> str:
    """Return the folder of the node that holds a pod's ``hosts`` (upstream: a file ``etc-hosts``)."""
    return f"{PODS}/{uid}/etc-hosts"


def persistent_path(volume: Obj) -> str:
    """Return the path of a PersistentVolume on the node: its own, or for a driver's the folder that it would be staged in."""
    spec = volume["spec"]
    for kind in ("hostPath", "local"):
        if kind in spec:
            return str(spec[kind]["path"])
    driver = (spec.get("csi") or {}).get("driver", "unknown")
    handle = (spec.get("csi") or {}).get("volumeHandle") or volume["metadata"]["name"]
    return f"/var/lib/kubelet/plugins/kubernetes.io/csi/{driver}/{hashlib.sha256(handle.encode()).hexdigest()}/globalmount"


def is_known_folder(path: str) -> bool:
    """Whether every machine has a folder at a path."""
    path = posixpath.normpath(path)
    below = tuple(f"{tree}/{name}" for tree in KNOWN_TREES for name in ("lib", "log", "run"))
    return path in (*KNOWN_FOLDERS, *KNOWN_TREES) or path.startswith(below)
