"""THE table of served kinds: every fact about a kind that is data stands here, once.

Routing, discovery, storage keys and the clients read it. A new kind is a row here plus its own
strategy, defaults, validation and printer columns under ``cluster/apiserver``.

Upstream: ``pkg/registry/*/rest/storage_*.go`` (which resources exist) and each kind's ``storage.go``
(short names, categories).
"""

from __future__ import annotations

from dataclasses import dataclass, field

READ_VERBS = ("get", "list", "watch")
ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True, slots=True)
class Subresource:
    """``pods/binding`` and its like. ``kind``: what its body is, in ``group``/``version``."""

    name: str
    verbs: tuple[str, ...]
    kind: str
    group: str
    version: str


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One row, compared by identity: it is a key of many tables. ``prefix`` is the folder under ``/registry/`` that etcd
    keeps its objects in."""

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    namespaced: bool
    prefix: str
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS
    subresources: tuple[Subresource, ...] = field(default=())

    @property
    def api_version(self) -> str:
        """``v1`` or ``apps/v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """``deployments.apps``: the name upstream uses in messages."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def storage_key(self, namespace: str, name: str) -> str:
        """The key in etcd; an empty ``name`` gives the prefix of a list (with its final slash)."""
        if self.namespaced and namespace:
            return f"/registry/{self.prefix}/{namespace}/{name}"
        return f"/registry/{self.prefix}/{name}"


def _status(group: str, version: str, kind: str) -> Subresource:
    return Subresource("status", ("get", "patch", "update"), kind, group, version)


_SCALE = Subresource("scale", ("get", "patch", "update"), "Scale", "autoscaling", "v1")

CONFIGMAPS = Kind("", "v1", "ConfigMap", "configmaps", "configmap", True, "configmaps", ("cm",))
EVENTS = Kind("", "v1", "Event", "events", "event", True, "events", ("ev",))
NAMESPACES = Kind(
    "",
    "v1",
    "Namespace",
    "namespaces",
    "namespace",
    False,
    "namespaces",
    ("ns",),
    verbs=("create", "delete", "get", "list", "patch", "update", "watch"),
    subresources=(Subresource("finalize", ("update",), "Namespace", "", "v1"), _status("", "v1", "Namespace")),
)
NODES = Kind("", "v1", "Node", "nodes", "node", False, "minions", ("no",), subresources=(_status("", "v1", "Node"),))
PODS = Kind(
    "",
    "v1",
    "Pod",
    "pods",
    "pod",
    True,
    "pods",
    ("po",),
    ("all",),
    subresources=(
        Subresource("binding", ("create",), "Binding", "", "v1"),
        Subresource("eviction", ("create",), "Eviction", "policy", "v1"),
        _status("", "v1", "Pod"),
    ),
)
SERVICEACCOUNTS = Kind("", "v1", "ServiceAccount", "serviceaccounts", "serviceaccount", True, "serviceaccounts", ("sa",))
DEPLOYMENTS = Kind(
    "apps",
    "v1",
    "Deployment",
    "deployments",
    "deployment",
    True,
    "deployments",
    ("deploy",),
    ("all",),
    subresources=(_SCALE, _status("apps", "v1", "Deployment")),
)
REPLICASETS = Kind(
    "apps",
    "v1",
    "ReplicaSet",
    "replicasets",
    "replicaset",
    True,
    "replicasets",
    ("rs",),
    ("all",),
    subresources=(_SCALE, _status("apps", "v1", "ReplicaSet")),
)
LEASES = Kind("coordination.k8s.io", "v1", "Lease", "leases", "lease", True, "leases")

KINDS: tuple[Kind, ...] = (
    CONFIGMAPS,
    EVENTS,
    NAMESPACES,
    NODES,
    PODS,
    SERVICEACCOUNTS,
    DEPLOYMENTS,
    REPLICASETS,
    LEASES,
)

_BY_RESOURCE = {(k.group, k.version, k.plural): k for k in KINDS}
_BY_KIND = {(k.api_version, k.kind): k for k in KINDS}


def by_resource(group: str, version: str, plural: str) -> Kind | None:
    """Return the kind served at a path, or None."""
    return _BY_RESOURCE.get((group, version, plural))


def by_kind(api_version: str, kind: str) -> Kind | None:
    """Return the kind that an object's ``apiVersion`` and ``kind`` name, or None."""
    return _BY_KIND.get((api_version, kind))
