"""Reads of the registry: one object, or a page of a list at one revision.

Upstream: ``staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go`` (``Get``, ``ListPredicate``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cluster.apiserver.pagination import Position, check_list_options, encode_token, parse_revision, position_of, too_large, unreadable
from cluster.apiserver.request import Options, Response
from cluster.apiserver.selection import Selection, select
from cluster.apiserver.strategy import Strategy
from cluster.apiserver.traced_store import TracedStore
from cluster.machinery.errors import not_found
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Compacted, FutureRevision, KeyValue, Listing


def get_object(store: TracedStore, kind: Kind, namespace: str, name: str, options: Options) -> KeyValue:
    """Read one object. Raises ApiError 404, or 504 for a resourceVersion that does not exist yet."""
    _check_not_too_large(options.resource_version, store)
    kv = store.get(kind.storage_key(namespace, name))
    if kv is None:
        raise not_found(kind.group, kind.plural, name)
    return kv


def list_objects(
    store: TracedStore, strategy: Strategy, namespace: str, options: Options, pods_on: Callable[[str], Sequence[KeyValue]] | None = None
) -> Response:
    """Read a page of a list. ``pods_on``: the watch cache's index by node, which spares etcd the question for one node's
    pods. Raises ApiError 400, 410, 422, 504.
    """
    check_list_options(options, is_watch=False)
    selection = select(strategy, options, namespace)
    position = position_of(options)
    if not position.is_continued:
        _check_not_too_large(options.resource_version, store)
    node = selection.fields.required_value("spec.nodeName")
    if strategy.kind is PODS and node is not None and pods_on is not None and position.revision is None and options.limit <= 0:
        pods = [kv for kv in pods_on(node) if selection.matches(kv.obj)]
        return Response(200, items=pods, list_meta={"resourceVersion": str(store.revision)})
    prefix = strategy.kind.storage_key(namespace, "")
    limit = max(options.limit, 0)
    start_after = prefix + position.start_after if position.start_after else ""
    try:
        listing = store.list(prefix, revision=position.revision, limit=limit if selection.is_empty else 0, start_after=start_after)
    except (Compacted, FutureRevision) as error:
        raise unreadable(error, position) from None
    if selection.is_empty:
        return _page(
            listing.items, listing.items[-1].key if listing.items else "", listing.remaining, listing, position, prefix, counts=True
        )
    return _selected_page(listing, selection, limit, position, prefix)


def _selected_page(listing: Listing, selection: Selection, limit: int, position: Position, prefix: str) -> Response:
    chosen: list[KeyValue] = []
    for index, kv in enumerate(listing.items):
        if selection.matches(kv.obj):
            chosen.append(kv)
            if limit and len(chosen) == limit:
                return _page(chosen, kv.key, len(listing.items) - index - 1, listing, position, prefix, counts=False)
    return _page(chosen, "", 0, listing, position, prefix, counts=False)


def _page(
    items: Sequence[KeyValue], last_key: str, remaining: int, listing: Listing, position: Position, prefix: str, *, counts: bool
) -> Response:
    revision = position.revision if position.is_continued and position.revision else listing.revision
    meta: Obj = {"resourceVersion": str(revision)}
    if remaining:
        meta["continue"] = encode_token(revision, last_key.removeprefix(prefix))
        if counts:
            meta["remainingItemCount"] = remaining
    return Response(200, items=items, list_meta=meta)


def _check_not_too_large(version: str, store: TracedStore) -> None:
    if version and version != "0":
        wanted = parse_revision(version)
        if wanted > store.revision:
            raise too_large(wanted, store.revision)
