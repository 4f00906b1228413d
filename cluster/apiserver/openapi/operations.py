"""The operations on each path of the served kinds, as both forms of the document list them.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/installer.go`` (``registerResourceHandlers``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from cluster.apiserver.openapi.definitions import META, list_definition, name_of
from cluster.apiserver.request import PatchType
from cluster.machinery.kinds.model import Kind, Subresource
from cluster.machinery.meta import Obj

JSON, YAML = "application/json", "application/yaml"
_METHODS = {
    "list": "get",
    "get": "get",
    "create": "post",
    "update": "put",
    "patch": "patch",
    "delete": "delete",
    "deletecollection": "delete",
}
_LIST_QUERY = (
    ("allowWatchBookmarks", "boolean"),
    ("continue", "string"),
    ("fieldSelector", "string"),
    ("labelSelector", "string"),
    ("limit", "integer"),
    ("resourceVersion", "string"),
    ("resourceVersionMatch", "string"),
    ("sendInitialEvents", "boolean"),
    ("timeoutSeconds", "integer"),
    ("watch", "boolean"),
)
_WRITE_QUERY = (("dryRun", "string"), ("fieldManager", "string"), ("fieldValidation", "string"))
_DELETE_QUERY = (
    ("dryRun", "string"),
    ("gracePeriodSeconds", "integer"),
    ("orphanDependents", "boolean"),
    ("propagationPolicy", "string"),
)
_STREAMS = (("command", "string"), ("container", "string"), *((name, "boolean") for name in ("stderr", "stdin", "stdout", "tty")))
_CONNECT_QUERY = {
    "PodExecOptions": _STREAMS,
    "PodAttachOptions": _STREAMS[1:],
    "PodPortForwardOptions": (("ports", "integer"),),
}
"""By the options of what a subresource leads on to; the others' are ``path``."""
_QUERIES = {
    "list": _LIST_QUERY,
    "create": _WRITE_QUERY,
    "update": _WRITE_QUERY,
    "patch": (*_WRITE_QUERY, ("force", "boolean")),
    "delete": _DELETE_QUERY,
    "deletecollection": (*_LIST_QUERY, *_DELETE_QUERY),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb on one path. ``body`` and ``result``: names of definitions (empty: none, and any text); ``gvk``: the kind it is about."""

    path: str
    method: str
    action: str
    id: str
    gvk: Obj
    body: str
    result: str
    query: tuple[tuple[str, str], ...]
    in_path: tuple[str, ...]

    @property
    def consumes(self) -> list[str]:
        """The media types of its body."""
        return sorted(patch.value for patch in PatchType) if self.action == "patch" else [JSON, YAML] if self.body else ["*/*"]


def _base(kind: Kind) -> str:
    return f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"


def _bodies(verb: str, target: Kind | Subresource) -> tuple[str, str]:
    """Return the definitions of a verb's request body and of its answer."""
    own = name_of(target)
    if verb == "patch":
        return f"{META}Patch", own
    if verb in ("delete", "deletecollection"):
        return f"{META}DeleteOptions", f"{META}Status"
    if isinstance(target, Kind) and verb == "list":
        return "", list_definition(target)
    return ("" if verb == "get" else own), own


def _operation(path: str, verb: str, kind: Kind, target: Kind | Subresource) -> Operation:
    suffix = target.name.capitalize() if isinstance(target, Subresource) else ""
    gvk = {"group": target.group, "kind": target.kind, "version": target.version}
    body, result = _bodies(verb, target)
    in_path = tuple(part[1:-1] for part in path.split("/") if part.startswith("{"))
    scope = "Namespaced" if "namespace" in in_path else "AllNamespaces" if kind.namespaced else ""
    operation_id = f"{verb}{_group_word(kind)}{kind.version.capitalize()}{scope}{kind.kind}{suffix}"
    return Operation(path, _METHODS[verb], verb, operation_id, gvk, body, result, _QUERIES.get(verb, ()), in_path)


def _connection(path: str, verb: str, kind: Kind, target: Subresource) -> Operation:
    """Return an operation that leads on to something that is no object."""
    method = _METHODS[verb]
    made = _operation(path, verb, kind, target)
    operation_id = f"connect{method.capitalize()}{made.id.removeprefix(verb)}"
    query = _CONNECT_QUERY.get(target.kind, (("path", "string"),))
    return replace(made, action="connect", id=operation_id, body="", result="", query=query)


def _group_word(kind: Kind) -> str:
    return "".join(part.capitalize() for part in (kind.group.removesuffix(".k8s.io") or "core").split("."))


def operations(kinds: Iterable[Kind]) -> Iterator[Operation]:
    """Yield every operation on some kinds, path by path."""
    for kind in kinds:
        collection = f"{_base(kind)}/namespaces/{{namespace}}/{kind.plural}" if kind.namespaced else f"{_base(kind)}/{kind.plural}"
        if kind.namespaced and "list" in kind.verbs:
            yield _operation(f"{_base(kind)}/{kind.plural}", "list", kind, kind)
        for verb in ("list", "create", "deletecollection"):
            if verb in kind.verbs:
                yield _operation(collection, verb, kind, kind)
        item = f"{collection}/{{name}}"
        for verb in ("get", "update", "patch", "delete"):
            if verb in kind.verbs:
                yield _operation(item, verb, kind, kind)
        for subresource in kind.subresources:
            describe = _connection if subresource.is_connect else _operation
            for verb in subresource.verbs:
                yield describe(f"{item}/{subresource.name}", verb, kind, subresource)
