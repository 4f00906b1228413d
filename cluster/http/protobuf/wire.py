"""Protobuf's wire format: bytes in, the numbered fields of one message out.

Kubernetes' generated code reads proto2 messages with varints and length-delimited values only; other wire types can be skipped,
not used. Errors are worded as that code's.

Upstream: the ``Unmarshal`` methods and ``skipGenerated`` of every ``generated.pb.go``; https://protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

from collections.abc import Iterator

VARINT, FIXED64, BYTES, START_GROUP, END_GROUP, FIXED32 = range(6)
_VARINT_BITS = 64
_UNEXPECTED_END = "unexpected EOF"

Field = tuple[int, int, int | bytes]
"""Number, wire type, and the value: an int for a varint (unsigned, 64 bits), bytes for all else."""


MAX_PARTS = 100_000
"""Fields and list items in one body. A Deployment has about 100; 3 MiB of empty ones would hold everybody up for seconds."""


class WireError(ValueError):
    """Bytes that are no message; the text is what Go's decoder says."""


def varint(data: bytes, position: int) -> tuple[int, int]:
    """Return the unsigned number at ``position`` and where it ends. Raises WireError."""
    value = shift = 0
    while True:
        if position >= len(data):
            raise WireError(_UNEXPECTED_END)
        if shift >= _VARINT_BITS:
            raise WireError("proto: integer overflow")
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (1 << _VARINT_BITS) - 1, position
        shift += 7


def signed(value: int, bits: int) -> int:
    """Read the low bits of an unsigned number as two's complement, as Go converts integers."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> bits - 1 else value


class Reader:
    """Reads the messages of one body and counts what it reads."""

    def __init__(self) -> None:
        self._left = MAX_PARTS

    def fields(self, data: bytes, message: str) -> Iterator[Field]:
        """Yield the fields of a message in the order they come, without its groups. ``message``: its name. Raises WireError."""
        position = 0
        while position < len(data):
            self._count()
            tag, position = varint(data, position)
            number, wire_type = signed(tag >> 3, 32), tag & 7
            if wire_type == END_GROUP:
                raise WireError(f"proto: {message}: wiretype end group for non-group")
            if number <= 0:
                raise WireError(f"proto: {message}: illegal tag {number} (wire type {tag})")
            if wire_type == START_GROUP:
                position = self._after_group(data, position)
                continue
            value, position = _value(data, position, wire_type)
            yield number, wire_type, value

    def packed(self, data: bytes) -> Iterator[int]:
        """Yield the numbers of a packed list. Raises WireError."""
        position = 0
        while position < len(data):
            self._count()
            value, position = varint(data, position)
            yield value

    def _after_group(self, data: bytes, position: int) -> int:
        """Return where a group ends that began at ``position``; groups within are counted, never recursed into."""
        depth = 1
        while depth:
            self._count()
            tag, position = varint(data, position)
            wire_type = tag & 7
            if wire_type == START_GROUP:
                depth += 1
            elif wire_type == END_GROUP:
                depth -= 1
            else:
                _, position = _value(data, position, wire_type)
        return position

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise WireError(f"more than {MAX_PARTS} fields")


def _value(data: bytes, position: int, wire_type: int) -> tuple[int | bytes, int]:
    if wire_type == VARINT:
        return varint(data, position)
    if wire_type == BYTES:
        length, position = varint(data, position)
        if signed(length, _VARINT_BITS) < 0:
            raise WireError("proto: negative length found during unmarshaling")
    elif wire_type in (FIXED32, FIXED64):
        length = 4 if wire_type == FIXED32 else 8
    else:
        raise WireError(f"proto: illegal wireType {wire_type}")
    end = position + length
    if end > len(data):
        raise WireError(_UNEXPECTED_END)
    return data[position:end], end
