"""The versions of one kind, as ``machinery/apply`` wants to know them.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/versionconverter.go``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from cluster.apiserver.strategy import Strategy
from cluster.machinery.apply import MergeType
from cluster.machinery.meta import Obj

Siblings = Callable[[str], Strategy | None]
"""Finds the strategy of the same kind in another version."""


def without_siblings(api_version: str) -> Strategy | None:
    """Of a kind in one version."""
    return None


class KindVersions:
    """The version of one strategy, and those that its siblings serve. Objects are converted by way of the one that is kept."""

    def __init__(self, strategy: Strategy, siblings: Siblings) -> None:
        self._strategy, self._siblings = strategy, siblings

    @cached_property
    def _type(self) -> MergeType:
        return self._strategy.codec.merge_type

    def type_at(self, api_version: str) -> MergeType | None:
        """See ``Versions``."""
        if api_version == self._strategy.kind.api_version:
            return self._type
        sibling = self._siblings(api_version)
        return sibling.codec.merge_type if sibling else None

    def convert(self, obj: Obj, source: str, target: str) -> Obj:
        """See ``Versions``."""
        if source == target:
            return obj
        before, after = self._at(source).conversion, self._at(target).conversion
        kept = before.to_storage(obj) if before else obj
        converted = after.from_storage(kept) if after else kept
        return {**converted, "apiVersion": target}

    def _at(self, api_version: str) -> Strategy:
        own = self._strategy
        sibling = own if api_version == own.kind.api_version else self._siblings(api_version)
        if sibling is None:
            raise LookupError(api_version)
        return sibling
