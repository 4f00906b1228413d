"""From a URL to what it asks for.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go`` (``NewRequestInfo``).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds

API_ROOTS = frozenset({"api", "apis", "openapi", "version", "healthz", "livez", "readyz", "metrics", "simulation", "openid", ".well-known"})
"""First segments below a cluster's address that belong to the Kubernetes API; where pages are served, too, all others are pages."""


PROXY = "proxy"


@dataclass(frozen=True, slots=True)
class Resource:
    """A path of a served kind: its objects (``name`` empty), one object, or an object's subresource. ``rest``: what follows a proxy, as it
    came, from its slash on."""

    kind: Kind
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    rest: str = ""

    @property
    def is_text(self) -> bool:
        """Whether it is answered with text: a log."""
        return any(each.is_text for each in self.kind.subresources if each.name == self.subresource)

    @property
    def is_connect(self) -> bool:
        """Whether it leads on to something that is no object."""
        return self.kind.connects(self.subresource)


def split_cluster(raw_path: bytes) -> tuple[str, str] | None:
    """Split ``/clusters/<name>/<rest>`` into the name and ``/<rest>``; None when it names no cluster.

    ``raw_path`` is still percent-encoded: an encoded slash must not separate segments.
    """
    parts = raw_path.decode("ascii", "replace").split("/", 3)
    if len(parts) < 3 or parts[0] or parts[1] != "clusters" or not parts[2]:
        return None
    return unquote(parts[2]), "/" + "".join(parts[3:])


def is_api_path(path: str) -> bool:
    """Whether a path below a cluster's address belongs to the Kubernetes API where pages are served, too."""
    return path.split("/", 2)[1] in API_ROOTS


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
    is_proxy = len(rest) > 2 and rest[2] == PROXY
    if kind is None or (len(rest) > 3 and not is_proxy) or not all(rest[:3]):
        return None
    name = rest[1] if len(rest) > 1 else ""
    subresource = rest[2] if len(rest) > 2 else ""
    if subresource and subresource not in {s.name for s in kind.subresources}:
        return None
    if namespace and not kind.namespaced:
        return None
    if name and kind.namespaced and not namespace:
        return None
    if not is_proxy:
        return Resource(kind, namespace, name, subresource)
    followed = path.lstrip("/").split("/", len(parts) - len(rest) + 3)[len(parts) - len(rest) + 3 :]
    return Resource(kind, namespace, name, subresource, "/" + followed[0] if followed else "")


def is_below_a_service(path: str, served: ServedKinds) -> bool:
    """Whether an unknown path lies where something is served: below ``/api``, ``/version`` or ``/apis/<a group that is served>``.

    There upstream answers with a Status, elsewhere with a line of text.
    """
    root, _, rest = path.strip("/").partition("/")
    if root == "apis":
        return bool(rest) and any(kind.group == rest.partition("/")[0] for kind in served.all)
    return root in ("api", "version")


def verb_of(method: str, resource: Resource, *, is_watch: bool) -> str:
    """Return Kubernetes' verb for an HTTP method on a resource, whether it is served there or not.

    Upstream: ``NewRequestInfo``; a method that it does not know is its own verb.
    """
    collection = not resource.name
    if method in ("GET", "HEAD"):
        return "watch" if is_watch and not resource.subresource else ("list" if collection else "get")
    if method == "DELETE":
        return "deletecollection" if collection else "delete"
    return {"POST": "create", "PUT": "update", "PATCH": "patch"}.get(method, method.lower())


def is_served(verb: str, resource: Resource) -> bool:
    """Whether a verb is served at a path."""
    if resource.kind.namespaced and not resource.namespace and verb not in ("list", "watch"):
        return False
    needs_name = verb in ("get", "update", "patch", "delete") or (verb == "create" and bool(resource.subresource))
    if verb != "watch" and needs_name != bool(resource.name):
        return False
    return verb in next((s.verbs for s in resource.kind.subresources if s.name == resource.subresource), resource.kind.verbs)
