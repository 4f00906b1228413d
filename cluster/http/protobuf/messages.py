"""Kubernetes' messages as the objects that JSON would have brought: same names, same values.

The real API server decodes both forms into the same Go structs. Here the field numbers are data (``fields.json``, written by
``scripts/protobuf_fields.py`` from upstream's ``generated.proto`` files), and what comes out goes through the same
decoder as JSON, which drops the zeros that Go's JSON would not have written. No type contains itself, so nesting is bounded
by the types; how much is read is bounded by ``wire.MAX_PARTS``.

Upstream: ``staging/src/k8s.io/api/*/v1/generated.pb.go`` and, for the types of their own form, ``time_proto.go``,
``micro_time_proto.go``, ``quantity_proto.go``.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Callable
from importlib import resources

import orjson

from cluster.http.protobuf.wire import BYTES, VARINT, Reader, WireError, signed
from cluster.machinery.meta import SECOND, Obj, SimTime, micro_timestamp, timestamp

Row = tuple[str, str, str]
"""A field's name in JSON, its type, and ``one``, ``list``, ``map`` (from strings) or ``inline``."""

_INTEGERS = {"int32": 32, "int64": 64}
_ZEROS: dict[str, object] = {"string": "", "bytes": ""}
"""What a map's entry without a value holds, where that is no message."""


@functools.cache
def _messages() -> dict[str, dict[int, Row]]:
    loaded = orjson.loads((resources.files(__package__) / "fields.json").read_bytes())
    return {message: {int(number): tuple(row) for number, row in rows.items()} for message, rows in loaded.items()}


def has(message: str) -> bool:
    """Return whether a message's fields are known. ``message``: its short name (``core.v1.Pod``)."""
    return message in _messages()


def rows_of(message: str) -> dict[int, Row]:
    """Return a message's fields by number. Shared: never change it. Raises KeyError for a message that is not known."""
    return _messages()[message]


class Decoder:
    """The decoding of one body."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def message(self, name: str, data: bytes, into: Obj) -> Obj:
        """Decode a message into an object and return that; what comes in parts is merged, as Go's decoder does.

        Raises WireError with what Go says, KeyError for a message that is not known.
        """
        rows = rows_of(name)
        for number, wire_type, value in self._reader.fields(data, name.rpartition(".")[2]):
            row = rows.get(number)
            if row is not None:
                self._field(row, wire_type, value, into)
        return into

    def _field(self, row: Row, wire_type: int, value: int | bytes, into: Obj) -> None:
        name, kind, label = row
        is_number = label != "map" and (kind == "bool" or kind in _INTEGERS)
        if label == "list" and is_number and isinstance(value, bytes) and wire_type == BYTES:
            into.setdefault(name, []).extend(self._value(kind, number, None) for number in self._reader.packed(value))
            return
        if wire_type != (VARINT if is_number else BYTES):
            raise WireError(f"proto: wrong wireType = {wire_type} for field {name[:1].upper()}{name[1:]}")
        if label == "list":
            into.setdefault(name, []).append(self._value(kind, value, None))
        elif label == "map" and isinstance(value, bytes):
            key, item = self._entry(kind, value)
            into.setdefault(name, {})[key] = item
        elif label == "inline":
            self._value(kind, value, into)
        else:
            into[name] = self._value(kind, value, into.get(name))

    def _entry(self, kind: str, data: bytes) -> tuple[str, object]:
        """Decode a map's entry, a message of a key (1) and a value (2) of which either may be left out."""
        key, item = "", _ZEROS[kind] if kind in _ZEROS else self._value(kind, b"", None)
        for number, wire_type, value in self._reader.fields(data, "Entry"):
            if number in (1, 2) and not isinstance(value, bytes):
                raise WireError(f"proto: wrong wireType = {wire_type} for a map's entry")
            if number == 1 and isinstance(value, bytes):
                key = value.decode("utf-8", "replace")
            elif number == 2:
                item = self._value(kind, value, None)
        return key, item

    def _value(self, kind: str, value: int | bytes, existing: object) -> object:
        if isinstance(value, int):
            return value != 0 if kind == "bool" else signed(value, _INTEGERS[kind])
        if kind == "string":
            return value.decode("utf-8", "replace")
        if kind == "bytes":
            return base64.b64encode(value).decode()
        if kind == "json":
            return _json(value)
        obj = self.message(kind, value, existing if isinstance(existing, dict) else {})
        shape = _SHAPES.get(kind)
        return obj if shape is None else shape(obj)


def _json(raw: bytes) -> object:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise WireError("json: the raw bytes of a field are no JSON") from None


def _time(obj: Obj) -> object:
    """Time comes in whole seconds, whatever nanoseconds are given; an empty message is no time."""
    return _moment(timestamp, obj, 0) if obj else None


def _micro_time(obj: Obj) -> object:
    return _moment(micro_timestamp, obj, obj.get("nanos", 0) // 1000) if obj else None


def _moment(write: Callable[[SimTime], str], obj: Obj, micros: int) -> str:
    try:
        return write(SimTime(obj.get("seconds", 0) * SECOND + micros))
    except (ValueError, OverflowError, OSError):
        raise WireError("Time.MarshalJSON: year outside of range [0,9999]") from None


def _int_or_string(obj: Obj) -> object:
    return obj.get("strVal", "") if obj.get("type") == 1 else obj.get("intVal", 0)


def _only(field: str) -> Callable[[Obj], object]:
    """A message that JSON writes as the value of its only field."""
    return lambda obj: obj.get(field)


_SHAPES: dict[str, Callable[[Obj], object]] = {
    "authentication.v1.ExtraValue": _only("items"),
    "authorization.v1.ExtraValue": _only("items"),
    "certificates.v1.ExtraValue": _only("items"),
    "intstr.IntOrString": _int_or_string,
    "meta.v1.FieldsV1": _only("Raw"),
    "meta.v1.MicroTime": _micro_time,
    "meta.v1.Time": _time,
    "resource.Quantity": lambda obj: obj.get("string") or "0",
    "runtime.RawExtension": _only("raw"),
}
"""Types whose JSON is not an object of their fields."""
