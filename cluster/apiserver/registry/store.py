"""The generic registry: how an object of any kind is created and changed; its strategy says what is particular.

Every write runs in a transaction of the store, which locks it: what is read stays true until it is written, so that the
real store's loop of "read, change, write if nobody else did" runs exactly once.

Upstream: ``staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go`` (``Create``, ``Update``) and
``.../registry/rest/create.go``, ``update.go``.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apiserver.admission import CREATE, UPDATE, Attributes
from cluster.apiserver.call import Call
from cluster.apiserver.fieldmanager import FieldManager, keep_entries
from cluster.apiserver.fieldmanager.names import manager_name
from cluster.apiserver.fieldmanager.versions import Siblings, without_siblings
from cluster.apiserver.reader import Reader
from cluster.apiserver.request import PatchType
from cluster.apiserver.strategy import Strategy
from cluster.apiserver.traced_store import TracedStore
from cluster.apiserver.validation.metadata import validate_common_fields
from cluster.apiserver.validation.steering import metadata_warnings
from cluster.engine.clock import Clock
from cluster.engine.rng import Rng
from cluster.machinery.errors import (
    MODIFIED,
    ApiError,
    already_exists,
    bad_request,
    conflict,
    forbidden,
    invalid,
    not_found,
    unprocessable,
)
from cluster.machinery.kinds.core import NAMESPACES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj, timestamp
from cluster.machinery.storage import KeyValue

Written = KeyValue | Obj
"""What a write leaves behind: the stored value, or for a dry run the object that would have been stored."""
Change = Callable[[KeyValue], Obj]
"""Makes the wanted object, decoded and defaulted and sharing nothing that will be changed, out of the current one."""
Guard = Callable[[Obj, Obj | None, Call], None]
"""Judges by whom an object may be written that replaces another, or none. Raises ApiError."""

MAX_NAME = 63
SUFFIX = 5
ATTEMPTS = 8
"""How often a taken generated name is drawn again."""
OTHER_NAMESPACE = "the namespace of the provided object does not match the namespace sent on the request"


class GenericStore:
    """Creates and changes the objects of one kind. ``siblings``: the same kind in other versions; ``guard``: of kinds that not
    everybody may write as they like who may write them."""

    guard: Guard | None = None

    def __init__(
        self, strategy: Strategy, store: TracedStore, reader: Reader, clock: Clock, rng: Rng, siblings: Siblings = without_siblings
    ) -> None:
        self.field_manager = FieldManager(strategy, siblings, clock)
        self.strategy, self.store, self.clock, self._reader, self._rng = strategy, store, clock, reader, rng

    def speaking_as(self, strategy: Strategy) -> GenericStore:
        """Return a store of the same objects that a subresource changes by rules of its own."""
        return GenericStore(strategy, self.store, self._reader, self.clock, self._rng)

    @property
    def kind(self) -> Kind:
        """The kind of its objects."""
        return self.strategy.kind

    def current(self, namespace: str, name: str) -> KeyValue:
        """Return what is stored now, as the real server's cache would. Raises ApiError 404."""
        kv = self.store.peek(self.kind.storage_key(namespace, name))
        if kv is None:
            raise not_found(self.kind.group, self.kind.plural, name)
        return kv

    def create(self, obj: Obj, call: Call) -> Written:
        """Store a new object. ``obj``: decoded; it is taken over. Raises ApiError."""
        request, kind, meta = call.request, self.kind, obj["metadata"]
        self.strategy.default(obj)
        if meta.get("resourceVersion"):
            raise ApiError(500, "", "resourceVersion should not be set on objects to be created")
        place(meta, request.namespace, OTHER_NAMESPACE)
        if request.patch_type is not PatchType.APPLY:
            self.field_manager.update(None, obj, manager_name(request))
        attributes = Attributes(CREATE, kind, request.namespace, meta.get("name", ""), "", obj, None, call.user, request.options)
        if not meta.get("name") and meta.get("generateName"):
            meta["name"] = self._generated_name(meta["generateName"], request.namespace)
        name = meta.get("name", "")
        call.name(name)
        call.admit(attributes)
        self._judge(obj, None, call)
        attributes.name = name
        for field in ("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"):
            meta.pop(field, None)
        self.strategy.begin_create(obj, self._reader, self._rng)
        meta["uid"], meta["creationTimestamp"] = self._rng.uid(), timestamp(self.clock.now)
        self.strategy.prepare_for_create(obj)
        self.strategy.requested_by(obj, call.user)
        self.strategy.stamp(obj, None, self.clock.now)
        call.validate(attributes, kind, self.strategy.validate(obj))
        if request.verb != "create":
            self._ask_to_create(name, call)
        call.warnings += self.strategy.warnings(obj) + metadata_warnings(kind, obj, None)
        key = kind.storage_key(request.namespace, name)
        if self.store.peek(key) is not None:
            raise already_exists(kind.group, kind.plural, name)
        return self.write(key, obj, 0, call)

    def update(self, name: str, change: Change, call: Call, *, is_status: bool = False) -> Written:
        """Change an object, its status only if ``is_status``. A change that changes nothing writes nothing. Raises ApiError."""
        request, kind, strategy = call.request, self.kind, self.strategy
        current = self.current(request.namespace, name)
        old = current.obj
        obj = change(current)
        meta, old_meta = obj["metadata"], old["metadata"]
        if request.verb == "update":
            check_uid(kind, name, current.key, meta.get("uid", ""), old_meta["uid"])
        self._check_version(meta, current)
        if request.verb != "create" and request.patch_type is not PatchType.APPLY:
            self.field_manager.update(old, obj, manager_name(request), request.subresource)
        attributes = Attributes(UPDATE, kind, request.namespace, name, request.subresource, obj, old, call.user, request.options)
        call.admit(attributes)
        _keep_system_fields(meta, old_meta)
        self._judge(obj, old, call)
        if is_status:
            strategy.prepare_for_status_update(obj, old)
            strategy.stamp(obj, old, self.clock.now)
            faults = strategy.validate_status_update(obj, old)
        else:
            strategy.begin_update(obj, old, self._reader, self._rng)
            strategy.prepare_for_update(obj, old)
            faults = strategy.validate_update(obj, old)
        common = validate_common_fields(meta, old_meta, namespaced=kind.namespaced)
        call.validate(attributes, kind, [*common, *faults])
        if not is_status:
            call.warnings += strategy.warnings_on_update(obj, old) + metadata_warnings(kind, obj, old)
        return self.store_changed(current, obj, call)

    def store_changed(self, current: KeyValue, obj: Obj, call: Call) -> Written:
        """Write a changed object; delete it when it only waited for its last finalizer; do nothing when it is the same."""
        keep_entries(obj, current.obj)
        if obj == current.obj:
            return current
        if is_finished(self.kind, obj):
            self.write(current.key, None, current.mod_revision, call)
            return obj
        return self.write(current.key, obj, current.mod_revision, call)

    def write(self, key: str, obj: Obj | None, mod_revision: int, call: Call) -> Written:
        """Write one key, unless it is a dry run, which returns the object as it would be."""
        if call.request.options.dry_run:
            return obj or {}
        return self.store.put(key, obj, if_mod_revision=mod_revision)

    def _ask_to_create(self, name: str, call: Call) -> None:
        """Refuse to create by an update what the user may not create otherwise. Raises ApiError 403."""
        decision = call.may("create")
        if not decision.is_allowed:
            raise forbidden(self.kind.group, self.kind.plural, name, decision.reason)

    def _judge(self, obj: Obj, old: Obj | None, call: Call) -> None:
        if self.guard is not None:
            self.guard(obj, old, call)

    def _check_version(self, meta: Obj, current: KeyValue) -> None:
        """Compare with what the client has seen, and stamp the current version. Raises ApiError 409, or 500 for no number."""
        version, kind = meta.get("resourceVersion", ""), self.kind
        if version in ("", "0"):
            if not self.strategy.allow_unconditional_update:
                unseen = invalid("metadata.resourceVersion", 0, "must be specified for an update")
                raise unprocessable(kind.group, kind.plural, current.obj["metadata"]["name"], [unseen])
            meta["resourceVersion"] = str(current.mod_revision)
        elif not version.isascii() or not version.isdigit():
            raise ApiError(500, "", f'strconv.ParseUint: parsing "{version}": invalid syntax')
        elif int(version) != current.mod_revision:
            raise conflict(kind.group, kind.plural, current.obj["metadata"]["name"], MODIFIED)

    def _generated_name(self, base: str, namespace: str) -> str:
        """Draw a name that is not taken. Raises ApiError 409 when none is found."""
        name = ""
        for _ in range(ATTEMPTS):
            name = base[: MAX_NAME - SUFFIX] + self._rng.suffix(SUFFIX)
            if self.store.peek(self.kind.storage_key(namespace, name)) is None:
                return name
        raise already_exists(self.kind.group, self.kind.plural, name)


