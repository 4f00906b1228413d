"""Slices: how a new one looks, and which labels it gets from its Service. Pure.

Upstream: ``staging/src/k8s.io/endpointslice/utils.go`` (``newEndpointSlice``, ``setEndpointSliceLabels``).
"""

from __future__ import annotations

from cluster.controller_manager.controller_ref import reference_to
from cluster.controller_manager.service_pods import HEADLESS, TRIGGER_TIME, has_address
from cluster.machinery.kinds.core import SERVICES
from cluster.machinery.kinds.discovery import SERVICE_NAME
from cluster.machinery.meta import Obj, controller_of

NAME = "endpointslice-controller.k8s.io"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
_RESERVED = frozenset({MANAGED_BY, SERVICE_NAME, HEADLESS})


def new_slice(service: Obj, address_type: str, ports: list[Obj]) -> Obj:
    """Return a slice without endpoints. No ports are written as null: those of nothing are not known."""
    meta = service["metadata"]
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{meta['name']}-",
            "namespace": meta["namespace"],
            "labels": labels_for(service),
            "ownerReferences": [reference_to(service, SERVICES)],
        },
        "addressType": address_type,
        "endpoints": [],
        "ports": ports or None,
    }


def labels_for(service: Obj) -> dict[str, str]:
    """Return a Service's own labels, and those by which its slices are found."""
    labels = {name: value for name, value in (service["metadata"].get("labels") or {}).items() if name not in _RESERVED}
    if not has_address(service):
        labels[HEADLESS] = ""
    return {**labels, SERVICE_NAME: service["metadata"]["name"], MANAGED_BY: NAME}


def is_owned_by(endpoint_slice: Obj, service: Obj) -> bool:
    """Whether a slice was made for this very Service, and not for an older one of its name."""
    reference = controller_of(endpoint_slice)
    return reference is not None and reference["uid"] == service["metadata"]["uid"]


def with_trigger_time(endpoint_slice: Obj, since: str) -> Obj:
    """Return a slice that says when its change began; empty: it says nothing. Changes nothing."""
    meta = {**endpoint_slice["metadata"]}
    annotations = {**(meta.get("annotations") or {}), TRIGGER_TIME: since}
    if not since:
        del annotations[TRIGGER_TIME]
    if annotations:
        meta["annotations"] = annotations
    else:
        meta.pop("annotations", None)
    return {**endpoint_slice, "metadata": meta}
