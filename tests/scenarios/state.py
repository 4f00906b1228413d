"""What a cluster has come to, without what chance and the clock decide: addresses, uids, times, random names, chosen nodes."""

from __future__ import annotations

import re

import orjson

from cluster.machinery.kinds import KINDS
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import EVENTS, NODES, SECRETS
from cluster.machinery.kinds.networking import IPADDRESSES
from cluster.machinery.meta import Obj
from tests.scenarios.world import World

_LEFT_OUT = {
    "uid", "resourceVersion", "managedFields", "generation", "observedGeneration", "nodeName", "hostIP", "hostIPs", "podIP", "podIPs",
    "containerID", "clusterIP", "clusterIPs", "ip", "images", "nodeInfo", "lastTimestamp", "creationTimestamp",
    "controller-uid", "batch.kubernetes.io/controller-uid", "endpoints.kubernetes.io/last-change-trigger-time",
    "batch.kubernetes.io/cronjob-scheduled-timestamp", "request", "certificate", "volume.kubernetes.io/selected-node", "nodeAffinity",
}  # fmt: skip
_KINDS = [kind for kind in KINDS if kind.is_stored and kind not in (EVENTS, LEASES, SECRETS)]
_RANDOM = re.compile(r"\b(tick|kube-api-access|pv|csi|pvc(?=-\w{8}-))-(?:\w{8}-[\w-]+|\w+)")
_ROUTINE_GROUPS = ("rbac.authorization.k8s.io", "apiregistration.k8s.io", "flowcontrol.apiserver.k8s.io")


def final_state(world: World) -> dict[str, list[str]]:
    """Return every object by kind, normalised and sorted."""
    found: dict[str, list[Obj]] = {}
    for kind in _KINDS:
        if kind.group not in _ROUTINE_GROUPS:
            found[kind.kind] = world.admin.list(kind)
    aliases = {
        obj["metadata"]["name"]: f"{obj['metadata']['generateName']}*"
        for objs in found.values()
        for obj in objs
        if obj["metadata"].get("generateName")
    }
    aliases |= {obj["metadata"]["name"]: "an address" for obj in found[IPADDRESSES.kind]}
    names = re.compile("|".join(sorted(map(re.escape, aliases), key=len, reverse=True)) or r"(?!)")
    state = {}
    for kind_name, objs in found.items():
        texts = sorted(orjson.dumps(_canonical(obj), option=orjson.OPT_SORT_KEYS).decode() for obj in objs)
        state[kind_name] = sorted(_RANDOM.sub(r"\1-*", names.sub(lambda match: aliases[match[0]], text)) for text in texts)
    state[NODES.kind] = [_node(node) for node in found[NODES.kind]]
    return {name: texts for name, texts in state.items() if texts}


def _canonical(value: object) -> object:
    if isinstance(value, dict):
        kept = {key: _canonical(part) for key, part in value.items() if key not in _LEFT_OUT and not key.endswith(("Time", "At", "time"))}
        if all(isinstance(address, str) for address in value.get("addresses") or ()):
            kept.pop("addresses", None)
        return {key: part for key, part in kept.items() if part != {}}
    if isinstance(value, list):
        return sorted((_canonical(part) for part in value), key=lambda part: orjson.dumps(part, option=orjson.OPT_SORT_KEYS))
    return value


def _node(node: Obj) -> str:
    spec, conditions = node["spec"], {one["type"]: one["status"] for one in node["status"]["conditions"]}
    return f"{node['metadata']['name']} {sorted(taint['key'] for taint in spec.get('taints') or ())} {conditions}"