def place(meta: Obj, namespace: str, complaint: str) -> None:
    """Put an object into the namespace of the request. Raises ApiError 400 when it says that it belongs elsewhere."""
    said = meta.get("namespace", "")
    if said and namespace and said != namespace:
        raise bad_request(complaint)
    if namespace:
        meta["namespace"] = namespace
    else:
        meta.pop("namespace", None)


def is_finished(kind: Kind, obj: Obj) -> bool:
    """Whether an object is being deleted and nothing holds it back any more."""
    meta = obj["metadata"]
    if not meta.get("deletionTimestamp") or meta.get("finalizers") or meta.get("deletionGracePeriodSeconds"):
        return False
    return not (kind is NAMESPACES and obj.get("spec", {}).get("finalizers"))


def check_uid(kind: Kind, name: str, key: str, wanted: str, actual: str) -> None:
    """Hold the uid that a client names against the stored one, as the storage does before it writes ``key``. Raises ApiError 409."""
    if wanted and wanted != actual:
        why = f"Precondition failed: UID in precondition: {wanted}, UID in object meta: {actual}"
        fault = f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: {why}"
        raise conflict(kind.group, kind.plural, name, fault)


def _keep_system_fields(meta: Obj, old: Obj) -> None:
    """What only the server sets: taken from the old object where a client leaves it out, and always where it may not go."""
    if not meta.get("uid"):
        meta["uid"] = old["uid"]
    meta["creationTimestamp"] = old["creationTimestamp"]
    for field in ("deletionTimestamp", "deletionGracePeriodSeconds"):
        if old.get(field) is not None:
            meta[field] = old[field]
    if "generation" in old:
        meta["generation"] = old["generation"]
    else:
        meta.pop("generation", None)
