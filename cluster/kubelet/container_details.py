"""What a container's status repeats of its spec, as its node carries it out: resources, mounts, user. Pure.

Differs from upstream in that a container without resources has no empty ``resources``.

Upstream: ``pkg/kubelet/kubelet_pods.go`` (convertToAPIContainerStatuses).
"""

from __future__ import annotations

from cluster.machinery.cri import ContainerUser
from cluster.machinery.meta import Obj


def container_details(container: Obj, user: ContainerUser | None) -> Obj:
    """Return the fields. ``user``: who its processes are, None: it does not run, and so has no ``resources`` either."""
    details: Obj = {}
    resources = container.get("resources")
    if resources:
        if resources.get("requests"):
            details["allocatedResources"] = resources["requests"]
        if user is not None:
            details["resources"] = {name: resources[name] for name in ("limits", "requests") if resources.get(name)}
    mounts = container.get("volumeMounts")
    if mounts:
        details["volumeMounts"] = [_mount(mount) for mount in mounts]
    if user is not None:
        details["user"] = {"linux": {"uid": user.uid, "gid": user.gid, "supplementalGroups": list(user.supplemental_groups)}}
    return details


def _mount(mount: Obj) -> Obj:
    shown = {"name": mount["name"], "mountPath": mount["mountPath"]}
    return {**shown, "readOnly": True, "recursiveReadOnly": "Disabled"} if mount.get("readOnly") else shown
