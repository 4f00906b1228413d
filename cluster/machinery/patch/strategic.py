"""Strategic merge patch: a merge patch that knows, by its schema, which lists to merge and by which key.

Directives: ``$patch: delete | replace``, ``$retainKeys``, ``$setElementOrder/<list>``, ``$deleteFromPrimitiveList/<list>``.
Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go``. Differs in that values are built anew instead of
being changed in place.
"""

from __future__ import annotations

from typing import Any

from cluster.machinery.meta import Obj
from cluster.machinery.patch.element_order import check_order, identity, no_merge_key, order_merged, server_order
from cluster.machinery.patch.errors import BadPatchFormat, PatchError, PatchNotApplicable, go_format, go_type, json_type
from cluster.machinery.patch.schema import MERGE, REPLACE, Field, PatchSchema

DIRECTIVE = "$patch"
RETAIN_KEYS = "$retainKeys"
SET_ELEMENT_ORDER = "$setElementOrder/"
DELETE_FROM_PRIMITIVE_LIST = "$deleteFromPrimitiveList/"


def apply_strategic(obj: Obj, patch: object, schema: PatchSchema) -> Obj:
    """Return ``obj`` with ``patch`` merged in. Shares unchanged parts with its inputs and changes neither.

    Raises PatchError: BadPatchFormat for a malformed patch, PatchNotApplicable for one that does not fit.
    """
    if not isinstance(patch, dict):
        raise BadPatchFormat(f"json: cannot unmarshal {json_type(patch)} into Go value of type map[string]interface {{}}")
    return _merge_map(obj, patch, schema)


def _merge_map(original: Obj, patch: Obj, schema: PatchSchema) -> Obj:
    if DIRECTIVE in patch:
        return _replaced_map(patch)
    merged = dict(original)
    rest = dict(patch)
    if RETAIN_KEYS in rest:
        merged = _retained(merged, rest, rest.pop(RETAIN_KEYS))
    for key in [key for key in rest if key.startswith(SET_ELEMENT_ORDER)]:
        _merge_ordered(merged, rest, key.removeprefix(SET_ELEMENT_ORDER), rest.pop(key), schema)
    for key, value in rest.items():
        name = key.removeprefix(DELETE_FROM_PRIMITIVE_LIST)
        if name != key:
            if isinstance(merged.get(name), list) and isinstance(value, list):
                merged[name] = _without(merged[name], value)
        elif value is None:
            merged.pop(key, None)
        elif key in merged and isinstance(value, dict) and isinstance(merged[key], dict):
            field = schema.field(key)
            merged[key] = value if field.strategy == REPLACE else _merge_map(merged[key], value, field.schema)
        elif key in merged and isinstance(value, list) and isinstance(merged[key], list):
            merged[key] = _merge_list(merged[key], value, schema.field(key))
        else:
            kept, plain = _without_directives(value)
            if kept:
                merged[key] = plain
    return merged


def _replaced_map(patch: Obj) -> Obj:
    directive = patch[DIRECTIVE]
    if directive == "replace":
        return {key: value for key, value in patch.items() if key != DIRECTIVE}
    if directive == "delete":
        return {}
    raise _bad_patch_type(directive, patch)


def _retained(original: Obj, patch: Obj, keys: object) -> Obj:
    wanted = keys if isinstance(keys, list) else None
    is_foreign = wanted is None or any(
        value is not None and key not in wanted and not key.startswith((DELETE_FROM_PRIMITIVE_LIST, SET_ELEMENT_ORDER))
        for key, value in patch.items()
    )
    if wanted is None or is_foreign:
        raise BadPatchFormat("invalid patch format of retainKeys")
    return {key: value for key, value in original.items() if key in wanted}


