"""Deletion: at once, or in time, or when the last finalizer is gone.

A pod is marked and its kubelet gets time to end it; an object with finalizers is marked and waits for whoever removes
them; an owner may be asked to wait for its dependents (``foregroundDeletion``) or to leave them behind (``orphan``).

Upstream: ``staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go`` (``Delete``),
``.../registry/rest/delete.go`` (``BeforeDelete``), ``pkg/registry/core/namespace/storage/storage.go``.
"""

from __future__ import annotations

from enum import Enum

from cluster.apiserver.admission import DELETE, Attributes
from cluster.apiserver.call import Call
from cluster.apiserver.registry.store import GenericStore, Written
from cluster.apiserver.request import Options, Response
from cluster.apiserver.strategy import GarbageCollectionPolicy, Strategy
from cluster.machinery.errors import conflict
from cluster.machinery.kinds.core import NAMESPACES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import SECOND, Obj, SimTime, after, parse_timestamp, timestamp
from cluster.machinery.storage import KeyValue

ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"


class Grace(Enum):
    """What becomes of an object that is to be deleted in time."""

    NONE = "nothing: its kind, or this object, gets no time"
    BEGUN = "it has been marked, or its time has been cut"
    PENDING = "it has its time already"


def delete(registry: GenericStore, namespace: str, name: str, call: Call) -> Response:
    """Delete one object as the request's options say. Raises ApiError 403, 404, 409."""
    current = registry.current(namespace, name)
    kind, options = registry.kind, call.request.options
    call.admit(Attributes(DELETE, kind, namespace, name, call.request.subresource, None, current.obj, call.user, options))
    check_preconditions(kind, current.obj, options)
    if kind is NAMESPACES and not current.obj["metadata"].get("deletionTimestamp"):
        return Response(200, _begin_to_terminate(registry, current, call))
    if kind is NAMESPACES and current.obj["spec"].get("finalizers"):
        return Response(200, current)
    return remove(registry, current, call)


def remove(registry: GenericStore, current: KeyValue, call: Call) -> Response:
    """Delete an object that may go: at once, in time, or when its finalizers have been removed."""
    strategy, options, now = registry.strategy, call.request.options, registry.clock.now
    obj = current.copy()
    meta = obj["metadata"]
    grace = begin_grace(strategy, obj, options, now)
    if grace is Grace.PENDING:
        return _answer(strategy, current, current.obj)
    _set_dependents_finalizers(strategy, meta, options)
    if grace is Grace.NONE and meta.get("finalizers"):
        _mark_as_deleting(meta, now)
    marked = registry.write(current.key, obj, current.mod_revision, call) if obj != current.obj else current
    if meta.get("finalizers") or (grace is Grace.BEGUN and meta["deletionGracePeriodSeconds"]):
        return Response(202 if options.orphan_dependents is False else 200, marked)
    revision = marked.mod_revision if isinstance(marked, KeyValue) else current.mod_revision
    deleted = registry.write(current.key, None, revision, call)
    return _answer(strategy, deleted if isinstance(deleted, KeyValue) else obj, obj)


def begin_grace(strategy: Strategy, obj: Obj, options: Options, now: SimTime) -> Grace:
    """Give an object its time to end, in place, where its kind gets some."""
    seconds = strategy.graceful_seconds(obj, options)
    if seconds is None:
        return Grace.NONE
    meta = obj["metadata"]
    if meta.get("deletionTimestamp"):
        return _cut_grace(meta, options)
    meta["deletionTimestamp"] = timestamp(after(now, seconds))
    meta["deletionGracePeriodSeconds"] = seconds
    _count_generation(meta)
    return Grace.BEGUN


def _cut_grace(meta: Obj, options: Options) -> Grace:
    """Who asks again may shorten the time, never lengthen it."""
    granted = meta.get("deletionGracePeriodSeconds")
    if not granted:
        return Grace.NONE
    wanted = options.grace_period_seconds
    if wanted is None or wanted >= granted:
        return Grace.PENDING
    wanted = max(wanted, 1) if wanted < 0 else wanted
    meta["deletionTimestamp"] = timestamp(SimTime(parse_timestamp(meta["deletionTimestamp"]) - (granted - wanted) * SECOND))
    meta["deletionGracePeriodSeconds"] = wanted
    return Grace.BEGUN


def _mark_as_deleting(meta: Obj, now: SimTime) -> None:
    if not meta.get("deletionTimestamp"):
        _count_generation(meta)
        meta["deletionTimestamp"] = timestamp(now)
    meta["deletionGracePeriodSeconds"] = 0


def _count_generation(meta: Obj) -> None:
    if meta.get("generation"):
        meta["generation"] += 1


def _set_dependents_finalizers(strategy: Strategy, meta: Obj, options: Options) -> None:
    """Add or remove, in place, the finalizers that tell the garbage collector what to do with the dependents."""
    finalizers: list[str] = meta.get("finalizers") or []
    wanted = [finalizer for finalizer in finalizers if finalizer not in (ORPHAN, FOREGROUND)]
    if strategy.garbage_collection is not GarbageCollectionPolicy.UNSUPPORTED:
        is_default = strategy.garbage_collection is GarbageCollectionPolicy.ORPHAN_DEPENDENTS and FOREGROUND not in finalizers
        if _is_wanted(ORPHAN, "Orphan", [ORPHAN] if is_default else finalizers, options, said=options.orphan_dependents):
            wanted.append(ORPHAN)
        if _is_wanted(FOREGROUND, "Foreground", finalizers, options, said=None if options.orphan_dependents is None else False):
            wanted.append(FOREGROUND)
    if set(wanted) == set(finalizers):
        return
    if wanted:
        meta["finalizers"] = wanted
    else:
        meta.pop("finalizers", None)


def _is_wanted(finalizer: str, policy: str, present: list[str], options: Options, *, said: bool | None) -> bool:
    if said is not None:
        return said
    if options.propagation_policy:
        return options.propagation_policy == policy
    return finalizer in present


def _begin_to_terminate(registry: GenericStore, current: KeyValue, call: Call) -> Written:
    """Mark a Namespace: it stays Terminating until the namespace controller has emptied it."""
    namespace = current.copy()
    namespace["metadata"]["deletionTimestamp"] = timestamp(registry.clock.now)
    namespace.setdefault("status", {})["phase"] = "Terminating"
    _set_dependents_finalizers(registry.strategy, namespace["metadata"], call.request.options)
    return registry.store_changed(current, namespace, call)


def check_preconditions(kind: Kind, obj: Obj, options: Options) -> None:
    """Hold an object against what the request believes to delete. Raises ApiError 409."""
    meta = obj["metadata"]
    uid, version = options.precondition_uid, options.precondition_resource_version
    if uid and uid != meta["uid"]:
        why = f"the UID in the precondition ({uid}) does not match the UID in record ({meta['uid']})."
        raise conflict(kind.group, kind.plural, meta["name"], f"{why} The object might have been deleted and then recreated")
    if version and version != meta["resourceVersion"]:
        why = (
            f"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({meta['resourceVersion']})."
        )
        raise conflict(kind.group, kind.plural, meta["name"], f"{why} The object might have been modified")


def _answer(strategy: Strategy, value: Written, obj: Obj) -> Response:
    if strategy.returns_deleted_object:
        return Response(200, value)
    kind, meta = strategy.kind, obj["metadata"]
    details = {"name": meta["name"], "group": kind.group, "kind": kind.plural, "uid": meta["uid"]}
    details = {key: text for key, text in details.items() if text}
    return Response(200, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details})
