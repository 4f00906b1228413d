"""The order of a merged list: what the patch wants first, what only the server knows kept in its place.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go`` (normalizeElementOrder and what it calls).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from cluster.machinery.patch.errors import BadPatchFormat, PatchError, go_format

_Named = tuple[Hashable, object]
"""An item with what tells it apart."""


def no_merge_key(item: object, merge_key: str) -> PatchError:
    """Return the error of an item that can not be told apart from others."""
    return PatchError(f"map: {go_format(item)} does not contain declared merge key: {merge_key}")


def identity(item: object, merge_key: str) -> Hashable:
    """Return what tells an item apart: its merge key's value, or itself in a list of plain values. Raises PatchError."""
    if merge_key:
        if not isinstance(item, dict) or merge_key not in item:
            raise no_merge_key(item, merge_key)
        item = item[merge_key]
    if type(item) is str:
        return item
    match item:
        case bool():
            return "bool", item  # to Python 1 == True; to JSON they are two values
        case dict() | list():
            return go_format(item)
        case str() | int() | float():
            return item
    return None


def order_merged(merged: Sequence[object], wanted: Sequence[object], server: Sequence[object], merge_key: str) -> list[object]:
    """Order ``merged``: items named in ``wanted`` in that order, the others in the order of ``server``.

    The two are woven together as the server had them: an item of the server comes first when it stood before.
    """
    positions, before = _positions(wanted, merge_key), _positions(server, merge_key)
    named = [(identity(item, merge_key), item) for item in merged]
    from_patch = sorted((pair for pair in named if pair[0] in positions), key=lambda pair: positions[pair[0]])
    from_server = sorted((pair for pair in named if pair[0] not in positions), key=lambda pair: before.get(pair[0], len(before)))
    return _weave(from_server, from_patch, before)


def _positions(items: Sequence[object], merge_key: str) -> dict[Hashable, int]:
    """Return where each item stands first."""
    positions: dict[Hashable, int] = {}
    for index, item in enumerate(items):
        positions.setdefault(identity(item, merge_key), index)
    return positions


def _weave(left: list[_Named], right: list[_Named], before: dict[Hashable, int]) -> list[object]:
    woven: list[object] = []
    i = j = 0
    while i < len(left) and j < len(right):
        first, second = before.get(left[i][0]), before.get(right[j][0])
        if first is not None and second is not None and first < second:
            woven.append(left[i][1])
            i += 1
        else:
            woven.append(right[j][1])
            j += 1
    return woven + [item for _, item in (*left[i:], *right[j:])]


def server_order(original: Sequence[object], patch: Sequence[object], merge_key: str) -> list[object]:
    """Return where the server's items count as standing once ``patch`` is merged.

    Upstream changes the list in place: an item that the patch adds takes the slot that a deleted one has freed, and from then on
    counts as one of the server's. With 1, 2, 4 on the server, 1 deleted and 3 added, the order is 2, 4, 3.
    """
    deleted = {identity(item, merge_key) for item in patch if isinstance(item, dict) and item.get("$patch") == "delete"}
    kept = [item for item in original if identity(item, merge_key) not in deleted]
    known = {identity(item, merge_key) for item in kept} | deleted
    added = [item for item in patch if identity(item, merge_key) not in known]
    return (kept + added)[: len(original)]


def check_order(patch_items: Sequence[object], wanted: Sequence[object], merge_key: str) -> None:
    """Raise BadPatchFormat unless the items that the patch sets stand in ``wanted`` in the same order."""
    if not wanted:
        return
    kept = [item for item in patch_items if not (isinstance(item, dict) and item.get("$patch") == "delete")]
    index = 0
    for item in wanted:
        if index < len(kept) and identity(kept[index], merge_key) == identity(item, merge_key):
            index += 1
    if index < len(kept):
        raise BadPatchFormat(
            f"The order in patch list:\n{go_format(list(patch_items))}\n doesn't match $setElementOrder list:\n{go_format(list(wanted))}\n"
        )
