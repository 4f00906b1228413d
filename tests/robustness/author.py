"""Requests that nobody would write: every served kind, method, path, option and patch, from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import orjson
import yaml

from cluster.apiserver.request import PatchType
from cluster.apiserver.schema.definitions import definition_name, definitions, reference, type_of
from cluster.machinery.kinds import BUILT_IN
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

NAMES = ("a", "a", "a", "default", "kube-system")
_ODD_NAMES = ("", "A b", "x" * 260, "..", "a%2Fb", "한글", "a\x00b", "?", "-a")
_WORDS = (
    "",
    "a",
    "A b",
    "x" * 70,
    "Always",
    "Exists",
    "In",
    "TCP",
    "/a",
    "..",
    "0",
    "10Gi",
    "RollingUpdate",
    "25%",
    "None",
    "\x00",
    "한글",
)
_GARBAGE: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    2**31,
    2**63 - 1,
    1.5,
    1e300,
    "",
    "a",
    "x" * 300,
    "10Gi",
    [],
    {},
    [None],
    {"": None},
    [[]],
)
_SPECIAL: dict[str, tuple[object, ...]] = {
    "Quantity": ("1", "100m", "0", 2, "1.5Gi", "-1", "1e400", "x"),
    "IntOrString": (0, 1, -1, "25%", "x", "http"),
    "Time": ("2026-01-01T00:00:00Z", "2026-13-01T00:00:00Z", ""),
    "MicroTime": ("2026-01-01T00:00:00.123456Z", "now"),
}
_SCALARS: dict[str, tuple[object, ...]] = {
    "string": _WORDS,
    "integer": (0, 1, -1, 30, 80, 70000, 2**31),
    "boolean": (True, False),
    "number": (1.5, -1),
}
_METHODS = (*("GET", "POST", "PUT", "PATCH", "DELETE") * 10, "HEAD", "OPTIONS", "TRACE", "CONNECT")
_SELECTORS = ("a=b", "a in (b,c)", "!a", "a!=b", "a in (", "a=b=c", ",", "metadata.name=a", "spec.nodeName=n", "status.phase!=Running")
_QUERY: dict[str, tuple[str, ...]] = {
    "limit": ("0", "1", "-1", "x", "9" * 30),
    "continue": ("", "garbage", "e30", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIuLi9hIn0"),
    "resourceVersion": ("", "0", "1", "5", "abc", "9999999", "-1", "9" * 30),
    "resourceVersionMatch": ("Exact", "NotOlderThan", "Perhaps", ""),
    "labelSelector": _SELECTORS,
    "fieldSelector": _SELECTORS,
    "sendInitialEvents": ("true", "false", ""),
    "allowWatchBookmarks": ("true", "x"),
    "dryRun": ("All", "Some", ""),
    "fieldManager": ("me", "\t", "m" * 200),
    "fieldValidation": ("Strict", "Warn", "Ignore", "Loud"),
    "force": ("true", "false"),
    "gracePeriodSeconds": ("0", "-1", "x", "5"),
    "propagationPolicy": ("Foreground", "Background", "Orphan", "Sideways"),
    "orphanDependents": ("true", "false"),
    "ignoreStoreReadErrorWithClusterBreakingPotential": ("true", "false"),
    "includeObject": ("None", "Object", "Everything"),
    "pretty": ("true", "x"),
    "%": ("%zz", "\x00"),
}
_ACCEPTS = (
    "",
    "application/json",
    "application/yaml",
    "application/json;as=Table;v=v1;g=meta.k8s.io",
    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
    "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
    "application/vnd.kubernetes.protobuf,application/json",
    "text/html",
    ";;q=x,",
)
_TYPES = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "application/xml", "", ";")
_RAW_BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'"a"',
    b"\xff\xfe",
    b"{}{}",
    b"k8s\x00",
    b"k8s\x00\n\x03\n\x01\xff",
    b"a: [",
    b"a: *b",
    b"--- !x y",
    b"1: {2: 3}",
)
_DIRECTIVES: tuple[Obj, ...] = (
    {"$patch": "replace"},
    {"$patch": "delete"},
    {"$patch": 5},
    {"$retainKeys": ["a"]},
    {"$retainKeys": 1},
    {"$setElementOrder/containers": [{"name": "c"}]},
    {"$setElementOrder/containers": "c"},
    {"$deleteFromPrimitiveList/finalizers": ["a"]},
    {"$deleteFromPrimitiveList/finalizers": {}},
)
_CONTAINER: Obj = {"name": "c", "image": "nginx:1.25", "ports": [{"containerPort": 80}], "resources": {"requests": {"cpu": "10m"}}}
_TEMPLATE: Obj = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [_CONTAINER], "volumes": [{"name": "v", "emptyDir": {}}]}}
_WORKLOAD: Obj = {"replicas": 1, "selector": {"matchLabels": {"app": "a"}}, "template": _TEMPLATE}
_BACKEND: Obj = {"service": {"name": "a", "port": {"number": 80}}}
_ROLE: Obj = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}
_GOOD: dict[str, Obj] = {
    "Pod": {"spec": _TEMPLATE["spec"]},
    "Deployment": {"spec": _WORKLOAD},
    "ReplicaSet": {"spec": _WORKLOAD},
    "StatefulSet": {"spec": {**_WORKLOAD, "serviceName": "a"}},
    "DaemonSet": {"spec": {"selector": _WORKLOAD["selector"], "template": _TEMPLATE}},
    "ReplicationController": {"spec": {"replicas": 1, "selector": {"app": "a"}, "template": _TEMPLATE}},
    "PodTemplate": {"template": _TEMPLATE},
    "CronJob": {
        "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": {"spec": {**_TEMPLATE["spec"], "restartPolicy": "Never"}}}}}
    },
    "Namespace": {},
    "Node": {"spec": {"taints": [{"key": "a", "effect": "NoSchedule"}]}},
    "ServiceAccount": {},
    "Endpoints": {"subsets": [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}]},
    "EndpointSlice": {"addressType": "IPv4", "endpoints": [{"addresses": ["10.0.0.1"]}], "ports": [{"port": 80, "name": "h"}]},
    "Lease": {"spec": {"holderIdentity": "a", "leaseDurationSeconds": 40}},
    "ResourceQuota": {"spec": {"hard": {"pods": "5"}}},
    "LimitRange": {"spec": {"limits": [{"type": "Container", "default": {"cpu": "1"}}]}},
    "PersistentVolume": {"spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/a"}}},
    "PersistentVolumeClaim": {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}},
    "Ingress": {"spec": {"rules": [{"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": _BACKEND}]}}]}},
    "NetworkPolicy": {"spec": {"podSelector": {}, "ingress": [{"from": [{"podSelector": {}}]}]}},
    "PodDisruptionBudget": {"spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "a"}}}},
    "HorizontalPodAutoscaler": {"spec": {"maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "a"}}},
    "StorageClass": {"provisioner": "a.example/b"},
    "PriorityClass": {"value": 5},
    "Role": {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]},
    "ClusterRole": {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]},
    "RoleBinding": {"roleRef": _ROLE, "subjects": [{"kind": "User", "name": "a"}]},
    "ClusterRoleBinding": {"roleRef": _ROLE, "subjects": [{"kind": "User", "name": "a"}]},
    "Job": {"spec": {"template": {"spec": {**_TEMPLATE["spec"], "restartPolicy": "Never"}}}},
    "Service": {"spec": {"selector": {"app": "a"}, "ports": [{"port": 80}]}},
    "ConfigMap": {"data": {"k": "v"}},
    "Secret": {"data": {"k": "eA=="}},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as ``Door.ask`` takes it."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]


class Author:
    """Writes requests about one of the kinds that are served; the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._kind = self._draw.choice(BUILT_IN.all)
        self._is_first = True

    def request(self) -> Asked:
        """Return the next request; the first one makes an object that the others may find."""
        if self._is_first:
            self._is_first = False
            return self._creation()
        kind, method = self._kind, self._draw.choice(_METHODS)
        needs_name = method in ("PUT", "PATCH") or (method != "POST" and self._happens(0.5))
        name = self._name() if needs_name is self._happens(0.97) else ""
        path = _root(kind)
        if kind.namespaced and self._happens(0.95):
            path += f"/namespaces/{self._draw.choice(NAMES[2:4]) if self._happens(0.9) else quote(self._name())}"
        path += f"/{kind.plural}" + (f"/{quote(name)}" if name else "")
        if name and kind.subresources and self._happens(0.4):
            path += f"/{self._draw.choice(kind.subresources).name}"
        query = self._query()
        if method == "GET" and self._happens(0.3):
            query |= {"watch": "1", "timeoutSeconds": "-1"}
        content_type, body = self._body(method, kind, name)
        headers = {"content-type": content_type, "accept": self._draw.choice(_ACCEPTS) if self._happens(0.15) else ""}
        return Asked(method, f"/clusters/demo{path}" + (f"?{urlencode(query)}" if query else ""), body, headers)

    def _creation(self) -> Asked:
        kind = self._kind
        path = f"/clusters/demo{_root(kind)}{'/namespaces/default' if kind.namespaced else ''}/{kind.plural}"
        obj = {**deepcopy(_GOOD.get(kind.kind, {})), "apiVersion": kind.api_version, "kind": kind.kind, "metadata": {"name": "a"}}
        return Asked("POST", path, orjson.dumps(obj), {"content-type": "application/json"})

    def manifest(self, kind: Kind, name: str) -> Obj:
        """Return an object of a kind: any that decodes, or a good one in which something is wrong."""
        if kind.kind in _GOOD and self._happens(0.8):
            obj = deepcopy(_GOOD[kind.kind])
            obj["metadata"] = {"name": name, "labels": {"app": "a"}}
        else:
            obj = self._struct(definition_name(kind), 0)
            if self._happens(0.8):
                obj["metadata"] = {"name": name, **({"labels": {"app": "a"}} if self._happens(0.5) else {})}
        obj |= {"apiVersion": kind.api_version, "kind": kind.kind}
        for _ in range(self._draw.choice((0, 0, 1, 1, 2))):
            self._spoil(obj)
        return obj

    def _body(self, method: str, kind: Kind, name: str) -> tuple[str, bytes]:
        if method in ("GET", "HEAD"):
            return "", b""
        if self._happens(0.05):
            return self._draw.choice(_TYPES), self._draw.choice(_RAW_BODIES)
        if method == "DELETE":
            options = self._struct("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions", 0) | {"kind": "DeleteOptions", "apiVersion": "v1"}
            return "application/json", orjson.dumps(options) if self._happens(0.3) else b""
        if method == "PATCH":
            return self._patch(kind, name)
        obj = self.manifest(kind, name or self._name())
        if self._happens(0.1):
            return "application/yaml", yaml.safe_dump(obj, allow_unicode=True).encode()
        return "application/json", orjson.dumps(obj)

    def _patch(self, kind: Kind, name: str) -> tuple[str, bytes]:
        patch_type = self._draw.choice(list(PatchType))
        if patch_type is PatchType.JSON:
            return patch_type.value, orjson.dumps([self._operation() for _ in range(self._draw.choice((0, 1, 2)))])
        patch = self.manifest(kind, name)
        for field in [field for field in patch if self._happens(0.3)]:
            del patch[field]
        if self._happens(0.3):
            target = self._draw.choice([patch, *[value for value in patch.values() if isinstance(value, dict)]])
            target.update(deepcopy(self._draw.choice(_DIRECTIVES)))
        return patch_type.value, orjson.dumps(patch)

    def _operation(self) -> Obj:
        operation: Obj = {
            "op": self._draw.choice(("add", "remove", "replace", "move", "copy", "test", "nothing", 1)),
            "path": self._pointer(),
            "value": self._garbage(),
            "from": self._pointer(),
        }
        return {field: value for field, value in operation.items() if self._happens(0.9)}

    def _pointer(self) -> str:
        return self._draw.choice(
            (
                "",
                "/",
                "/metadata/name",
                "/spec",
                "/spec/containers/-",
                "/spec/containers/9",
                "/metadata/labels/a~1b",
                "/a~2",
                "metadata",
                "/kind",
            )
        )

    def _query(self) -> dict[str, str]:
        names = self._draw.sample(sorted(_QUERY), self._draw.choice((0, 0, 0, 1, 1, 2)))
        return {name: self._draw.choice(_QUERY[name]) for name in names}

    def _name(self) -> str:
        return self._draw.choice(NAMES if self._happens(0.9) else _ODD_NAMES)

    def _spoil(self, obj: Obj) -> None:
        """Put something else where something is."""
        places = list(_places(obj))
        holder, key = self._draw.choice(places)
        holder[key] = self._garbage()

    def _struct(self, definition: str, depth: int) -> Obj:
        share = 0.8 if depth < 2 else 0.3 if depth < 8 else 0.0
        properties = definitions()[definition].get("properties") or {}
        return {field: self._value(node, depth + 1) for field, node in properties.items() if self._happens(share)}

    def _value(self, node: Obj, depth: int) -> object:
        if self._happens(0.02):
            return self._garbage()
        target, kind = reference(node), type_of(node)
        if target:
            special = _SPECIAL.get(target.rpartition(".")[2])
            return self._draw.choice(special) if special else self._struct(target, depth)
        if kind == "array":
            return [self._value(node["items"], depth) for _ in range(self._draw.choice((0, 1, 2)))]
        if kind == "object":
            inner = node.get("additionalProperties")
            keys = self._draw.sample(_WORDS, self._draw.choice((0, 1, 2)))
            return {key: self._value(inner, depth) for key in keys} if isinstance(inner, dict) else {}
        return self._draw.choice(_SCALARS[kind]) if kind in _SCALARS else self._garbage()

    def _garbage(self) -> object:
        return deepcopy(self._draw.choice(_GARBAGE))

    def _happens(self, share: float) -> bool:
        return self._draw.random() < share


def _root(kind: Kind) -> str:
    return f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"


def _places(value: object) -> Sequence[tuple[Obj, str]]:
    """Return every place of a document, as what holds it and under which key or index."""
    if isinstance(value, dict):
        return [(value, key) for key in value] + [place for inner in value.values() for place in _places(inner)]
    if isinstance(value, list):
        return [(value, index) for index in range(len(value))] + [place for inner in value for place in _places(inner)]  # type: ignore[misc]
    return []