def _merge_ordered(merged: Obj, rest: Obj, name: str, wanted: object, schema: PatchSchema) -> None:
    """Merge the list ``name`` and put it in the order ``wanted``; takes the list out of ``rest``."""
    field = schema.field(name)
    original, patch = merged.get(name), rest.get(name)
    for argument in (wanted, *([original] if name in merged else []), *([patch] if name in rest else [])):
        if not isinstance(argument, list):
            raise PatchError(f"expected a []interface {{}}, but received a {go_type(argument)}")
    order: list[object] = wanted if isinstance(wanted, list) else []
    check_order(patch or [], order, field.merge_key)
    if name not in merged and name not in rest:
        return
    rest.pop(name, None)
    if original is None:
        items = _without_directives(patch)[1]
    elif patch is None:
        items = original
    else:
        items = _merge_list(original, patch, field)
    merge_key = field.merge_key if _is_of_maps(items) else ""
    merged[name] = order_merged(items, order, server_order(original or [], patch or [], merge_key), merge_key)


def _merge_list(original: list[Any], patch: list[Any], field: Field) -> list[Any]:
    if field.strategy != MERGE:
        return patch
    if not original and not patch:
        return original
    if not _is_of_maps(original or patch):
        merged = list({identity(item, ""): item for item in [*original, *patch]}.values())
        return order_merged(merged, patch, original, "")
    if not field.merge_key:
        raise PatchError(f"cannot merge lists without merge key for {field.schema.name}")
    return _merge_maps_by_key(original, patch, field)


def _merge_maps_by_key(original: list[Any], patch: list[Any], field: Field) -> list[Any]:
    key = field.merge_key
    kept, additions, is_replaced = list(original), list[Obj](), False
    for item in patch:
        if not isinstance(item, dict):
            raise PatchError(f"expected a map[string]interface {{}}, but received a {go_type(item)}")
        directive = item.get(DIRECTIVE)
        if DIRECTIVE not in item:
            additions.append(item)
        elif directive == "replace":
            is_replaced = True
        elif directive == "delete":
            deleted = identity(item, key)
            kept = [other for other in kept if identity(other, key) != deleted]
        elif directive == "merge":
            raise PatchError("merging lists cannot yet be specified in the patch")
        else:
            raise _bad_patch_type(directive, item)
    merged = [] if is_replaced else kept
    for item in additions:
        if key not in item:
            raise no_merge_key(item, key)
        found = next((index for index, other in enumerate(merged) if identity(other, key) == identity(item, key)), None)
        if found is None:
            merged.append(_without_directives(item)[1])
        else:
            merged[found] = _merge_map(merged[found], item, field.schema)
    return order_merged(merged, additions, original, key)


def _without(items: list[Any], deleted: list[Any]) -> list[Any]:
    gone = {identity(item, "") for item in deleted}
    return [item for item in items if identity(item, "") not in gone]


def _is_of_maps(items: list[Any]) -> bool:
    if any(isinstance(item, list) for item in items):
        raise PatchNotApplicable("lists of lists are not supported")
    return bool(items) and isinstance(items[0], dict)


def _without_directives(value: Any) -> tuple[bool, Any]:
    """Return whether a value that is new to the object stays, and the value without directives and nulls."""
    if isinstance(value, dict):
        if value.get(DIRECTIVE) == "delete":
            return False, None
        plain: Obj = {}
        for key, below in value.items():
            if below is None or key in (DIRECTIVE, RETAIN_KEYS) or key.startswith((SET_ELEMENT_ORDER, DELETE_FROM_PRIMITIVE_LIST)):
                continue
            is_kept, cleaned = _without_directives(below) if isinstance(below, dict | list) else (True, below)
            if is_kept:
                plain[key] = cleaned
        return True, plain
    if isinstance(value, list):
        return True, [cleaned for is_kept, cleaned in map(_without_directives, value) if is_kept]
    return True, value


def _bad_patch_type(directive: object, item: Obj) -> PatchError:
    return PatchError(f"unknown patch type: {go_format(directive)} in map: {go_format(item)}")
