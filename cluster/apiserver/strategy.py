"""Strategies: what the generic registry must know of a kind to create, change, list and delete its objects.

The real API server calls a strategy's methods around every write of its generic store. So does this one, with the
same names and order; what a method changes, it changes in place in an object that the registry owns.

Upstream: ``staging/src/k8s.io/apiserver/pkg/registry/rest/{create,update,delete}.go``, ``pkg/registry/*/*/strategy.go``.
"""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import Protocol

from cluster.apiserver.codec import Codec, PublishedCodec
from cluster.apiserver.conversion import Conversion
from cluster.apiserver.reader import Reader
from cluster.apiserver.request import Options, User
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.engine.rng import Rng
from cluster.machinery.apply import FieldSet
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj, SimTime


class GarbageCollectionPolicy(Enum):
    """What becomes of an object's dependents when who deletes it does not say."""

    DELETE_DEPENDENTS = "they are deleted"
    ORPHAN_DEPENDENTS = "they stay, without their owner"
    UNSUPPORTED = "nobody looks after them"


class Strategy(Protocol):
    """One kind's rules. ``field_labels``: what a field selector may ask for, ``metadata.name`` and ``metadata.namespace``
    apart; ``allow_create_on_update``: PUT of a name that does not exist creates it; ``allow_unconditional_update``: PUT
    without a resourceVersion overwrites. ``conversion``: how its objects are kept when another version of the kind is.
    ``returns_deleted_object``: a deletion is answered with the object that is gone instead of a Status."""

    kind: Kind
    conversion: Conversion | None
    field_labels: frozenset[str]
    allow_create_on_update: bool
    allow_unconditional_update: bool
    garbage_collection: GarbageCollectionPolicy
    returns_deleted_object: bool

    @property
    def codec(self) -> Codec:
        """What decodes its objects."""
        ...

    def default(self, obj: Obj) -> None:
        """Fill in, in place, what a decoded object leaves out. Called before admission and after each patch."""
        ...

    def begin_create(self, obj: Obj, reader: Reader, rng: Rng) -> None:
        """Give an admitted new object, in place, its share of what all objects of its kind draw from. Raises ApiError."""
        ...

    def begin_update(self, obj: Obj, old: Obj, reader: Reader, rng: Rng) -> None:
        """Give an admitted changed object, in place, what it needs more than ``old`` had. Raises ApiError."""
        ...

    def prepare_for_create(self, obj: Obj) -> None:
        """Reset, in place, what a client may not set on creation (its status, say)."""
        ...

    def requested_by(self, obj: Obj, user: User) -> None:
        """Write into a new object, in place, who asks for it, when its kind keeps that."""
        ...

    def stamp(self, obj: Obj, old: Obj | None, now: SimTime) -> None:
        """Write into a prepared object, in place, the moments that only the server knows. ``old``: None for a new object."""
        ...

    def validate(self, obj: Obj) -> list[FieldError]:
        """Return every fault of an object to be created. Never changes it."""
        ...

    def warnings(self, obj: Obj) -> list[str]:
        """Return what a client should hear although the object is accepted."""
        ...

    def warnings_on_update(self, obj: Obj, old: Obj) -> list[str]:
        """Return what a client should hear of a change that is accepted. Changes neither object."""
        ...

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Carry over, in place, what a write of the object may not change; count its generation. Never changes ``old``."""
        ...

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Return every fault of a change. Never changes either object."""
        ...

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """Carry over, in place, everything but what a write of the status may change. Never changes ``old``."""
        ...

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Return every fault of a change of the status. Never changes either object."""
        ...

    def reset_fields(self, subresource: str) -> FieldSet:
        """Return the fields that a write of the object (an empty ``subresource``) or of a subresource has no say in: nobody comes to
        own them, or anything below them, through it."""
        ...

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return the values of ``field_labels`` and of ``metadata.name`` and ``metadata.namespace``."""
        ...

    def warnings_on_delete(self, options: Options) -> list[str]:
        """Return what a client should hear of a deletion."""
        ...

    def graceful_seconds(self, obj: Obj, options: Options) -> int | None:
        """Return the simulated seconds an object gets to end, 0 for none; None: the kind is deleted at once."""
        ...


class BaseStrategy:
    """The behaviour of a simple kind; a kind with habits of its own overrides what differs.

    ``has_generation``: ``metadata.generation`` counts the changes of the spec.
    """

    kind: Kind
    conversion: Conversion | None = None
    field_labels: frozenset[str] = frozenset()
    allow_create_on_update = False
    allow_unconditional_update = True
    garbage_collection = GarbageCollectionPolicy.DELETE_DEPENDENTS
    returns_deleted_object = False
    has_generation = False

    @cached_property
    def codec(self) -> Codec:
        """The published definition of the kind."""
        return PublishedCodec(self.kind)

    def default(self, obj: Obj) -> None:
        """Leave the object as it is."""

    def begin_create(self, obj: Obj, reader: Reader, rng: Rng) -> None:
        """Share nothing."""

    def begin_update(self, obj: Obj, old: Obj, reader: Reader, rng: Rng) -> None:
        """Share nothing."""

    def prepare_for_create(self, obj: Obj) -> None:
        """Begin to count the generation and drop a status that a client has no right to set."""
        if self._has_status:
            obj["status"] = {}
        if self.has_generation:
            obj["metadata"]["generation"] = 1

    def requested_by(self, obj: Obj, user: User) -> None:
        """Keep nothing of it."""

    def stamp(self, obj: Obj, old: Obj | None, now: SimTime) -> None:
        """Have no moments to write."""

    def validate(self, obj: Obj) -> list[FieldError]:
        """Judge the metadata."""
        return validate_object_meta(obj["metadata"], namespaced=self.kind.namespaced)

    def warnings(self, obj: Obj) -> list[str]:
        """Have nothing to say."""
        return []

    def warnings_on_update(self, obj: Obj, old: Obj) -> list[str]:
        """Say the same as on creation."""
        return self.warnings(obj)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Keep the old status where there is a subresource for it; count the generation when the spec has changed."""
        if self._has_status:
            _carry(obj, old, "status")
        if self.has_generation and obj.get("spec") != old.get("spec"):
            obj["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Judge how the metadata changed."""
        return validate_object_meta_update(obj["metadata"], old["metadata"])

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """Keep the old spec, labels and owners."""
        _carry(obj, old, "spec")
        for field in ("labels", "ownerReferences"):
            _carry(obj["metadata"], old["metadata"], field)

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Judge how the metadata changed."""
        return validate_object_meta_update(obj["metadata"], old["metadata"])

    def reset_fields(self, subresource: str) -> FieldSet:
        """The status is written through its subresource only, where there is one, and nothing else is."""
        if subresource == "status":
            return {"f:spec": {}}
        return {"f:status": {}} if not subresource and self._has_status else {}

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return name and namespace."""
        meta = obj["metadata"]
        return {"metadata.name": meta["name"], "metadata.namespace": meta.get("namespace", "")}

    def warnings_on_delete(self, options: Options) -> list[str]:
        """Have nothing to say."""
        return []

    def graceful_seconds(self, obj: Obj, options: Options) -> int | None:
        """Delete at once."""
        return None

    @property
    def _has_status(self) -> bool:
        return any(subresource.name == "status" for subresource in self.kind.subresources)


def _carry(obj: Obj, old: Obj, field: str) -> None:
    if field in old:
        obj[field] = old[field]
    else:
        obj.pop(field, None)
