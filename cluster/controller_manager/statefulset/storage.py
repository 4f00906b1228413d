"""The claims of a StatefulSet's pod: one per claim template, named ``<template>-<set>-<ordinal>``. Pure.

Upstream: ``pkg/controller/statefulset/stateful_set_utils.go`` (``getPersistentVolumeClaims``, ``updateStorage``).
"""

from __future__ import annotations

from cluster.controller_manager.base import copy_of
from cluster.controller_manager.statefulset.identity import ordinal_of
from cluster.machinery.meta import Obj


def claim_templates(stateful_set: Obj) -> list[Obj]:
    """Return the claim templates; they are the set's own: do not change them."""
    return stateful_set["spec"].get("volumeClaimTemplates") or []


def claim_names(stateful_set: Obj, pod: Obj) -> dict[str, str]:
    """Return the name of the pod's claim by the name of its template."""
    owner, ordinal = stateful_set["metadata"]["name"], ordinal_of(pod)
    names = (template["metadata"]["name"] for template in claim_templates(stateful_set))
    return {name: f"{name}-{owner}-{ordinal}" for name in names}


def claims_for(stateful_set: Obj, pod: Obj) -> list[Obj]:
    """Return the claims that the pod needs, to be created."""
    names = claim_names(stateful_set, pod)
    selected = stateful_set["spec"]["selector"].get("matchLabels") or {}
    claims = []
    for template in claim_templates(stateful_set):
        claim = copy_of({name: value for name, value in template.items() if name != "status"})
        meta = claim["metadata"]
        labels = (meta.get("labels") or {}) | selected
        meta |= {"name": names[meta["name"]], "namespace": stateful_set["metadata"]["namespace"]} | ({"labels": labels} if labels else {})
        claims.append({"apiVersion": "v1", "kind": "PersistentVolumeClaim"} | claim)
    return claims


def has_storage(stateful_set: Obj, pod: Obj) -> bool:
    """Whether the pod has a volume for each claim template, and its own claim in it."""
    mounted = {volume["name"]: volume.get("persistentVolumeClaim", {}).get("claimName") for volume in pod["spec"].get("volumes") or ()}
    return ordinal_of(pod) >= 0 and all(mounted.get(name) == claim for name, claim in claim_names(stateful_set, pod).items())


def give_storage(stateful_set: Obj, pod: Obj) -> None:
    """Put the claims' volumes first in the pod's, instead of volumes with the same names."""
    names = claim_names(stateful_set, pod)
    claimed = [{"name": name, "persistentVolumeClaim": {"claimName": claim}} for name, claim in names.items()]
    kept = [volume for volume in pod["spec"].get("volumes") or () if volume["name"] not in names]
    if claimed or kept:
        pod["spec"]["volumes"] = claimed + kept
