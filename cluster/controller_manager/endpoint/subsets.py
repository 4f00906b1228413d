"""Subsets: addresses that offer the same ports, sorted. Pure.

Of several subsets the one whose ports come first goes first; upstream sorts them by a hash over everything in them.

Upstream: ``pkg/controller/endpoint/endpoints_controller.go``, ``pkg/api/v1/endpoints/util.go``.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable

from cluster.controller_manager.pods import is_ready
from cluster.controller_manager.service_pods import find_port, hostname_of, pod_ips, should_be_in_endpoints, target_ref
from cluster.machinery.meta import Obj

CAPACITY = 1000
"""No more addresses than these are written."""

_Port = tuple[str, int, str, str | None]
_Address = tuple[str, str]
_Entry = tuple[Obj, bool]
_NO_PORT: _Port = ("", -1, "", None)


def desired_subsets(service: Obj, pods: Iterable[Obj]) -> list[Obj]:
    """Return the subsets that a Service's pods make."""
    spec = service["spec"]
    publishes_all = bool(spec.get("publishNotReadyAddresses"))
    by_port: dict[_Port, dict[_Address, _Entry]] = {}
    for pod in pods:
        if not should_be_in_endpoints(pod, with_terminating=publishes_all):
            continue
        address = _address(service, pod)
        for port in _ports(spec, pod):
            by_port.setdefault(port, {})[address["ip"], pod["metadata"]["uid"]] = address, publishes_all or is_ready(pod)
    return _packed(by_port)


def _address(service: Obj, pod: Obj) -> Obj:
    address: Obj = {"ip": pod_ips(pod)[0], "nodeName": pod["spec"].get("nodeName", ""), "targetRef": target_ref(pod)}
    hostname = hostname_of(pod, service)
    return {**address, "hostname": hostname} if hostname else address


def _ports(spec: Obj, pod: Obj) -> list[_Port]:
    """Return the ports that a pod offers of a Service; a headless one may have none, and its pods count all the same."""
    wanted = spec.get("ports") or ()
    if not wanted:
        return [_NO_PORT] if spec.get("clusterIP") == "None" else []
    return [
        (port.get("name", ""), number, port["protocol"], port.get("appProtocol"))
        for port in wanted
        if (number := find_port(pod, port)) is not None
    ]


def _packed(by_port: dict[_Port, dict[_Address, _Entry]]) -> list[Obj]:
    """Put the ports together that the same addresses offer in the same state."""
    groups: dict[tuple[tuple[_Address, bool], ...], list[_Port]] = {}
    for port, entries in by_port.items():
        key = tuple(sorted((address, entry[1]) for address, entry in entries.items()))
        groups.setdefault(key, []).append(port)
    subsets = []
    for ports in groups.values():
        ports.sort(key=_digest)
        subsets.append((_digest(ports[0]), _subset(ports, by_port[ports[0]])))
    return [subset for _, subset in sorted(subsets, key=lambda pair: pair[0])]


def _subset(ports: list[_Port], entries: dict[_Address, _Entry]) -> Obj:
    subset: Obj = {}
    for field, wants_ready in (("addresses", True), ("notReadyAddresses", False)):
        addresses = [entries[key][0] for key in sorted(entries) if entries[key][1] is wants_ready]
        if addresses:
            subset[field] = addresses
    written = [_written(port) for port in ports if port != _NO_PORT]
    return {**subset, "ports": written} if written else subset


def _written(port: _Port) -> Obj:
    name, number, protocol, app_protocol = port
    written: Obj = {"name": name} if name else {}
    written |= {"port": number, "protocol": protocol}
    return written if app_protocol is None else {**written, "appProtocol": app_protocol}


def _digest(port: _Port) -> bytes:
    """Return what upstream sorts ports by: the MD5 sum of a port as Go's spew package writes it."""
    name, number, protocol, app_protocol = port
    app = "<nil>" if app_protocol is None else app_protocol
    text = f"(v1.EndpointPort){{Name:(string){name} Port:(int32){number} Protocol:(v1.Protocol){protocol} AppProtocol:(*string){app}}}"
    return hashlib.md5(text.encode(), usedforsecurity=False).digest()


def truncated(subsets: list[Obj]) -> list[Obj] | None:
    """Return subsets that hold no more than ``CAPACITY`` addresses, taken from each in proportion; None: nothing is too much.

    Ready addresses go before the others, which are left out altogether when there are too many ready ones.
    """
    ready = sum(len(subset.get("addresses") or ()) for subset in subsets)
    others = sum(len(subset.get("notReadyAddresses") or ()) for subset in subsets)
    if ready + others <= CAPACITY:
        return None
    field, total, room = ("addresses", ready, CAPACITY) if ready > CAPACITY else ("notReadyAddresses", others, CAPACITY - ready)
    left, kept = room, []
    for subset in subsets:
        share = min(math.ceil(len(subset.get(field) or ()) / total * room), left)
        shorter = {**subset, field: (subset.get(field) or [])[:share]}
        left -= share
        if field == "addresses":
            shorter["notReadyAddresses"] = []
        kept.append({name: value for name, value in shorter.items() if value})
    return kept
