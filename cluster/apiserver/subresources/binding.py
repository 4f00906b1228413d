"""``pods/binding``, and the older ``bindings``: the scheduler's decision.

Upstream: ``pkg/registry/core/pod/storage/storage.go`` (``BindingREST``).
"""

from __future__ import annotations

from cluster.apiserver.admission import CREATE, Attributes
from cluster.apiserver.call import Call
from cluster.apiserver.codec import PublishedCodec
from cluster.apiserver.registry.store import OTHER_NAMESPACE, GenericStore, check_uid, place
from cluster.apiserver.request import Response
from cluster.apiserver.rest import Installation
from cluster.apiserver.rest.input import body_of
from cluster.apiserver.validation.fields import one_of
from cluster.machinery.errors import ApiError, bad_request, conflict, required
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Subresource
from cluster.machinery.meta import Obj, SimTime, timestamp

_BINDING = PublishedCodec(Subresource("binding", ("create",), "Binding", "", "v1"))

SUCCESS: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


class BindingRest:
    """Serves ``create``."""

    def __init__(self, installation: Installation) -> None:
        self._pods = installation.registry(PODS)

    def serve(self, call: Call) -> Response:
        """Bind the pod of the path."""
        return bind(self._pods, body_of(call, _BINDING), call)


class LegacyBindingRest:
    """Serves ``bindings``, the older door: the pod is named in the body."""

    def __init__(self, installation: Installation) -> None:
        self._pods = installation.registry(PODS)

    def serve(self, call: Call) -> Response:
        """Bind the pod that the body names. Raises ApiError 400 when it names none."""
        binding = body_of(call, _BINDING)
        name = binding["metadata"].get("name", "")
        if not name:
            raise bad_request("Name parameter required.")
        call.request = call.request._replace(name=name)
        return bind(self._pods, binding, call)


def bind(pods: GenericStore, binding: Obj, call: Call) -> Response:
    """Put a pod on a node. ``binding``: decoded. Raises ApiError 404, 409 when it is on one already, 500 for another target."""
    request = call.request
    place(binding["metadata"], request.namespace, OTHER_NAMESPACE)
    name = binding["metadata"].get("name") or request.name
    if name != request.name:
        raise bad_request("name in URL does not match name in Binding object")
    attributes = Attributes(CREATE, pods.kind, request.namespace, name, "binding", binding, None, call.user, request.options)
    call.admit(attributes)
    target = binding.get("target", {})
    faults = [] if target.get("kind", "") in ("", "Node") else one_of("target.kind", target["kind"], ("Node", "<empty>"))
    if not target.get("name"):
        faults.append(required("target.name"))
    if faults:
        raise ApiError(500, "", str(faults[0]) if len(faults) == 1 else f"[{', '.join(map(str, faults))}]")
    current = pods.current(request.namespace, name)
    _check(current.obj, binding)
    pod = _assigned(current.obj, binding, pods.clock.now)
    call.passed("validation")
    pods.store_changed(current, pod, call)
    return Response(201, dict(SUCCESS))


def _check(pod: Obj, binding: Obj) -> None:
    meta = pod["metadata"]
    name, key = meta["name"], PODS.storage_key(meta["namespace"], meta["name"])
    check_uid(PODS, name, key, binding["metadata"].get("uid", ""), meta["uid"])
    if pod["metadata"].get("deletionTimestamp"):
        why = f"pod {name} is being deleted, cannot be assigned to a host"
    elif pod["spec"].get("nodeName"):
        why = f'pod {name} is already assigned to node "{pod["spec"]["nodeName"]}"'
    elif pod["spec"].get("schedulingGates"):
        why = f"pod {name} has non-empty .spec.schedulingGates"
    else:
        return
    raise conflict("", "pods/binding", name, why)


def _assigned(pod: Obj, binding: Obj, now: SimTime) -> Obj:
    """Return a pod as it is on its node; shares what stays the same."""
    meta, status = dict(pod["metadata"]), dict(pod.get("status") or {})
    for field in ("labels", "annotations"):
        given = binding["metadata"].get(field)
        if given:
            meta[field] = {**(meta.get(field) or {}), **given}
    status.pop("nominatedNodeName", None)
    condition = {"type": "PodScheduled", "status": "True", "lastProbeTime": None, "lastTransitionTime": timestamp(now)}
    others = [other for other in status.get("conditions") or () if other.get("type") != "PodScheduled"]
    status["conditions"] = [*others, condition]
    return {**pod, "metadata": meta, "spec": {**pod["spec"], "nodeName": binding["target"]["name"]}, "status": status}
