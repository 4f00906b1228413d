"""Whose is it: the reference to a managing controller, and claiming objects by selector.

A controller owns the objects whose controller reference names its uid. It releases those that its selector no longer
matches and adopts matching ones that nobody owns, both by a patch that names the object's uid, so that
a namesake born meanwhile is not touched.

Upstream: ``pkg/controller/controller_ref_manager.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cluster.client.client import Client
from cluster.machinery.errors import ApiError, not_found
from cluster.machinery.kinds.model import Kind
from cluster.machinery.labels import Selector
from cluster.machinery.meta import Obj, controller_of


@dataclass(frozen=True, slots=True)
class Claims:
    """What a controller does with candidates, each in the order given."""

    owned: Sequence[Obj]
    adopt: Sequence[Obj]
    release: Sequence[Obj]


def reference_to(owner: Obj, kind: Kind) -> Obj:
    """Return the controller reference that an object made by ``owner`` carries."""
    meta = owner["metadata"]
    return {
        "apiVersion": kind.api_version,
        "kind": kind.kind,
        "name": meta["name"],
        "uid": meta["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def decide_claims(owner: Obj, selector: Selector, candidates: Iterable[Obj]) -> Claims:
    """Sort candidates into owned ones, ones to adopt and ones to release. Pure.

    Nothing is adopted or released by an owner that is being deleted, and what is being deleted is not adopted.
    """
    owned: list[Obj] = []
    adopt: list[Obj] = []
    release: list[Obj] = []
    uid, is_owner_going = owner["metadata"]["uid"], "deletionTimestamp" in owner["metadata"]
    for candidate in candidates:
        reference = controller_of(candidate)
        if reference is not None and reference["uid"] != uid:
            continue
        is_match = selector.matches(candidate["metadata"].get("labels"))
        if reference is not None:
            if is_match:
                owned.append(candidate)
            elif not is_owner_going:
                release.append(candidate)
        elif is_match and not is_owner_going and "deletionTimestamp" not in candidate["metadata"]:
            adopt.append(candidate)
    return Claims(owned, adopt, release)


def claim(
    client: Client,
    owner: Obj,
    owner_kind: Kind,
    selector: Selector,
    kind: Kind,
    candidates: Iterable[Obj],
    *,
    finalizers: Sequence[str] = (),
) -> list[Obj]:
    """Adopt and release as ``decide_claims`` says; return all that is owned then. Raises ApiError.

    ``finalizers``: put on what is adopted, taken off what is released.
    """
    claims = decide_claims(owner, selector, candidates)
    for candidate in claims.release:
        _release(client, owner, kind, candidate, finalizers)
    if not claims.adopt:
        return list(claims.owned)
    _check_alive(client, owner, owner_kind)
    adopted = [_adopt(client, owner, owner_kind, kind, candidate, finalizers) for candidate in claims.adopt]
    return [*claims.owned, *(obj for obj in adopted if obj is not None)]


def _check_alive(client: Client, owner: Obj, kind: Kind) -> None:
    """Ask the API server, not the cache: an owner that was deleted meanwhile must not adopt."""
    meta = owner["metadata"]
    fresh = client.get(kind, meta["name"], meta.get("namespace", ""))["metadata"]
    if fresh["uid"] != meta["uid"] or "deletionTimestamp" in fresh:
        raise not_found(kind.group, kind.plural, meta["name"])


def _adopt(client: Client, owner: Obj, owner_kind: Kind, kind: Kind, candidate: Obj, finalizers: Sequence[str]) -> Obj | None:
    meta = candidate["metadata"]
    change: Obj = {"ownerReferences": [reference_to(owner, owner_kind)], "uid": meta["uid"]}
    patch = {"metadata": change | ({"finalizers": list(finalizers)} if finalizers else {})}
    try:
        return client.patch(kind, meta["name"], meta.get("namespace", ""), patch)
    except ApiError as refusal:
        if refusal.code == 404:
            return None
        raise


def _release(client: Client, owner: Obj, kind: Kind, candidate: Obj, finalizers: Sequence[str]) -> None:
    meta = candidate["metadata"]
    change: Obj = {"ownerReferences": [{"$patch": "delete", "uid": owner["metadata"]["uid"]}], "uid": meta["uid"]}
    patch = {"metadata": change | ({"$deleteFromPrimitiveList/finalizers": list(finalizers)} if finalizers else {})}
    try:
        client.patch(kind, meta["name"], meta.get("namespace", ""), patch)
    except ApiError as refusal:
        # 404: it is gone; 422: the name belongs to another object now, or the reference is gone already.
        if refusal.code not in (404, 422):
            raise
