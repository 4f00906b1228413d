"""The published OpenAPI definitions of Kubernetes 1.36: which fields every type has.

Upstream generates them from the Go types and publishes them as ``api/openapi-spec/swagger.json``; here they come
from the package ``kubernetes-validate``, which carries them per version. They are read once, at first use (about
20 ms), and never changed.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources
from typing import Protocol

import orjson

from cluster.apiserver.schema.metrics_definitions import DEFINITIONS as METRICS_DEFINITIONS
from cluster.machinery.meta import Obj

VERSION = "v1.36.0"
"""The release whose definitions are served, as the package names it."""

_REFERENCE = "#/$defs/"


class Typed(Protocol):
    """Whatever names a type: a ``Kind``, or a ``Subresource`` for the body it takes."""

    @property
    def group(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type that is named by an object."""

    group: str
    version: str
    kind: str


@functools.cache
def definitions() -> dict[str, Obj]:
    """Return every definition by its full name (``io.k8s.api.core.v1.Pod``). Shared: never change it."""
    source = resources.files("kubernetes_validate") / "kubernetes-json-schema" / f"{VERSION}-local" / "_definitions.json"
    loaded: dict[str, Obj] = orjson.loads(source.read_bytes())["$defs"]
    return {**loaded, **METRICS_DEFINITIONS}


@functools.cache
def _names() -> dict[tuple[str, str, str], str]:
    names: dict[tuple[str, str, str], str] = {}
    for name, definition in definitions().items():
        for gvk in definition.get("x-kubernetes-group-version-kind", ()):
            names.setdefault((gvk["group"], gvk["version"], gvk["kind"]), name)
    return names


def is_registered(group: str, version: str, kind: str) -> bool:
    """Return whether Kubernetes 1.36 has a type of that name, served here or not."""
    return (group, version, kind) in _names()


def definition_name(typed: Typed) -> str:
    """Return the full name of the definition of a kind or of a subresource's body. Raises KeyError."""
    return _names()[typed.group, typed.version, typed.kind]


def reference(node: Obj) -> str:
    """Return the full name a schema node refers to, or an empty string."""
    target: str = node.get("$ref", "")
    return target.removeprefix(_REFERENCE)


def type_of(node: Obj) -> str:
    """Return the JSON type of a schema node without its null alternative (empty: anything)."""
    declared = node.get("type", "")
    if isinstance(declared, list):
        return next((name for name in declared if name != "null"), "")
    return str(declared)
