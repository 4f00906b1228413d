"""The records of the plugin ``kubernetes``: what Services, endpoints and pods are called. Pure.

A Service with an address has that address, a headless one those of its ready endpoints, one that is only a name a CNAME. A headless
Service without endpoints does not exist, nor does a name in a namespace that does not.

Upstream: ``github.com/coredns/coredns/plugin/kubernetes/{kubernetes.go,reverse.go}``, ``plugin/backend_lookup.go``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from cluster.coredns.names import Asked, address_of_label, address_of_reverse, parse_name
from cluster.machinery.kinds.discovery import SERVICE_NAME
from cluster.machinery.meta import Obj
from cluster.machinery.network import DnsAnswer, DnsCode, DnsQuestion, DnsRecord
from cluster.machinery.service import EXTERNAL_NAME, NONE

NXDOMAIN, NODATA = DnsAnswer(DnsCode.NXDOMAIN), DnsAnswer(DnsCode.NOERROR)
WEIGHT = 100
"""Of all SRV records of an answer together."""


@dataclass(frozen=True, slots=True)
class Zone:
    """The plugin's settings. ``domain`` ends with a dot; ``pods``: disabled, insecure or verified; ``ttl`` in seconds."""

    domain: str = "cluster.local."
    pods: str = "disabled"
    ttl: int = 5


class Directory(Protocol):
    """What the plugin has watched. Objects are shared: never change them."""

    def has_namespace(self, name: str) -> bool:
        """Whether there is such a namespace."""
        ...

    def service(self, namespace: str, name: str) -> Obj | None:
        """Return a Service, or None."""
        ...

    def slices(self, namespace: str, service: str) -> list[Obj]:
        """Return the EndpointSlices of a Service."""
        ...

    def has_pod(self, namespace: str, ip: str) -> bool:
        """Whether a pod of the namespace has the address."""
        ...

    def service_at(self, ip: str) -> Obj | None:
        """Return the Service with a cluster IP, or None."""
        ...

    def slices_at(self, ip: str) -> list[Obj]:
        """Return the EndpointSlices with an endpoint at an address."""
        ...


@dataclass(frozen=True, slots=True)
class _Found:
    """One address and port behind a name; ``host`` is its own name for SRV records."""

    address: str
    port: int
    host: str


def answer(question: DnsQuestion, zone: Zone, directory: Directory) -> DnsAnswer:
    """Answer a question for a name in the zone's domain. A CNAME comes alone: whoever asks looks up what it names."""
    asked = parse_name(question.name.lower().removesuffix(zone.domain).removesuffix("."))
    if asked is None:
        return NXDOMAIN
    if not asked.namespace:
        return NODATA
    if not directory.has_namespace(asked.namespace):
        return NXDOMAIN
    if not asked.name:
        return NODATA
    if asked.kind == "pod":
        return _pod(question, asked, zone, directory)
    service = directory.service(asked.namespace, asked.name)
    if service is None:
        return NXDOMAIN
    if service["spec"].get("type") == EXTERNAL_NAME:
        return _alias(question, service["spec"]["externalName"], zone)
    found = list(dict.fromkeys(_behind(service, asked, zone, directory)))
    return _records(question, found, zone) if found else NXDOMAIN


def reverse(question: DnsQuestion, zone: Zone, directory: Directory) -> DnsAnswer:
    """Answer which names an address has (``2.1.244.10.in-addr.arpa.``)."""
    address = address_of_reverse(question.name.lower())
    service = directory.service_at(address)
    if service is not None:
        names = [_domain(service, zone)]
    else:
        names = [_endpoint_name(endpoint, piece, zone) for piece in directory.slices_at(address) for endpoint in _ready(piece, address)]
    if not names:
        return NXDOMAIN
    records = [DnsRecord(question.name, "PTR", zone.ttl, name) for name in dict.fromkeys(names)] if question.type == "PTR" else []
    return DnsAnswer(DnsCode.NOERROR, tuple(records))


def _pod(question: DnsQuestion, asked: Asked, zone: Zone, directory: Directory) -> DnsAnswer:
    address = address_of_label(asked.name)
    if not address or zone.pods == "disabled" or (zone.pods == "verified" and not directory.has_pod(asked.namespace, address)):
        return NXDOMAIN
    return _records(question, [_Found(address, 0, question.name)], zone)


def _alias(question: DnsQuestion, target: str, zone: Zone) -> DnsAnswer:
    """Return the CNAME of a Service that is only a name."""
    return DnsAnswer(DnsCode.NOERROR, (DnsRecord(question.name, "CNAME", zone.ttl, f"{target.rstrip('.')}."),))


def _behind(service: Obj, asked: Asked, zone: Zone, directory: Directory) -> Iterator[_Found]:
    spec, meta = service["spec"], service["metadata"]
    if not asked.endpoint and spec.get("clusterIP") != NONE:
        for port in spec.get("ports") or ():
            if _is_asked(asked, port):
                yield _Found(spec["clusterIP"], port["port"], _domain(service, zone))
        return
    for piece in directory.slices(meta["namespace"], meta["name"]):
        for endpoint in _ready(piece):
            if asked.endpoint in ("", endpoint_label(endpoint)):
                for port in piece.get("ports") or ({"port": 0},):
                    if _is_asked(asked, port):
                        yield _Found(endpoint["addresses"][0], port.get("port") or 0, _endpoint_name(endpoint, piece, zone))


def _records(question: DnsQuestion, found: list[_Found], zone: Zone) -> DnsAnswer:
    """Return the records of the type asked for, none for a type that the name does not have."""
    data: list[str] = []
    if question.type == "A":
        data = list(dict.fromkeys(each.address for each in found))
    elif question.type == "SRV":
        data = [f"0 {WEIGHT // len(found)} {each.port} {each.host}" for each in found if each.port]
    return DnsAnswer(DnsCode.NOERROR, tuple(DnsRecord(question.name, question.type, zone.ttl, each) for each in data))


def endpoint_label(endpoint: Obj) -> str:
    """Return what an endpoint is called below its Service: its hostname, else its address with dashes."""
    return str(endpoint.get("hostname") or endpoint["addresses"][0].replace(".", "-"))


def _ready(piece: Obj, address: str = "") -> list[Obj]:
    return [
        endpoint
        for endpoint in piece.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready") is not False and address in ("", endpoint["addresses"][0])
    ]


def _is_asked(asked: Asked, port: Obj) -> bool:
    if not asked.port:
        return True
    return asked.port == (port.get("name") or "").lower() and asked.protocol == port.get("protocol", "TCP").lower()


def _domain(service: Obj, zone: Zone) -> str:
    meta = service["metadata"]
    return f"{meta['name']}.{meta['namespace']}.svc.{zone.domain}"


def _endpoint_name(endpoint: Obj, piece: Obj, zone: Zone) -> str:
    meta = piece["metadata"]
    service = (meta.get("labels") or {}).get(SERVICE_NAME, "")
    return f"{endpoint_label(endpoint)}.{service}.{meta['namespace']}.svc.{zone.domain}"
