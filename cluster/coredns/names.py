"""What a name below the cluster's domain asks for. Pure.

``svc.ns.svc`` is a Service, ``endpoint.svc.ns.svc`` one of its endpoints, ``_port._protocol.svc.ns.svc`` one of its ports,
``a-b-c-d.ns.pod`` the pod with this address.

Upstream: ``github.com/coredns/coredns/plugin/kubernetes/parse.go``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """``kind``: ``svc``, ``pod``, or empty for the domain itself. What a name does not have is empty."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    endpoint: str = ""
    port: str = ""
    protocol: str = ""


def parse_name(name: str) -> Asked | None:
    """Return what a name asks for, without the domain and its dot (``web.default.svc``); None: there can be no such name."""
    labels = name.split(".") if name else []
    if not labels:
        return Asked()
    if labels[-1] not in ("svc", "pod"):
        return None
    kind = labels.pop()
    namespace = labels.pop() if labels else ""
    service = labels.pop() if labels else ""
    if len(labels) > 2 or (labels and kind == "pod"):
        return None
    if len(labels) == 2:
        return Asked(kind, namespace, service, port=labels[0].removeprefix("_"), protocol=labels[1].removeprefix("_"))
    return Asked(kind, namespace, service, endpoint=labels[0] if labels else "")


def address_of_label(label: str) -> str:
    """Return the IPv4 address of a pod's label (``10-244-1-2``), empty when it is none."""
    parts = label.split("-")
    is_address = len(parts) == 4 and all(part.isdigit() and int(part) < 256 for part in parts)
    return ".".join(parts) if is_address else ""


def address_of_reverse(name: str) -> str:
    """Return the address of ``2.1.244.10.in-addr.arpa.``, empty when it is no such name."""
    labels = name.removesuffix(".in-addr.arpa.").split(".")
    return ".".join(reversed(labels)) if name.endswith(".in-addr.arpa.") and len(labels) == 4 else ""
