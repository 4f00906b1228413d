"""What a container's status repeats of its spec, as its node carries it out: resources, mounts, user. Pure.

Upstream: ``pkg/kubelet/kubelet_pods.go`` (convertToAPIContainerStatuses).
"""

from __future__ import annotations

from cluster.machinery.cri import ContainerUser
from cluster.machinery.meta import Obj


def container_details(container: Obj, user: ContainerUser | None, allocated: Obj | None = None, actual: Obj | None = None) -> Obj:
    """Return the fields. ``user``: who its processes are, None: it does not run, and so has no ``resources`` either. ``allocated`` and
    ``actual``: what it is promised and has, None: what its spec asks for."""
    details: Obj = {}
    asked = container.get("resources") or {}
    promised, has = asked if allocated is None else allocated, asked if actual is None else actual
    if promised.get("requests"):
        details["allocatedResources"] = promised["requests"]
    if user is not None:
        details["resources"] = {name: has[name] for name in ("limits", "requests") if has.get(name)}
    mounts = container.get("volumeMounts")
    if mounts:
        details["volumeMounts"] = [_mount(mount) for mount in mounts]
    if user is not None:
        details["user"] = {"linux": {"uid": user.uid, "gid": user.gid, "supplementalGroups": list(user.supplemental_groups)}}
    return details


def _mount(mount: Obj) -> Obj:
    shown = {"name": mount["name"], "mountPath": mount["mountPath"]}
    return {**shown, "readOnly": True, "recursiveReadOnly": "Disabled"} if mount.get("readOnly") else shown
