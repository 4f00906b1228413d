"""What a container's status repeats of its spec, as its node carries it out: resources, mounts, user. Pure.

Differs from upstream in that a container without resources has no empty ``resources``, and in that an image names no user: who does
not say who they are is root. Upstream: ``pkg/kubelet/kubelet_pods.go`` (convertToAPIContainerStatuses).
"""

from __future__ import annotations

from cluster.machinery.meta import Obj


def container_details(pod: Obj, container: Obj, *, is_running: bool) -> Obj:
    """Return the fields; ``resources`` and ``user`` belong to a container that runs."""
    details: Obj = {}
    resources = container.get("resources")
    if resources:
        if resources.get("requests"):
            details["allocatedResources"] = resources["requests"]
        if is_running:
            details["resources"] = {name: resources[name] for name in ("limits", "requests") if resources.get(name)}
    mounts = container.get("volumeMounts")
    if mounts:
        details["volumeMounts"] = [_mount(mount) for mount in mounts]
    if is_running:
        details["user"] = {"linux": _user(pod, container)}
    return details


def _mount(mount: Obj) -> Obj:
    shown = {"name": mount["name"], "mountPath": mount["mountPath"]}
    return {**shown, "readOnly": True, "recursiveReadOnly": "Disabled"} if mount.get("readOnly") else shown


def _user(pod: Obj, container: Obj) -> Obj:
    of_pod, own = pod["spec"].get("securityContext") or {}, container.get("securityContext") or {}
    uid, gid = (own.get(name, of_pod.get(name, 0)) for name in ("runAsUser", "runAsGroup"))
    groups = [gid, *(of_pod.get("supplementalGroups") or ())]
    if "fsGroup" in of_pod:
        groups.append(of_pod["fsGroup"])
    return {"uid": uid, "gid": gid, "supplementalGroups": sorted(set(groups))}
