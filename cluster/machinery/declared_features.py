"""What nodes declare that they can do, and what a pod asks of them: features that an older kubelet would not know. Pure.

Of the five that are registered in v1.36 one is off by default, so that no node declares it (UserNamespacesHostNetworkSupport), and one
matters to the API server alone (ExtendWebSocketsToKubelet).

Upstream: ``staging/src/k8s.io/component-helpers/nodedeclaredfeatures/`` (``features/registry.go``).
"""

from __future__ import annotations

from cluster.machinery.meta import Obj
from cluster.machinery.quantity import parse_quantity

RESTART_ALL = "RestartAllContainersOnContainerExits"
RESIZE_OF_PODS = "InPlacePodLevelResourcesVerticalScaling"
RESIZE_OF_INIT_CONTAINERS = "InPlacePodVerticalScalingInitContainers"
USER_NAMESPACES_ON_HOST_NETWORK = "UserNamespacesHostNetworkSupport"

DECLARED = ("ExtendWebSocketsToKubelet", RESIZE_OF_PODS, RESIZE_OF_INIT_CONTAINERS, RESTART_ALL)
"""What a kubelet of v1.36 declares, in the order of the names."""


def declared_by(node: Obj) -> list[str]:
    """Return the features that a node declares."""
    return list((node.get("status") or {}).get("declaredFeatures") or ())


def required_to_run(spec: Obj) -> tuple[str, ...]:
    """Return the features that a node must have before it can run a pod, in the order of the names."""
    found: tuple[str, ...] = ()
    for field in ("containers", "initContainers"):
        for container in spec.get(field) or ():
            if any(rule.get("action") == "RestartAllContainers" for rule in container.get("restartPolicyRules") or ()):
                found = (RESTART_ALL,)
    if spec.get("hostNetwork") and spec.get("hostUsers") is False:
        found = (*found, USER_NAMESPACES_ON_HOST_NETWORK)
    return found


def required_to_change(old: Obj, new: Obj) -> tuple[str, ...]:
    """Return the features that a pod's node must have so that its spec may change like this, in the order of the names."""
    found = []
    if _amounts(old.get("resources")) != _amounts(new.get("resources")):
        found.append(RESIZE_OF_PODS)
    pairs = zip(old.get("initContainers") or (), new.get("initContainers") or (), strict=False)
    if any(before.get("restartPolicy") != "Always" and before.get("resources") != after.get("resources") for before, after in pairs):
        found.append(RESIZE_OF_INIT_CONTAINERS)
    return tuple(found)


def _amounts(resources: Obj | None) -> Obj | None:
    """Return resources such that those that are worth the same are the same."""
    if resources is None:
        return None
    kinds = ("requests", "limits")
    return {kind: {name: parse_quantity(text) for name, text in (resources.get(kind) or {}).items()} for kind in kinds}
