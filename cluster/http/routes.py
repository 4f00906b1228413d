"""From a URL to what it asks for.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go`` (``NewRequestInfo``).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds

API_ROOTS = frozenset({"api", "apis", "openapi", "version", "healthz", "livez", "readyz"})
"""First segments below a cluster's address that belong to the Kubernetes API; all others are pages."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A path of a served kind: its objects (``name`` empty), one object, or an object's subresource."""

    kind: Kind
    namespace: str = ""
    name: str = ""
    subresource: str = ""


def split_cluster(raw_path: bytes) -> tuple[str, str] | None:
    """Split ``/clusters/<name>/<rest>`` into the name and ``/<rest>``; None when it is not the API of a cluster.

    ``raw_path`` is still percent-encoded: an encoded slash must not separate segments.
    """
    parts = raw_path.decode("ascii", "replace").split("/", 4)
    if len(parts) < 4 or parts[0] or parts[1] != "clusters" or parts[3] not in API_ROOTS:
        return None
    return unquote(parts[2]), "/" + "/".join(parts[3:])


def resource_at(path: str, served: ServedKinds) -> Resource | None:
    """Return what ``/api/v1/...`` or ``/apis/<group>/<version>/...`` names, or None when nothing is served there."""
    parts = [unquote(part) for part in path.strip("/").split("/")]
    if len(parts) >= 3 and parts[0] == "api":
        group, version, rest = "", parts[1], parts[2:]
    elif len(parts) >= 4 and parts[0] == "apis":
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return None
    namespace = ""
    if rest[0] == "namespaces" and len(rest) >= 3 and rest[2] not in ("status", "finalize"):
        namespace, rest = rest[1], rest[2:]
    kind = served.by_resource(group, version, rest[0])
    if kind is None or len(rest) > 3 or not all(rest):
        return None
    name = rest[1] if len(rest) > 1 else ""
    subresource = rest[2] if len(rest) > 2 else ""
    if subresource and subresource not in {s.name for s in kind.subresources}:
        return None
    if namespace and not kind.namespaced:
        return None
    if name and kind.namespaced and not namespace:
        return None
    return Resource(kind, namespace, name, subresource)


def is_resource_path(path: str) -> bool:
    """Whether a path asks for a resource, served or not; others are discovery, health and the like."""
    parts = path.strip("/").split("/")
    return len(parts) >= {"api": 3, "apis": 4}.get(parts[0], len(parts) + 1)


def verb_of(method: str, resource: Resource, *, is_watch: bool) -> str | None:
    """Return Kubernetes' verb for an HTTP method on a resource, or None when the method is not allowed there."""
    collection = not resource.name
    if method in ("GET", "HEAD"):
        verb = "watch" if is_watch and not resource.subresource else ("list" if collection else "get")
    else:
        verb = {
            ("POST", True): "create",
            ("DELETE", True): "deletecollection",
            ("PUT", False): "update",
            ("PATCH", False): "patch",
            ("DELETE", False): "delete",
        }.get((method, collection), "")
        if method == "POST" and resource.subresource:
            verb = "create"
    served = next((s.verbs for s in resource.kind.subresources if s.name == resource.subresource), resource.kind.verbs)
    return verb if verb in served else None
