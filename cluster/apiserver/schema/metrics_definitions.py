"""The definitions of ``metrics.k8s.io``, which Kubernetes' own documents lack: metrics-server publishes them.

Upstream: ``staging/src/k8s.io/metrics/pkg/apis/metrics/v1beta1/types.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import Obj

_GROUP, _VERSION = "metrics.k8s.io", "v1beta1"
_PREFIX = "io.k8s.metrics.pkg.apis.metrics.v1beta1."
_META = "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1."
_USAGE: Obj = {
    "description": "The amounts that are used, by resource.",
    "type": "object",
    "additionalProperties": {"$ref": "#/$defs/io.k8s.apimachinery.pkg.api.resource.Quantity"},
}
_TYPE_META: Obj = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
_MEASURED: Obj = {
    **_TYPE_META,
    "metadata": {"$ref": f"{_META}ObjectMeta"},
    "timestamp": {"description": "The end of the time that was measured.", "$ref": f"{_META}Time"},
    "window": {"description": "How long it was measured.", "$ref": f"{_META}Duration"},
}


def _kind(kind: str, description: str, properties: Obj, *required: str) -> Obj:
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "x-kubernetes-group-version-kind": [{"group": _GROUP, "kind": kind, "version": _VERSION}],
    }


def _list(kind: str) -> Obj:
    items = {"description": "The objects.", "type": "array", "items": {"$ref": f"#/$defs/{_PREFIX}{kind}"}}
    return _kind(f"{kind}List", f"A list of {kind}.", {**_TYPE_META, "metadata": {"$ref": f"{_META}ListMeta"}, "items": items}, "items")


DEFINITIONS: dict[str, Obj] = {
    "io.k8s.apimachinery.pkg.apis.meta.v1.Duration": {"description": "A length of time, as 15s.", "type": "string"},
    f"{_PREFIX}ContainerMetrics": {
        "description": "What a container uses.",
        "type": "object",
        "properties": {"name": {"description": "The container's name.", "type": "string"}, "usage": _USAGE},
        "required": ["name", "usage"],
    },
    f"{_PREFIX}NodeMetrics": _kind("NodeMetrics", "What a node uses.", {**_MEASURED, "usage": _USAGE}, "timestamp", "window", "usage"),
    f"{_PREFIX}NodeMetricsList": _list("NodeMetrics"),
    f"{_PREFIX}PodMetrics": _kind(
        "PodMetrics",
        "What the containers of a pod use.",
        {
            **_MEASURED,
            "containers": {
                "description": "Each container that runs.",
                "type": "array",
                "items": {"$ref": f"#/$defs/{_PREFIX}ContainerMetrics"},
            },
        },
        "timestamp",
        "window",
        "containers",
    ),
    f"{_PREFIX}PodMetricsList": _list("PodMetrics"),
}
