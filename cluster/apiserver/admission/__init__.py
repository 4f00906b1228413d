"""Admission: plugins that fill in and judge an object before it is stored, one file a plugin.

The real chain calls every mutating plugin, then validates, then calls every validating one. So does this one; plugins
are asked once per kind of request whether they care, so that a status update passes no plugin in vain.

Upstream: ``staging/src/k8s.io/apiserver/pkg/admission/chain.go``, ``pkg/kubeapiserver/options/plugins.go`` (the order).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cluster.apiserver.request import Options, User
from cluster.machinery.errors import ApiError, forbidden
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

CREATE, UPDATE, DELETE = "CREATE", "UPDATE", "DELETE"


@dataclass(slots=True)
class Attributes:
    """What is to be admitted. ``obj``: what will be written (a plugin may change it; None for a deletion), ``old``: what
    is there now (None for a creation; never change it), ``options``: what the request says of itself, a dry run for one."""

    operation: str
    kind: Kind
    namespace: str
    name: str
    subresource: str
    obj: Obj | None
    old: Obj | None
    user: User
    options: Options

    @property
    def given(self) -> Obj:
        """The object that will be written. Raises ValueError for a deletion."""
        if self.obj is None:
            raise ValueError("a deletion writes no object")
        return self.obj

    def forbidden(self, why: str) -> ApiError:
        """Return the refusal of these attributes, for a plugin to raise. A name that is still to be generated is left open,
        as upstream's messages do: ``pods "web-" is forbidden``."""
        name = self.name or (self.obj or {}).get("metadata", {}).get("generateName") or "Unknown"
        return forbidden(self.kind.group, self.kind.plural, name, why)


class Plugin(Protocol):
    """One admission plugin. ``name``: what ``--enable-admission-plugins`` calls it."""

    name: str

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Whether such requests concern it at all. Always answers the same."""
        ...

    def admit(self, attributes: Attributes) -> None:
        """Change the object in place, or raise ApiError."""
        ...

    def validate(self, attributes: Attributes) -> None:
        """Raise ApiError, or let it pass. Changes nothing."""
        ...


class BasePlugin:
    """Does nothing: a plugin overrides the half that it is about."""

    name = ""

    def admit(self, attributes: Attributes) -> None:
        """Leave the object as it is."""

    def validate(self, attributes: Attributes) -> None:
        """Let it pass."""


class Chain:
    """Plugins in their order."""

    def __init__(self, plugins: Sequence[Plugin]) -> None:
        self._plugins = plugins
        self._concerned: dict[tuple[str, Kind, str], tuple[Plugin, ...]] = {}

    def concerned(self, operation: str, kind: Kind, subresource: str) -> tuple[Plugin, ...]:
        """Return the plugins that such a request passes."""
        key = (operation, kind, subresource)
        if key not in self._concerned:
            self._concerned[key] = tuple(plugin for plugin in self._plugins if plugin.handles(*key))
        return self._concerned[key]
