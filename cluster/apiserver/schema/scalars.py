"""Decoders of single values: what a JSON value becomes in a Go field, and what Go says when it does not fit.

Upstream: ``encoding/json`` as ``sigs.k8s.io/json`` carries it, and the ``UnmarshalJSON`` methods of ``Quantity``,
``IntOrString``, ``Time`` and ``MicroTime``.
"""

from __future__ import annotations

import base64
import binascii
import functools
import re
from collections.abc import Callable

from cluster.machinery.meta import SimTime, micro_timestamp, parse_timestamp, timestamp
from cluster.machinery.quantity import FORMAT_WRONG, QuantityError, canonical

Decode = Callable[[object, list[str]], object]
"""Takes a JSON value and a list to append unknown field names to; returns the value pruned. Raises Mismatch, BadValue."""

_INT_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")


class BadValue(Exception):  # noqa: N818 - a refusal, not a fault of the program
    """A value that its type's own parser refused; the message is Go's."""


class Mismatch(Exception):  # noqa: N818
    """A JSON value of a wrong type. ``path`` grows from the inside while the exception travels outwards."""

    def __init__(self, value: object, go_type: str) -> None:
        super().__init__()
        self.found, self.go_type = json_kind(value), go_type
        self.struct = ""
        self.path: list[str] = []

    def __str__(self) -> str:
        if not self.struct:
            return f"json: cannot unmarshal {self.found} into Go value of type {self.go_type}"
        where = f"{self.struct}.{'.'.join(reversed(self.path))}"
        return f"json: cannot unmarshal {self.found} into Go struct field {where} of type {self.go_type}"


def json_kind(value: object) -> str:
    """Name a JSON value as Go's decoder does: ``string``, ``bool``, ``object``, ``array``, ``number`` (``number 1.5``)."""
    if isinstance(value, str):
        return "string"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "array"
    return "number"


def string(value: object, lost: list[str]) -> object:
    """A Go string."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    raise Mismatch(value, "string")


def boolean(value: object, lost: list[str]) -> object:
    """A Go bool."""
    if type(value) is bool:
        return value
    if value is None:
        return False
    raise Mismatch(value, "bool")


def anything(value: object, lost: list[str]) -> object:
    """A value without a schema, kept as it is."""
    return value


def integer(go_type: str) -> Decode:
    """A Go integer of the given type; numbers out of its range or with a fraction do not fit."""
    low, high = _INT_RANGES[go_type]

    def decode(value: object, lost: list[str]) -> object:
        if type(value) is int and low <= value <= high:
            return value
        if value is None:
            return 0
        mismatch = Mismatch(value, go_type)
        if type(value) in (int, float):
            mismatch.found = f"number {value}"
        raise mismatch

    return decode


_int32 = integer("int32")


def double(value: object, lost: list[str]) -> object:
    """A Go float64."""
    if type(value) in (int, float):
        return value
    if value is None:
        return 0
    raise Mismatch(value, "float64")


def int_or_string(value: object, lost: list[str]) -> object:
    """``IntOrString``: a string, or what fits an int32."""
    return value if type(value) is str else _int32(value, lost)


@functools.lru_cache(maxsize=4096)
def _canonical_quantity(text: str) -> str:
    try:
        return canonical(text)
    except QuantityError as error:
        raise BadValue(str(error)) from None


def quantity_text(value: object, lost: list[str]) -> object:
    """``Quantity``: a string or bare number, written back in its canonical form (``1000m`` becomes ``1``)."""
    if type(value) is str:
        return _canonical_quantity(value)
    if value is None:
        return "0"
    if type(value) in (int, float):
        return _canonical_quantity(str(value))
    raise BadValue(FORMAT_WRONG)


def _parse_moment(text: str, layout: str) -> SimTime:
    if not _RFC3339.fullmatch(text):
        raise BadValue(f'parsing time "{text}" as "{layout}": cannot parse "{text}" as "2006"')
    try:
        return parse_timestamp(text)
    except ValueError:
        raise BadValue(f'parsing time "{text}": day out of range') from None


@functools.lru_cache(maxsize=4096)
def _canonical_time(text: str) -> str:
    return timestamp(_parse_moment(text, "2006-01-02T15:04:05Z07:00"))


def time(value: object, lost: list[str]) -> object:
    """``metav1.Time``: RFC 3339, written back in UTC and whole seconds."""
    if type(value) is str:
        return _canonical_time(value)
    if value is None:
        return None
    raise Mismatch(value, "string")


@functools.lru_cache(maxsize=4096)
def _canonical_micro_time(text: str) -> str:
    return micro_timestamp(_parse_moment(text, "2006-01-02T15:04:05.000000Z07:00"))


def micro_time(value: object, lost: list[str]) -> object:
    """``metav1.MicroTime``: RFC 3339, written back in UTC with six decimals."""
    if type(value) is str:
        return _canonical_micro_time(value)
    if value is None:
        return None
    raise Mismatch(value, "string")


def base64_text(value: object, lost: list[str]) -> object:
    """``[]byte``: base64 in JSON, kept as sent."""
    if value is None:
        return ""
    if type(value) is not str:
        raise Mismatch(value, "[]uint8")
    data = value.replace("\r", "").replace("\n", "").encode()
    try:
        base64.b64decode(data, validate=True)
    except binascii.Error:
        match = _BASE64.match(data)
        at = match.end() if match else 0
        raise BadValue(f"illegal base64 data at input byte {at - at % 4 if at == len(data) else at}") from None
    return value
