"""The pods of a DaemonSet: what one is made from, which node it is for, whether it is of the present template. Pure.

The scheduler binds daemon pods like any others; each carries an affinity that only one node meets.

Upstream: ``pkg/controller/daemon/util/daemonset_util.go``.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.controller_manager.daemon.placement import daemon_tolerations
from cluster.controller_manager.pods import is_terminal
from cluster.machinery.meta import Obj

HASH_LABEL = "controller-revision-hash"
GENERATION_LABEL = "pod-template-generation"
GENERATION_ANNOTATION = "deprecated.daemonset.template.generation"
NAME_FIELD = "metadata.name"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"

NodePods = dict[str, list[Obj]]
"""A DaemonSet's pods by the name of the node that they are for."""


def daemon_template(daemon_set: Obj, hashed: str, node: str) -> Obj:
    """Return the PodTemplateSpec of the pod for one node. It shares what it does not change with the DaemonSet's."""
    template = daemon_set["spec"]["template"]
    meta, spec = template.get("metadata") or {}, template["spec"]
    labels = {**(meta.get("labels") or {})}
    if (generation := template_generation(daemon_set)) is not None:
        labels[GENERATION_LABEL] = generation
    labels[HASH_LABEL] = hashed
    affinity = spec.get("affinity") or {}
    node_affinity = affinity.get("nodeAffinity") or {}
    terms = [{"matchFields": [{"key": NAME_FIELD, "operator": "In", "values": [node]}]}]
    affinity = {**affinity, "nodeAffinity": {**node_affinity, REQUIRED: {"nodeSelectorTerms": terms}}}
    return {"metadata": {**meta, "labels": labels}, "spec": {**spec, "affinity": affinity, "tolerations": daemon_tolerations(spec)}}


def template_generation(daemon_set: Obj) -> str | None:
    """Return how often the template was changed, as its annotation says; None when that is no number."""
    written: str = (daemon_set["metadata"].get("annotations") or {}).get(GENERATION_ANNOTATION, "")
    try:
        return str(int(written))
    except ValueError:
        return None


def target_node(pod: Obj) -> str | None:
    """Return the node that a daemon pod is on, or is for; None when nothing says so."""
    spec = pod["spec"]
    if bound := spec.get("nodeName"):
        return str(bound)
    required = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(REQUIRED) or {}
    for term in required.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if field["key"] == NAME_FIELD and field["operator"] == "In":
                return str(field["values"][0]) if len(field["values"]) == 1 else None
    return None


def by_node(pods: Iterable[Obj]) -> NodePods:
    """Sort pods by node. One that has ended and is being deleted is left out: nobody has anything to do with it."""
    sorted_pods: NodePods = {}
    for pod in pods:
        node = target_node(pod)
        if node is not None and not (is_terminal(pod) and "deletionTimestamp" in pod["metadata"]):
            sorted_pods.setdefault(node, []).append(pod)
    return sorted_pods


def is_updated(pod: Obj, hashed: str) -> bool:
    """Whether a pod is of the present template. (Upstream means to ask the count of changes as well, and compares it with a pointer.)"""
    return bool((pod["metadata"].get("labels") or {}).get(HASH_LABEL) == hashed)


def oldest_first(pods: Iterable[Obj]) -> list[Obj]:
    """Return pods that are bound before those that are not, then by age and name."""
    return sorted(pods, key=lambda pod: (not pod["spec"].get("nodeName"), pod["metadata"]["creationTimestamp"], pod["metadata"]["name"]))
