"""How each field of a type is merged by a strategic merge patch.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/meta.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from cluster.machinery.meta import Obj

MERGE, REPLACE, RETAIN_KEYS = "merge", "replace", "retainKeys"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the schema below it (of a list's items, of a map's values), its strategy (``merge``, ``replace`` or none:
    maps merge, lists replace), and the key by which items of a merged list are told apart (empty: a list of plain values)."""

    schema: PatchSchema
    strategy: str = ""
    merge_key: str = ""


class PatchSchema(Protocol):
    """What a strategic merge patch asks of a type."""

    @property
    def name(self) -> str:
        """The type's name, for messages."""
        ...

    def field(self, name: str) -> Field:
        """Return how a field is merged; a field that the schema does not know has no strategy."""
        ...


class OpenApiSchema:
    """A PatchSchema read from published OpenAPI definitions (``x-kubernetes-patch-strategy``, ``x-kubernetes-patch-merge-key``).

    ``definitions``: all definitions by name; ``definition``: the type's own. Neither is changed.
    """

    def __init__(self, definitions: Mapping[str, Obj], definition: Obj) -> None:
        self._definitions, self._definition = definitions, definition
        self._fields: dict[str, Field] = {}

    @classmethod
    def of(cls, definitions: Mapping[str, Obj], name: str) -> OpenApiSchema:
        """Return the schema of a named definition, such as ``io.k8s.api.core.v1.Pod``. Raises KeyError when there is none."""
        return cls(definitions, definitions[name])

    @cached_property
    def name(self) -> str:
        """The name of the type's kind, where it has one."""
        kinds = self._definition.get("x-kubernetes-group-version-kind") or [{}]
        return str(kinds[0].get("kind", ""))

    def field(self, name: str) -> Field:
        """Return how a field is merged, reading each field's definition once."""
        if name not in self._fields:
            self._fields[name] = self._read(name)
        return self._fields[name]

    def _read(self, name: str) -> Field:
        properties = self._definition.get("properties") or {}
        declared: Obj = properties.get(name) or {}
        strategies = [s for s in declared.get("x-kubernetes-patch-strategy", "").split(",") if s and s != RETAIN_KEYS]
        below = self._resolve(declared)
        if not declared and isinstance(additional := self._definition.get("additionalProperties"), dict):
            below = self._resolve(additional)
        if isinstance(items := below.get("items"), dict):
            below = self._resolve(items)
        return Field(
            OpenApiSchema(self._definitions, below), strategies[0] if strategies else "", declared.get("x-kubernetes-patch-merge-key", "")
        )

    def _resolve(self, declared: Obj) -> Obj:
        """Follow ``$ref``, also where it stands alone in ``allOf``."""
        reference = declared.get("$ref") or next((part["$ref"] for part in declared.get("allOf") or () if "$ref" in part), "")
        return self._definitions.get(reference.rpartition("/")[2], {}) if reference else declared
