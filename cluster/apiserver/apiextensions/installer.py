"""What a cluster serves beside the table of kinds: kept in step with its stored definitions, in every process that has the cluster open.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go`` (``updateCustomResourceDefinition``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cluster.apiserver.apiextensions.conditions import ESTABLISHED, is_true
from cluster.apiserver.apiextensions.conversion import VersionConversion
from cluster.apiserver.apiextensions.custom_rest import CustomRest, CustomScaleRest
from cluster.apiserver.apiextensions.versions import kinds_of, storage_version, version_named
from cluster.apiserver.reader import Reader
from cluster.apiserver.registry.apiextensions.customresource import CustomResourceStrategy
from cluster.apiserver.registry.store import GenericStore
from cluster.apiserver.resources import Rests
from cluster.apiserver.rest import Rest
from cluster.apiserver.strategy import Strategy
from cluster.machinery.kinds import BUILT_IN
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.custom import CustomKind
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Event


class Server(Protocol):
    """What kinds are installed in."""

    def add_kinds(self, custom: Sequence[Strategy], rests: Rests) -> None:
        """Serve kinds that are not in the table."""
        ...

    def remove_kinds(self, custom: Sequence[Kind]) -> None:
        """Serve kinds no longer that were added."""
        ...


@dataclass(frozen=True, slots=True)
class _Installed:
    """``facts``: what of a definition makes a difference to what is served."""

    facts: tuple[object, ...]
    kinds: tuple[Kind, ...]


class Installer:
    """Installs and removes the kinds of definitions."""

    def __init__(self, server: Server, reader: Reader) -> None:
        self._server, self._reader = server, reader
        self._installed: dict[str, _Installed] = {}

    def start(self) -> None:
        """Install the kinds of the definitions that are stored."""
        for definition in self._reader.list(CUSTOMRESOURCEDEFINITIONS):
            self._install(definition)

    def changed(self, event: Event) -> None:
        """Follow a change of a definition."""
        name = event.key.rpartition("/")[2]
        definition = event.kv.obj if event.kv is not None else None
        installed = self._installed.get(name)
        if installed is not None and definition is not None and is_true(definition, ESTABLISHED) and installed.facts == _facts(definition):
            return
        if installed is not None:
            self._server.remove_kinds(installed.kinds)
            del self._installed[name]
        if definition is not None:
            self._install(definition)

    def _install(self, definition: Obj) -> None:
        if not is_true(definition, ESTABLISHED):
            return
        strategies: list[Strategy] = []
        rests: dict[tuple[Kind, str], Callable[[GenericStore], Rest]] = {}
        for kind in kinds_of(definition):
            if BUILT_IN.by_resource(kind.group, kind.version, kind.plural) is not None:
                continue  # as upstream, where the built-in server is asked first
            version = version_named(definition, kind.version)
            scale = (version.get("subresources") or {}).get("scale") or {}
            selectable = tuple(field["jsonPath"] for field in version.get("selectableFields") or ())
            strategies.append(CustomResourceStrategy(kind, _conversion(definition, kind), selectable, scale))
            rests[kind, ""] = self._custom_rest(kind)
            if scale:
                rests[kind, "scale"] = _scale_rest(scale)
        self._installed[definition["metadata"]["name"]] = _Installed(_facts(definition), tuple(s.kind for s in strategies))
        self._server.add_kinds(strategies, rests)

    def _custom_rest(self, kind: CustomKind) -> Callable[[GenericStore], Rest]:
        return lambda registry: CustomRest(kind, registry, self._reader)


def _scale_rest(paths: Mapping[str, str]) -> Callable[[GenericStore], Rest]:
    return lambda registry: CustomScaleRest(registry, paths)


def _facts(definition: Obj) -> tuple[object, ...]:
    return definition["metadata"]["uid"], definition["spec"], definition["status"]["acceptedNames"]


def _conversion(definition: Obj, kind: CustomKind) -> VersionConversion | None:
    """Return None while every kept object was written by this very version and schema."""
    kept = storage_version(definition)
    is_untouched = definition["metadata"].get("generation") == 1 and len(definition["spec"]["versions"]) == 1
    return None if is_untouched else VersionConversion(kind.api_version, f"{kind.group}/{kept}", kind.schema)
