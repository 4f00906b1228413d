"""SPDY/3.1 on the wire: frames there and back, in pieces of any size, and what is refused."""

from __future__ import annotations

import hashlib
import struct

import pytest

from cluster.http.spdy.frames import BadFrame, Data, Frame, FrameReader, FrameWriter, GoAway, Opened, Ping, Replied, Reset
from cluster.http.spdy.headers import DICTIONARY, BadHeaders, HeaderReader, HeaderWriter

FRAMES: list[Frame] = [
    Opened(1, {"streamtype": "error"}),
    Opened(3, {"streamtype": "data", "port": "80", "requestid": "0"}, is_last=True),
    Replied(1, {}),
    Data(1, b"hello"),
    Data(1, b"", is_last=True),
    Reset(3, 5),
    Ping(7),
    GoAway(3, 0),
]


def test_the_dictionary_is_that_of_every_other_implementation() -> None:
    digest = hashlib.sha256(DICTIONARY).hexdigest()
    assert (len(DICTIONARY), digest) == (1423, "51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02")


@pytest.mark.parametrize(
    "size", [pytest.param(1, id="byte by byte"), pytest.param(7, id="cut anywhere"), pytest.param(10_000, id="at once")]
)
def test_frames_come_out_as_they_went_in(size: int) -> None:
    writer, reader = FrameWriter(), FrameReader()
    wire = b"".join(writer.bytes_of(frame) for frame in FRAMES)
    assert [frame for at in range(0, len(wire), size) for frame in reader.frames(wire[at : at + size])] == FRAMES


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        pytest.param(Data(5, b"ab", is_last=True), "00000005 01000002 6162", id="data that ends a stream"),
        pytest.param(Reset(5, 3), "80030003 00000008 00000005 00000003", id="a stream is refused"),
        pytest.param(Ping(9), "80030006 00000004 00000009", id="a ping"),
        pytest.param(GoAway(5, 0), "80030007 00000008 00000005 00000000", id="no more streams"),
    ],
)
def test_the_bytes_of_a_frame(frame: Frame, expected: str) -> None:
    assert FrameWriter().bytes_of(frame) == bytes.fromhex(expected)


def test_settings_and_window_updates_are_passed_over() -> None:
    wire = (
        bytes.fromhex("80030004 00000004 00000000") + bytes.fromhex("80030009 00000008 00000001 00001000") + FrameWriter().bytes_of(Ping(1))
    )
    assert list(FrameReader().frames(wire)) == [Ping(1)]


@pytest.mark.parametrize(
    ("wire", "message"),
    [
        pytest.param("80020006 00000004 00000009", "SPDY version 2", id="another version"),
        pytest.param("80030006 00000002 0000", "a control frame of type 6 with 2 bytes", id="a frame that is too short"),
        pytest.param("00000001 00ffffff", "a frame of 16777215 bytes", id="a frame that would fill memory"),
    ],
)
def test_what_is_no_frame(wire: str, message: str) -> None:
    with pytest.raises(BadFrame, match=message):
        list(FrameReader().frames(bytes.fromhex(wire)))


def test_blocks_build_on_those_before() -> None:
    writer, reader = HeaderWriter(), HeaderReader()
    blocks = [writer.block({"streamtype": "stdout"}), writer.block({"streamtype": "stdout"})]
    assert ([reader.headers(block) for block in blocks], len(blocks[1]) < len(blocks[0])) == ([{"streamtype": "stdout"}] * 2, True)


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        pytest.param(struct.pack(">II", 1, 50) + b"name", "a header block that is cut off", id="a name that is longer than the block"),
        pytest.param(b"\0", "a header block that is cut off", id="no count"),
        pytest.param(struct.pack(">II", 1, 200_000) + b"x" * 200_000, "more than 65536 bytes", id="a bomb"),
    ],
)
def test_what_is_no_header_block(plain: bytes, message: str) -> None:
    writer = HeaderWriter()
    block = writer._zlib.compress(plain) + writer._zlib.flush(2)
    with pytest.raises(BadHeaders, match=message):
        HeaderReader().headers(block)
