"""What a person does to the cluster from the diagram: the same requests that ``kubectl`` would send for it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from cluster.apiserver.request import Options, PatchType, Request
from cluster.kubelet.mirror_pods import uid_on_node
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PODS
from cluster.machinery.load import load_of
from cluster.machinery.meta import Obj, timestamp
from cluster.machinery.steering import LOAD
from cluster.runner.faults.containers import is_running
from cluster.runner.host import Host
from cluster.runner.order_details import DRAIN
from cluster.runner.refused_order import RefusedOrder, Why
from dashboard.forms import Action, Refusal
from dashboard.keys import ObjectKey
from dashboard.manifests import ADMIN, SOURCE

LEAST_LOAD = 100
"""Thousandths of a core."""
_MILLI = 1_000_000
RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"


async def perform(host: Host, action: Action) -> str:
    """Do it and return a sentence that says so. Raises ApiError, Refusal."""
    key, names = action.key, {"name": action.key.name, "kind": action.key.kind.kind}
    if action.action == "scale":
        await _patch(host, key, {"spec": {"replicas": action.replicas}}, PatchType.MERGE, subresource="scale")
        return _("%(kind)s %(name)s is scaled to %(replicas)d.") % {**names, "replicas": action.replicas}
    if action.action == "load":
        return await _turn_load(host, action)
    if action.action == "delete":
        options = Options(propagation_policy="Background")
        await host.serve(Request("delete", key.kind, SOURCE, ADMIN, key.namespace, key.name, options=options))
        return _("%(kind)s %(name)s is being deleted.") % names
    if action.action == "restart":
        annotations = {RESTARTED_AT: timestamp(host.position.now)}
        await _patch(host, key, {"spec": {"template": {"metadata": {"annotations": annotations}}}}, PatchType.STRATEGIC)
        return _("%(kind)s %(name)s is being restarted: its Pods are replaced one after the other.") % names
    if action.action == "cordon":
        await _patch(host, key, {"spec": {"unschedulable": True}}, PatchType.STRATEGIC)
        return _("Node %(name)s takes no new Pods.") % names
    if action.action == "uncordon":
        await _patch(host, key, {"spec": {"unschedulable": None}}, PatchType.STRATEGIC)
        return _("Node %(name)s takes Pods again.") % names
    if action.action == "drain":
        return await _drain(host, action)
    if action.action in ("taint", "untaint"):
        return await _taint(host, action)
    if action.action == "kill-container":
        return await _kill_container(host, action)
    verb = action.action.removesuffix("-node")
    await host.act_on_node(key.name, verb, {})
    return (_("Node %(name)s is stopped.") if verb == "stop" else _("Node %(name)s is started.")) % names


async def _turn_load(host: Host, action: Action) -> str:
    """Double or halve the CPU time that a workload's pods use together: beginning with 100m, and off below that."""
    key, names = action.key, {"name": action.key.name, "kind": action.key.kind.kind}
    value = await host.read(lambda store: store.get(key.kind.storage_key(key.namespace, key.name)))
    before = load_of(value.obj) or 0 if value is not None else 0
    turned = {"up": max(LEAST_LOAD, 2 * before // _MILLI), "down": before // _MILLI // 2, "off": 0}[action.turn]
    load = turned if turned >= LEAST_LOAD else None
    await _patch(host, key, {"metadata": {"annotations": {LOAD: f"{load}m" if load else None}}}, PatchType.MERGE)
    if load is None:
        return _("There is no load on %(kind)s %(name)s any more.") % names
    return _("The Pods of %(kind)s %(name)s use %(load)dm CPU together now.") % {**names, "load": load}


async def _drain(host: Host, action: Action) -> str:
    """Cordon a node and have its pods evicted, as ``kubectl drain`` does."""
    key, names = action.key, {"name": action.key.name}
    await _patch(host, key, {"spec": {"unschedulable": True}}, PatchType.STRATEGIC)
    try:
        await host.act_on_node(key.name, DRAIN, {"key": str(key), "force": "true" if action.force else ""})
    except ApiError as error:
        hint = _("The node is cordoned. Draining by force deletes them for good.")
        raise Refusal(error.code, _("Node %(name)s is not drained: %(why)s.") % {**names, "why": error.message}, hint) from error
    return _("Node %(name)s is being drained: its Pods are evicted.") % names


async def _taint(host: Host, action: Action) -> str:
    """Give a node a taint or take it away, as ``kubectl taint`` does."""
    key, taint = action.key, action.taint or {}
    value = await host.read(lambda store: store.get(key.kind.storage_key(key.namespace, key.name)))
    before = (value.obj["spec"].get("taints") or []) if value is not None else []
    others = [each for each in before if (each["key"], each["effect"]) != (taint["key"], taint["effect"])]
    taints = others if action.action == "untaint" else [*others, taint]
    await _patch(host, key, {"spec": {"taints": taints or None}}, PatchType.STRATEGIC)
    names = {"name": key.name, "taint": f"{taint['key']}:{taint['effect']}"}
    return (
        _("Node %(name)s has the taint %(taint)s.") if action.action == "taint" else _("Node %(name)s has lost the taint %(taint)s.")
    ) % names


async def _patch(host: Host, key: ObjectKey, patch: Obj, patch_type: PatchType, *, subresource: str = "") -> None:
    options = Options(field_manager="podium-dashboard")
    request = Request("patch", key.kind, SOURCE, ADMIN, key.namespace, key.name, subresource, patch, patch_type, options)
    await host.serve(request)


async def _kill_container(host: Host, action: Action) -> str:
    """Kill a container of a Pod on its node; without a name the Pod's first one."""
    key = action.key
    value = await host.read(lambda store: store.get(PODS.storage_key(key.namespace, key.name)))
    if value is None:
        raise Refusal(404, f'pods "{key.name}" not found', _("It may have been deleted meanwhile: look at the diagram."))
    spec = value.obj["spec"]
    if not spec.get("nodeName"):
        message = _("Pod %(name)s has no node yet, so there is no container to kill.") % {"name": key.name}
        raise Refusal(409, message, _("Wait until it runs."))
    names = [container["name"] for container in spec["containers"]]
    container = action.container or names[0]
    if container not in names:
        message = _("Pod %(name)s has no container %(container)s.") % {"name": key.name, "container": container}
        raise Refusal(404, message, _("It has: %(containers)s.") % {"containers": ", ".join(names)})
    if not is_running(value.obj, container):
        message = f'container "{container}" is not running'
        raise RefusedOrder(Why.NOT_RUNNING, message, name=key.name, container=container)
    detail = {"uid": uid_on_node(value.obj), "container": container, "key": str(key)}
    await host.act_on_node(spec["nodeName"], "kill-container", detail)
    return _("Container %(container)s of Pod %(name)s is killed.") % {"name": key.name, "container": container}
