"""Header blocks of SPDY/3: names and values, compressed with a dictionary that both sides know.

One compressor and one decompressor last as long as the connection: each block builds on what came before.

Upstream: ``github.com/moby/spdystream/spdy/{dictionary,read,write}.go``; SPDY Protocol Draft 3.1, 2.6.10.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

_COUNT = struct.Struct(">I")
_LONGEST_BLOCK = 64 * 1024
"""Bytes of a block when it is decompressed: more is an attack."""

_WORDS = (
    "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization "
    "cache-control connection content-base content-encoding content-language content-length content-location content-md5 content-range "
    "content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified "
    "location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding "
    "upgrade user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie keep-alive origin"
)
_TAIL = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found"
    "500 Internal Server Error501 Not Implemented503 Service Unavailable"
    "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
    "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,public"
    "privatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0."
)


def _counted(text: bytes) -> bytes:
    return _COUNT.pack(len(text)) + text


DICTIONARY = b"".join(_counted(word.replace("_", " ").encode()) for word in _WORDS.split()) + _TAIL.encode()


class BadHeaders(Exception):  # noqa: N818 - what the peer has sent, not what failed here
    """A block that cannot be read: the connection is of no more use."""


class HeaderWriter:
    """Compresses the blocks of one direction."""

    def __init__(self) -> None:
        self._zlib = zlib.compressobj(zdict=DICTIONARY)

    def block(self, headers: Mapping[str, str]) -> bytes:
        """Return a header block. Names are lower case."""
        plain = _COUNT.pack(len(headers)) + b"".join(
            _counted(name.encode("latin-1")) + _counted(value.encode("latin-1")) for name, value in headers.items()
        )
        return self._zlib.compress(plain) + self._zlib.flush(zlib.Z_SYNC_FLUSH)


class HeaderReader:
    """Decompresses the blocks of one direction."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(zdict=DICTIONARY)

    def headers(self, block: bytes) -> dict[str, str]:
        """Return names and values of a block; several values of one name are separated by NUL. Raises BadHeaders."""
        try:
            plain = self._zlib.decompress(block, _LONGEST_BLOCK)
        except zlib.error as error:
            raise BadHeaders(str(error)) from None
        if self._zlib.unconsumed_tail:
            raise BadHeaders(f"a header block of more than {_LONGEST_BLOCK} bytes")
        try:
            (count,) = _COUNT.unpack_from(plain)
            texts, at = [], _COUNT.size
            for _ in range(min(2 * count, len(plain))):
                (size,) = _COUNT.unpack_from(plain, at)
                at += _COUNT.size
                if at + size > len(plain):
                    raise BadHeaders("a header block that is cut off")
                texts.append(plain[at : at + size].decode("latin-1"))
                at += size
        except struct.error:
            raise BadHeaders("a header block that is cut off") from None
        return dict(zip(texts[::2], texts[1::2], strict=False))
