"""Admission: plugins that fill in and judge an object before it is stored, one file a plugin.

The real chain calls every mutating plugin, then validates, then calls every validating one. So does this one; plugins
are asked once per kind of request whether they care, so that a status update passes no plugin in vain.

Upstream: ``staging/src/k8s.io/apiserver/pkg/admission/chain.go``, ``pkg/kubeapiserver/options/plugins.go`` (the order).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cluster.apiserver.request import Options, User
from cluster.machinery.errors import ApiError, forbidden
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

CREATE, UPDATE, DELETE = "CREATE", "UPDATE", "DELETE"


@dataclass(slots=True)
class Attributes:
    """What is to be admitted. ``obj``: what will be written (a plugin may change it; None for a deletion), ``old``: what
    is there now (None for a creation; never change it), ``options``: what the request says of itself, a dry run for one,
    ``warnings``: what the client is to hear besides."""

    operation: str
    kind: Kind
    namespace: str
    name: str
    subresource: str
    obj: Obj | None
    old: Obj | None
    user: User
    options: Options
    warnings: list[str] = field(default_factory=list)

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

    def admit(self, attributes: Attributes) -> bool:
        """Change the object in place and return whether that was needed, or raise ApiError."""
        ...

    def validate(self, attributes: Attributes) -> None:
        """Raise ApiError, or let it pass. Does not change the object."""
        ...


class BasePlugin:
    """Does nothing: a plugin overrides the half that it is about, and is asked for that half only."""

    name = ""

    def admit(self, attributes: Attributes) -> bool:
        """Leave the object as it is."""
        return False

    def validate(self, attributes: Attributes) -> None:
        """Let it pass."""


def _overrides(plugin: Plugin, method: str) -> bool:
    return getattr(type(plugin), method) is not getattr(BasePlugin, method)


class Chain:
    """Plugins in their order."""

    def __init__(self, plugins: Sequence[Plugin]) -> None:
        self._mutating = tuple(plugin for plugin in plugins if _overrides(plugin, "admit"))
        self._validating = tuple(plugin for plugin in plugins if _overrides(plugin, "validate"))
        self._concerned: dict[tuple[str, Kind, str], tuple[tuple[Plugin, ...], tuple[Plugin, ...]]] = {}

    def mutating(self, attributes: Attributes) -> tuple[Plugin, ...]:
        """Return the plugins that may change such an object, or refuse it before it is validated."""
        return self._passed_by(attributes)[0]

    def validating(self, attributes: Attributes) -> tuple[Plugin, ...]:
        """Return the plugins that judge such an object once it is known to be valid."""
        return self._passed_by(attributes)[1]

    def _passed_by(self, attributes: Attributes) -> tuple[tuple[Plugin, ...], tuple[Plugin, ...]]:
        key = (attributes.operation, attributes.kind, attributes.subresource)
        found = self._concerned.get(key)
        if found is None:
            mutating, validating = (
                tuple(plugin for plugin in plugins if plugin.handles(*key)) for plugins in (self._mutating, self._validating)
            )
            found = self._concerned[key] = (mutating, validating)
        return found
