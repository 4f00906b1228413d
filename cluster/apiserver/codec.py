"""Codecs: how the body of a request becomes an object of its kind.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/runtime/interfaces.go`` (``NegotiatedSerializer``).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from cluster.apiserver import schema
from cluster.apiserver.schema import merge_types
from cluster.apiserver.schema.definitions import Typed
from cluster.machinery.apply import MergeType
from cluster.machinery.meta import Obj
from cluster.machinery.patch import PatchSchema


class Codec(Protocol):
    """Decodes one type. ``field_validation``: ``Strict``, ``Warn`` or ``Ignore`` unknown fields; empty: ``Warn``."""

    def decode(self, obj: Obj, field_validation: str) -> tuple[Obj, tuple[str, ...]]:
        """Return the object a body stands for (new, sharing nothing) and warnings. Raises ApiError 400."""
        ...

    def decode_patched(self, obj: Obj, field_validation: str, settled: Obj) -> tuple[Obj, tuple[str, ...]]:
        """As ``decode``, for an object that a patch was applied to. ``settled``: fields of it that stand in the store as they are, and that
        this write has no say in; they may be shared. Raises ApiError 422."""
        ...

    @property
    def patch_schema(self) -> PatchSchema | None:
        """How a strategic merge patch merges its lists; None: there are no strategic merge patches of this type."""
        ...

    @property
    def merge_type(self) -> MergeType:
        """What server-side apply and managed fields must know of the type; ``machinery/apply/openapi.py`` reads it from a schema."""
        ...

    @property
    def empty(self) -> Obj:
        """An object in which nothing was said: what a create is compared with. Shared: never change it."""
        ...


class PublishedCodec:
    """Decodes by the published definition of a type. ``typed``: a kind, or a subresource for its body.

    ``accepted``: other versions (``policy/v1beta1``) in which the same may be sent (upstream: ``rest.GroupVersionAcceptor``).
    """

    def __init__(self, typed: Typed, accepted: Collection[str] = ()) -> None:
        self._typed, self._accepted = typed, accepted

    def decode(self, obj: Obj, field_validation: str) -> tuple[Obj, tuple[str, ...]]:
        """See ``schema.decode``."""
        if obj.get("apiVersion") in self._accepted:
            obj = {name: value for name, value in obj.items() if name != "apiVersion"}
        return schema.decode(self._typed, obj, field_validation)

    def decode_patched(self, obj: Obj, field_validation: str, settled: Obj) -> tuple[Obj, tuple[str, ...]]:
        """See ``schema.decode_patched``."""
        return schema.decode_patched(self._typed, obj, field_validation, settled)

    @property
    def patch_schema(self) -> PatchSchema | None:
        """See ``schema.patch_schema``."""
        return schema.patch_schema(self._typed)

    @property
    def merge_type(self) -> MergeType:
        """See ``merge_types.merge_type``."""
        return merge_types.merge_type(self._typed)

    @property
    def empty(self) -> Obj:
        """See ``merge_types.empty``."""
        return merge_types.empty(self._typed)
