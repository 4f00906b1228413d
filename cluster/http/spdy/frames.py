"""Frames of SPDY/3.1: from bytes as they arrive to values, and back.

Upstream: ``github.com/moby/spdystream/spdy/{types,read,write}.go``; SPDY Protocol Draft 3.1, 2.2 and 2.6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cluster.http.spdy.headers import HeaderReader, HeaderWriter

_HEAD = struct.Struct(">II")
_WORD = struct.Struct(">I")
_CONTROL = 0x80000000
_VERSION = 3
_SYN_STREAM, _SYN_REPLY, _RST_STREAM, _PING, _GOAWAY, _HEADERS = 1, 2, 3, 6, 7, 8
_FIN = 0x01
_ID = 0x7FFFFFFF
LONGEST_FRAME = 128 * 1024
"""Bytes of a frame: Go's clients copy in pieces of 32 kB."""

PROTOCOL_ERROR, REFUSED_STREAM, CANCEL = 1, 3, 5
"""Why a stream is reset."""


class BadFrame(Exception):  # noqa: N818 - what the peer has sent, not what failed here
    """Bytes that are no SPDY/3.1."""


@dataclass(frozen=True, slots=True)
class Opened:
    """SYN_STREAM: a stream begins. ``is_last``: nothing will come on it from who opened it."""

    stream: int
    headers: Mapping[str, str]
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Replied:
    """SYN_REPLY: a stream is accepted."""

    stream: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Data:
    """A piece of a stream."""

    stream: int
    content: bytes
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Reset:
    """RST_STREAM: a stream ends at once, in both directions."""

    stream: int
    status: int


@dataclass(frozen=True, slots=True)
class Ping:
    """PING: to be sent back as it is."""

    number: int


@dataclass(frozen=True, slots=True)
class GoAway:
    """GOAWAY: no more streams are accepted."""

    last_stream: int
    status: int = 0


Frame = Opened | Replied | Data | Reset | Ping | GoAway


class FrameWriter:
    """Writes the frames of one direction."""

    def __init__(self) -> None:
        self._headers = HeaderWriter()

    def bytes_of(self, frame: Frame) -> bytes:
        """Return a frame as it goes over the wire."""
        match frame:
            case Data(stream, content, is_last):
                return _HEAD.pack(stream, (_FIN if is_last else 0) << 24 | len(content)) + content
            case Opened(stream, headers, is_last):
                return _control(_SYN_STREAM, struct.pack(">IIH", stream, 0, 0) + self._headers.block(headers), _FIN if is_last else 0)
            case Replied(stream, headers):
                return _control(_SYN_REPLY, _WORD.pack(stream) + self._headers.block(headers))
            case Reset(stream, status):
                return _control(_RST_STREAM, _HEAD.pack(stream, status))
            case Ping(number):
                return _control(_PING, _WORD.pack(number))
            case GoAway(last_stream, status):
                return _control(_GOAWAY, _HEAD.pack(last_stream, status))


class FrameReader:
    """Reads the frames of one direction from pieces of any size."""

    def __init__(self) -> None:
        self._headers = HeaderReader()
        self._left = bytearray()

    def frames(self, piece: bytes) -> Iterator[Frame]:
        """Yield the frames that are whole now. Kinds that nobody here needs are left out. Raises BadFrame, BadHeaders."""
        self._left += piece
        while len(self._left) >= _HEAD.size:
            first, second = _HEAD.unpack_from(self._left)
            size = second & 0xFFFFFF
            if size > LONGEST_FRAME:
                raise BadFrame(f"a frame of {size} bytes")
            if len(self._left) < _HEAD.size + size:
                return
            body = bytes(self._left[_HEAD.size : _HEAD.size + size])
            del self._left[: _HEAD.size + size]
            frame = self._frame(first, bool(second >> 24 & _FIN), body)
            if frame is not None:
                yield frame

    def _frame(self, first: int, is_last: bool, body: bytes) -> Frame | None:
        if not first & _CONTROL:
            return Data(first, body, is_last)
        version, kind = first >> 16 & 0x7FFF, first & 0xFFFF
        if version != _VERSION:
            raise BadFrame(f"SPDY version {version}")
        try:
            return self._control_frame(kind, body, is_last)
        except struct.error:
            raise BadFrame(f"a control frame of type {kind} with {len(body)} bytes") from None

    def _control_frame(self, kind: int, body: bytes, is_last: bool) -> Frame | None:
        if kind == _SYN_STREAM:
            stream, _, _ = struct.unpack_from(">IIH", body)
            return Opened(stream & _ID, self._headers.headers(body[10:]), is_last)
        if kind == _SYN_REPLY:
            (stream,) = _WORD.unpack_from(body)
            return Replied(stream & _ID, self._headers.headers(body[4:]))
        if kind == _HEADERS:
            self._headers.headers(body[4:])  # what is compressed later builds on it
            return None
        if kind == _RST_STREAM:
            stream, status = _HEAD.unpack(body)
            return Reset(stream & _ID, status)
        if kind == _PING:
            return Ping(*_WORD.unpack(body))
        if kind == _GOAWAY:
            last, status = _HEAD.unpack(body)
            return GoAway(last & _ID, status)
        return None


def _control(kind: int, body: bytes, flags: int = 0) -> bytes:
    return _HEAD.pack(_CONTROL | _VERSION << 16 | kind, flags << 24 | len(body)) + body
