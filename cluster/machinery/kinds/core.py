"""Kinds of the core group. Upstream: ``pkg/registry/core/rest/storage_core.go``."""

from __future__ import annotations

from cluster.machinery.kinds.authentication import TOKEN
from cluster.machinery.kinds.model import SCALE, Kind, Subresource, status_of

PROXY_VERBS = ("create", "delete", "get", "patch", "update")

COMPONENTSTATUSES = Kind(
    "",
    "v1",
    "ComponentStatus",
    "componentstatuses",
    "componentstatus",
    False,
    "",
    ("cs",),
    verbs=("get", "list"),
    deprecation="v1 ComponentStatus is deprecated in v1.19+",
)
BINDINGS = Kind("", "v1", "Binding", "bindings", "binding", True, "", verbs=("create",))
CONFIGMAPS = Kind("", "v1", "ConfigMap", "configmaps", "configmap", True, "configmaps", ("cm",))
ENDPOINTS = Kind(
    "",
    "v1",
    "Endpoints",
    "endpoints",
    "endpoints",
    True,
    "services/endpoints",
    ("ep",),
    deprecation="v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
)
EVENTS = Kind("", "v1", "Event", "events", "event", True, "events", ("ev",))
LIMITRANGES = Kind("", "v1", "LimitRange", "limitranges", "limitrange", True, "limitranges", ("limits",))
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
    subresources=(Subresource("finalize", ("update",), "Namespace", "", "v1"), status_of("", "v1", "Namespace")),
)
NODES = Kind(
    "",
    "v1",
    "Node",
    "nodes",
    "node",
    False,
    "minions",
    ("no",),
    subresources=(Subresource("proxy", PROXY_VERBS, "NodeProxyOptions", "", "v1", is_connect=True), status_of("", "v1", "Node")),
)
PERSISTENTVOLUMECLAIMS = Kind(
    "",
    "v1",
    "PersistentVolumeClaim",
    "persistentvolumeclaims",
    "persistentvolumeclaim",
    True,
    "persistentvolumeclaims",
    ("pvc",),
    subresources=(status_of("", "v1", "PersistentVolumeClaim"),),
)
PERSISTENTVOLUMES = Kind(
    "",
    "v1",
    "PersistentVolume",
    "persistentvolumes",
    "persistentvolume",
    False,
    "persistentvolumes",
    ("pv",),
    subresources=(status_of("", "v1", "PersistentVolume"),),
)
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
        Subresource("attach", ("create", "get"), "PodAttachOptions", "", "v1", is_connect=True),
        Subresource("binding", ("create",), "Binding", "", "v1"),
        Subresource("ephemeralcontainers", ("get", "patch", "update"), "Pod", "", "v1"),
        Subresource("eviction", ("create",), "Eviction", "policy", "v1"),
        Subresource("exec", ("create", "get"), "PodExecOptions", "", "v1", is_connect=True),
        Subresource("log", ("get",), "Pod", "", "v1", is_text=True),
        Subresource("portforward", ("create", "get"), "PodPortForwardOptions", "", "v1", is_connect=True),
        Subresource("proxy", PROXY_VERBS, "PodProxyOptions", "", "v1", is_connect=True),
        Subresource("resize", ("get", "patch", "update"), "Pod", "", "v1"),
        status_of("", "v1", "Pod"),
    ),
)
PODTEMPLATES = Kind("", "v1", "PodTemplate", "podtemplates", "podtemplate", True, "podtemplates")
SECRETS = Kind("", "v1", "Secret", "secrets", "secret", True, "secrets")
REPLICATIONCONTROLLERS = Kind(
    "",
    "v1",
    "ReplicationController",
    "replicationcontrollers",
    "replicationcontroller",
    True,
    "controllers",
    ("rc",),
    ("all",),
    subresources=(SCALE, status_of("", "v1", "ReplicationController")),
)
RESOURCEQUOTAS = Kind(
    "",
    "v1",
    "ResourceQuota",
    "resourcequotas",
    "resourcequota",
    True,
    "resourcequotas",
    ("quota",),
    subresources=(status_of("", "v1", "ResourceQuota"),),
)
SERVICEACCOUNTS = Kind(
    "", "v1", "ServiceAccount", "serviceaccounts", "serviceaccount", True, "serviceaccounts", ("sa",), subresources=(TOKEN,)
)
SERVICES = Kind(
    "",
    "v1",
    "Service",
    "services",
    "service",
    True,
    "services/specs",
    ("svc",),
    ("all",),
    subresources=(Subresource("proxy", PROXY_VERBS, "ServiceProxyOptions", "", "v1", is_connect=True), status_of("", "v1", "Service")),
)

KINDS: tuple[Kind, ...] = (
    COMPONENTSTATUSES,
    BINDINGS,
    CONFIGMAPS,
    ENDPOINTS,
    EVENTS,
    LIMITRANGES,
    NAMESPACES,
    NODES,
    PERSISTENTVOLUMECLAIMS,
    PERSISTENTVOLUMES,
    PODS,
    PODTEMPLATES,
    REPLICATIONCONTROLLERS,
    RESOURCEQUOTAS,
    SECRETS,
    SERVICEACCOUNTS,
    SERVICES,
)
