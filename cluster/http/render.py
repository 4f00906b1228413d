"""Answers in the form that was asked for: objects and lists from stored bytes, Tables, metadata only; JSON or YAML.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/response.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import yaml

from cluster.apiserver.printers import printer_for, table, table_by
from cluster.apiserver.request import Response, WatchEvent
from cluster.http.negotiation import YAML, Accepted, Form, not_convertible
from cluster.machinery.errors import ApiError, bad_request, quote
from cluster.machinery.kinds.custom import CustomKind
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.storage import KeyValue


def check_include_object(accepted: Accepted, include_object: str) -> None:
    """Refuse a Table whose rows are to carry what does not exist. Raises ApiError 400."""
    if accepted.form is Form.TABLE and include_object not in ("", "Metadata", "Object", "None"):
        why = f"includeObject: Invalid value: {quote(include_object)}: must be 'Metadata', 'Object', 'None', or empty"
        raise bad_request(f"Unable to convert to Table as requested: {why}")


def body_of(response: Response, kind: Kind, accepted: Accepted, now: SimTime, include_object: str) -> bytes:
    """Write a response out. ``include_object``: how much of each object a Table carries (Metadata, Object, None).

    Raises ApiError 406 for a list as one object's metadata, and the other way round.
    """
    is_list = response.list_meta is not None
    if is_list and accepted.form is Form.OBJECT:
        return as_media_type(_list(kind, response.items, response.list_meta or {}), accepted)
    printer = printer_for(kind, kind.kind if is_list else _object(response.value).get("kind", ""))
    if accepted.form is Form.TABLE and printer is not None:
        objects = [item.obj for item in response.items] if is_list else [_object(response.value)]
        list_meta = response.list_meta if is_list else {"resourceVersion": objects[0]["metadata"].get("resourceVersion", "")}
        return as_media_type(encode(table_by(printer, objects, now, list_meta=list_meta or {}, include_object=include_object)), accepted)
    if accepted.form is Form.PARTIAL_LIST and is_list:
        items = [partial(item.obj) for item in response.items]
        return as_media_type(
            encode(_versioned("PartialObjectMetadataList", accepted) | {"metadata": response.list_meta, "items": items}), accepted
        )
    if accepted.form is Form.PARTIAL and _is_of(kind, response.value):
        return as_media_type(encode(partial(_object(response.value))), accepted)
    _refuse_other_forms(kind, accepted, is_list=is_list, is_object=_is_of(kind, response.value))
    value = response.value
    return as_media_type(value.raw if isinstance(value, KeyValue) else encode(value or {}), accepted)


def status_of(error: ApiError, accepted: Accepted) -> bytes:
    """Write a refusal out."""
    return as_media_type(encode(error.status), accepted)


class WatchWriter:
    """Writes the events of one watch as lines. A Table names its columns in the first event only."""

    def __init__(self, kind: Kind, accepted: Accepted, include_object: str) -> None:
        self._kind, self._accepted, self._include_object = kind, accepted, include_object
        self._has_columns = False

    def line(self, event: WatchEvent, now: SimTime) -> bytes:
        """Return the event as one line of JSON."""
        raw = event.value.raw
        if event.type != "ERROR" and self._accepted.form is Form.TABLE:
            raw = self._table(event, now)
        elif event.type not in ("ERROR", "BOOKMARK") and self._accepted.form is Form.PARTIAL:
            raw = encode(partial(event.value.obj))
        return b'{"type":"' + event.type.encode() + b'","object":' + raw + b"}\n"

    def _table(self, event: WatchEvent, now: SimTime) -> bytes:
        obj = event.value.obj
        if event.type == "BOOKMARK":
            return encode({**table(self._kind, [], now, list_meta=obj["metadata"], include_object="None"), "columnDefinitions": []})
        list_meta = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
        document = table(self._kind, [obj], now, list_meta=list_meta, include_object=self._include_object)
        if self._has_columns:
            document["columnDefinitions"] = None
        self._has_columns = True
        return encode(document)


def encode(value: object) -> bytes:
    """Encode JSON as everything here is encoded."""
    return orjson.dumps(value)


def partial(obj: Obj) -> Obj:
    """Return the PartialObjectMetadata of an object."""
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"]}


def as_media_type(raw: bytes, accepted: Accepted) -> bytes:
    """Turn JSON into YAML, or indent it, where that was asked for."""
    if accepted.media_type == YAML:
        return yaml.dump(orjson.loads(raw), Dumper=yaml.CSafeDumper, sort_keys=True, allow_unicode=True).encode()
    if accepted.is_pretty:
        return orjson.dumps(orjson.loads(raw), option=orjson.OPT_INDENT_2)
    return raw + b"\n"


def _refuse_other_forms(kind: Kind, accepted: Accepted, *, is_list: bool, is_object: bool) -> None:
    package = kind.group.partition(".")[0] or "core"
    if is_list and accepted.form is Form.PARTIAL:
        raise not_convertible(f"you requested PartialObjectMetadata, but the requested object is a list (*{package}.{kind.kind}List)")
    if is_object and accepted.form is Form.PARTIAL_LIST:
        raise not_convertible(f"you requested PartialObjectMetadataList, but the requested object is not a list (*{package}.{kind.kind})")


def _versioned(kind: str, accepted: Accepted) -> Obj:
    return {"kind": kind, "apiVersion": f"meta.k8s.io/{accepted.version}"}


def _list(kind: Kind, items: Sequence[KeyValue], list_meta: Obj) -> bytes:
    """Join the stored bytes; the items of a list do not repeat their kind, as upstream writes typed lists; custom resources do."""
    if isinstance(kind, CustomKind):
        return _custom_list(kind, items, list_meta)
    head = f'{{"kind":"{kind.kind}List","apiVersion":"{kind.api_version}","metadata":'.encode()
    return head + encode(list_meta) + b',"items":[' + b",".join(_without_type(item.raw, kind) for item in items) + b"]}"


def _custom_list(kind: CustomKind, items: Sequence[KeyValue], list_meta: Obj) -> bytes:
    head = f'{{"apiVersion":"{kind.api_version}","items":['.encode() + b",".join(item.raw for item in items)
    return head + f'],"kind":"{kind.list_kind or kind.kind + "List"}","metadata":'.encode() + encode(list_meta) + b"}"


def _without_type(raw: bytes, kind: Kind) -> bytes:
    prefix = f'{{"kind":"{kind.kind}","apiVersion":"{kind.api_version}",'.encode()
    other = f'{{"apiVersion":"{kind.api_version}","kind":"{kind.kind}",'.encode()
    if raw.startswith((prefix, other)):
        return b"{" + raw[len(prefix) :]
    return raw


def _object(value: KeyValue | Obj | None) -> Obj:
    return value.obj if isinstance(value, KeyValue) else value or {}


def _is_of(kind: Kind, value: KeyValue | Obj | None) -> bool:
    return value is not None and _object(value).get("kind") == kind.kind
