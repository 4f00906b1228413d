"""Faults of containers: which one is meant, and when its fault is over by itself.

A target is ``node/<node>/pod/<namespace>/<name>/<container>``. A pod's name may come again, and a container is restarted: so a fault
remembers which one broke. A crash loop and a leak belong to the pod (its uid), a hang to one process (the uid and the container's ID).
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.container_runtime.trouble import Trouble
from cluster.kubelet.mirror_pods import uid_on_node
from cluster.machinery.errors import not_found
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store
from cluster.runner.refused_order import RefusedOrder, Why


@dataclass(frozen=True, slots=True)
class Container:
    """A container by where it is."""

    node: str
    namespace: str
    pod: str
    name: str


def parse(target: str) -> Container | None:
    """Read the name of a container; None: it is none."""
    parts = target.split("/")
    if len(parts) != 6 or (parts[0], parts[2]) != ("node", "pod") or not all(parts):
        return None
    return Container(parts[1], *parts[3:])


def is_container(target: str) -> bool:
    """Whether a container is meant."""
    return parse(target) is not None


def instance_of(store: Store, target: str, fault: str) -> str:
    """Return which container it is now. Raises ApiError: 404 without such a pod, 400 when it has no such container, or has never had."""
    found = parse(target)
    pod = _pod(store, found) if found is not None else None
    if found is None or pod is None:
        raise not_found("", "pods", found.pod if found is not None else target)
    names = [container["name"] for container in pod["spec"]["containers"]]
    if found.name not in names:
        message = f"container {found.name} is not valid for pod {found.pod}"
        raise RefusedOrder(Why.NO_CONTAINER, message, name=found.pod, container=found.name, containers=", ".join(names))
    if pod["spec"].get("nodeName") != found.node:
        raise RefusedOrder(Why.ELSEWHERE, f"pod {found.pod} is not on node {found.node}", name=found.pod, node=found.node)
    container_id, is_running = _container(pod, found.name)
    if not container_id or (fault == Trouble.HUNG and not is_running):
        message = f"container {found.name} of pod {found.pod} is not running"
        raise RefusedOrder(Why.NOT_RUNNING, message, name=found.pod, container=found.name)
    return f"{uid_on_node(pod)}/{container_id}" if fault == Trouble.HUNG else uid_on_node(pod)


def is_running(pod: Obj, container: str) -> bool:
    """Whether a container of a pod runs, as the pod's status has it."""
    return _container(pod, container)[1]


def is_over(store: Store, target: str, instance: str) -> bool:
    """Whether what broke is gone: the pod, or of one that hangs the container."""
    found = parse(target)
    if found is None:
        return False
    pod, (uid, _, container_id) = _pod(store, found), instance.partition("/")
    if pod is None or uid_on_node(pod) != uid or (pod.get("status") or {}).get("phase") in ("Failed", "Succeeded"):
        return True
    return bool(container_id) and _container(pod, found.name) != (container_id, True)


def _pod(store: Store, found: Container) -> Obj | None:
    value = store.get(PODS.storage_key(found.namespace, found.pod))
    return value.obj if value is not None else None


def _container(pod: Obj, name: str) -> tuple[str, bool]:
    """Return the ID of the newest container of a name, as the pod's status has it (empty: there was none), and whether it runs."""
    for status in (pod.get("status") or {}).get("containerStatuses") or ():
        if status["name"] == name:
            return str(status.get("containerID", "")).rpartition("/")[2], "running" in (status.get("state") or {})
    return "", False
