"""The downward API: what a container may be told of its own pod. Pure.

Upstream: ``pkg/fieldpath/fieldpath.go``, ``pkg/api/v1/resource/helpers.go`` (ExtractContainerResourceValue) and
``pkg/kubelet/kubelet_pods.go`` (podFieldSelectorRuntimeValue).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cluster.machinery.errors import quote
from cluster.machinery.meta import Obj
from cluster.machinery.pod_resources import CPU, amounts
from cluster.machinery.quantity import milli_value, value

_SUBSCRIPT = re.compile(r"^metadata\.(labels|annotations)\['(.*)'\]$")


class FieldError(Exception):
    """A pod has no such field, or no such container."""


@dataclass(frozen=True, slots=True)
class PodFacts:
    """A pod and what its kubelet knows of it beyond its spec. ``allocatable``: of the node, as its status lists it."""

    pod: Obj
    pod_ip: str
    host_ip: str
    allocatable: Mapping[str, str]


def field_value(facts: PodFacts, path: str) -> str:
    """Return what a ``fieldRef`` stands for. Raises FieldError."""
    pod, meta = facts.pod, facts.pod["metadata"]
    subscript = _SUBSCRIPT.match(path)
    if subscript is not None:
        return str((meta.get(subscript[1]) or {}).get(subscript[2], ""))
    if path in ("metadata.labels", "metadata.annotations"):
        return format_map(meta.get(path.removeprefix("metadata.")) or {})
    found = {
        "metadata.name": meta["name"],
        "metadata.namespace": meta["namespace"],
        "metadata.uid": meta["uid"],
        "spec.nodeName": pod["spec"].get("nodeName", ""),
        "spec.serviceAccountName": pod["spec"].get("serviceAccountName", ""),
        "status.hostIP": facts.host_ip,
        "status.hostIPs": facts.host_ip,
        "status.podIP": facts.pod_ip,
        "status.podIPs": facts.pod_ip,
    }
    if path not in found:
        raise FieldError(f"unsupported fieldPath: {path}")
    return str(found[path])


def format_map(values: Mapping[str, str]) -> str:
    """Write labels or annotations as a file of the downward API has them: ``key="value"``, a line each, sorted."""
    return "\n".join(f"{key}={quote(values[key])}" for key in sorted(values))


def resource_value(facts: PodFacts, reference: Obj, container: Obj) -> str:
    """Return what a ``resourceFieldRef`` stands for; a limit that is not set is what the node has. Raises FieldError."""
    name = reference.get("containerName") or container.get("name", "")
    spec = facts.pod["spec"]
    every = (*spec["containers"], *(spec.get("initContainers") or ()), container)
    target = next((c for c in every if c.get("name") == name), None)
    if target is None:
        raise FieldError(f"container {name} not found")
    kind, _, resource = str(reference["resource"]).partition(".")
    if kind not in ("limits", "requests"):
        raise FieldError(f"unsupported container resource : {reference['resource']}")
    set_amounts = amounts((target.get("resources") or {}).get(kind))
    if resource not in set_amounts and kind == "limits":
        set_amounts = amounts(facts.allocatable)
    divisor = str(reference.get("divisor") or "0")
    unit = (milli_value(divisor) if resource == CPU else value(divisor)) or (1000 if resource == CPU else 1)
    return str(-(-set_amounts.get(resource, 0) // unit))
