"""What only a simulation can tell, beside the Kubernetes API: ``/simulation/v1/...`` below a cluster's address.

``namespaces/<namespace>/pods/<name>/decision[?revision=<n>]`` answers how the scheduler last decided about a pod (until that
revision): ``{"pod", "seq", "at", "node", "message", "nodes": {<node>: ...}}``. A node that a filter turned away has ``plugin`` and
``reasons``; one that was ranked has ``scores`` (by plugin, normalised times weight), ``plugins`` (by plugin ``raw``,
``normalized``, ``weight``) and ``total``; one that was the only choice has nothing. Where preemption was tried, ``preemption`` says
who would have to go on which node, what that costs and what decided (``cluster/scheduler/decision.py``, ``preemption_detail``).
Where there was no decision the refusal says what the pod waited for. A revision that does not exist yet (404) or was compacted (410) is
refused with the revisions that there are.

``nodes/<node>/rules[?revision=<n>]`` answers which packet rules a node's kernel has (had at that revision): ``{"node", "rules": [...],
"shown": [{"command", "text"}]}``, the rules as ``machinery/netfilter`` has them and as the node's own tools print them.

``scheduler-config`` answers with the text of the cluster's KubeSchedulerConfiguration; a PUT of another one, in YAML or JSON, starts
the scheduler anew with it: ``{"text"}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.conf import settings

from cluster.engine.trace import Hop
from cluster.kube_proxy.views import shown
from cluster.machinery.errors import ApiError, bad_request, expired, not_found
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import SECOND, Obj
from cluster.machinery.netfilter.rules import SERVICES, from_obj, to_obj
from cluster.machinery.storage import Store
from cluster.runner.host import Host
from cluster.runner.scheduler_config import config_text, configure_scheduler
from cluster.scheduler.decision import node_table

ROOT = "/simulation/v1/"
SCHEDULER_CONFIG = f"{ROOT}scheduler-config"
_RULES = re.compile(r"nodes/(?P<node>[^/]+)/rules")
_DECISION = re.compile(r"namespaces/(?P<namespace>[^/]+)/pods/(?P<name>[^/]+)/decision")


async def answer(host: Host, path: str, query: Mapping[str, str]) -> Obj | None:
    """Return the document at a path, None when there is nothing. Raises ApiError 400, 404, 410."""
    if path == SCHEDULER_CONFIG:
        return {"text": await host.read(lambda store: config_text(store, settings.SCHEDULER_CONFIG))}
    if not path.startswith(ROOT):
        return None
    rest = path.removeprefix(ROOT)
    if found := _RULES.fullmatch(rest):
        node, revision = found["node"], _revision(query)
        return await host.read(lambda store: rules_document(store, node, revision))
    if found := _DECISION.fullmatch(rest):
        return await _decision(host, found["namespace"], found["name"], _revision(query))
    return None


def rules_document(store: Store, node: str, revision: int | None) -> Obj:
    """Return the answer for one node. Raises ApiError 404, 410."""
    if revision is not None:
        _check_head(store, revision)
        _check_kept(store, revision)
    if store.get(NODES.storage_key("", node), revision=revision) is None:
        raise not_found("", "nodes", node)
    rules = [from_obj(kv.obj) for kv in store.list(f"/node/{node}/{SERVICES}", revision=revision).items]
    tools = [{"command": command, "text": text} for command, text in shown(rules)]
    return {"node": node, "rules": [to_obj(rule) for rule in rules], "shown": tools}


async def configure(host: Host, path: str, text: str) -> Obj | None:
    """Change what lies at a path, and return it; None when nothing there can be changed. Raises ApiError 400."""
    if path != SCHEDULER_CONFIG:
        return None
    await host.read(lambda store: configure_scheduler(store, text))
    return {"text": text}


async def _decision(host: Host, namespace: str, name: str, revision: int | None) -> Obj:
    if revision is not None:
        await host.read(lambda store: _check_head(store, revision))
    hops = await host.decision(f"{namespace}/{name}", revision)
    if hops is None:
        raise await host.read(lambda store: no_decision(store, namespace, name, revision))
    return decision_document(*hops)


def no_decision(store: Store, namespace: str, name: str, revision: int | None) -> ApiError:
    """Return the refusal that says why nothing was decided about a pod until a revision. Raises ApiError 410."""
    if revision is not None:
        _check_kept(store, revision)
    until = "" if revision is None else f" until revision {revision}"
    found = store.get(PODS.storage_key(namespace, name), revision=revision)
    why = undecided(found.obj) if found is not None else "there is no such pod"
    return ApiError(404, "NotFound", f'the scheduler has not decided about the pod "{name}"{until}: {why}')


def undecided(pod: Obj) -> str:
    """Return what a pod about which nothing was decided waits for."""
    spec = pod["spec"]
    if gates := [gate["name"] for gate in spec.get("schedulingGates") or ()]:
        return f"spec.schedulingGates holds it back: {', '.join(gates)}"
    if node := spec.get("nodeName"):
        return f"spec.nodeName was set without it: {node}"
    return f"no profile {spec['schedulerName']} has looked at it"


def _check_head(store: Store, revision: int) -> None:
    """Refuse a revision that does not exist yet. Raises ApiError 404."""
    if revision > store.revision:
        raise ApiError(404, "NotFound", f"revision {revision} is not there yet: {_kept(store)}")


def _check_kept(store: Store, revision: int) -> None:
    """Refuse a revision that was compacted. Raises ApiError 410."""
    if revision < store.compacted:
        raise expired(f"revision {revision} is no longer kept: {_kept(store)}")


def _kept(store: Store) -> str:
    return f"the cluster has revisions {max(store.compacted, 1)} to {store.revision}"


def decision_document(filtered: Hop, scored: Hop | None) -> Obj:
    """Return the answer for the two hops of one scheduling cycle."""
    before, after = filtered.detail or {}, scored.detail if scored else None
    feasible = before["feasible"]
    node = after["node"] if after else feasible[0] if len(feasible) == 1 else ""
    nodes = {name: _node(row) for name, row in node_table(before, after).items()}
    document = {"pod": before["pod"], "seq": filtered.seq, "at": filtered.at / SECOND, "node": node}
    preemption = {"preemption": before["preemption"]} if "preemption" in before else {}
    return {**document, "message": before.get("message", ""), "nodes": nodes, **preemption}


def _node(row: Obj) -> Obj:
    if "scores" not in row:
        return row
    plugins = {name: {key: cell[key] for key in ("raw", "normalized", "weight")} for name, cell in row["scores"].items()}
    return {"scores": {name: cell["score"] for name, cell in row["scores"].items()}, "plugins": plugins, "total": row["total"]}


def _revision(query: Mapping[str, str]) -> int | None:
    text = query.get("revision", "")
    if text and not (text.isascii() and text.isdigit()):
        raise bad_request(f'revision: Invalid value: "{text}": must be a revision of the cluster, such as a resourceVersion')
    return int(text) if text else None
