"""A log as a file: what is written is read again, and of what is wrong the line is named."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import pytest

from cluster.engine.trace import Hop
from cluster.etcd import log_file
from cluster.etcd.log_file import BadLog, Header
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.storage import Event, KeyValue

AT = SimTime(1_700_000_000_000_000)
KEY = "/registry/pods/default/web"


def kv(revision: int, *, version: int = 1) -> KeyValue:
    return KeyValue(KEY, orjson.dumps({"kind": "Pod", "metadata": {"name": "web"}, "n": revision}), revision, 3, version)


def hop(seq: int, *, revision: int = 0, cause: int = 0) -> Hop:
    detail = {"node": "n1"} if seq == 11 else None
    return Hop(seq, AT, 1, cause, "kube-apiserver", "etcd", "put", KEY, revision, "", detail, is_routine=seq == 12)


def a_log() -> list[bytes]:
    """Hops 11 and 12 of a log, a value before them, a write behind each."""
    return [
        log_file.header_line(Header("demo", 7, AT, 11, 12, 3)),
        log_file.value_line(kv(3)),
        log_file.hop_line(hop(11, revision=4, cause=9)),
        log_file.write_line(Event(4, KEY, kv(4, version=2), kv(3), 11)),
        log_file.hop_line(hop(12, revision=5, cause=11)),
        log_file.write_line(Event(5, KEY, None, kv(4), 12)),
        log_file.end_line(1, 2, 2),
    ]


def read(lines: Sequence[bytes]) -> log_file.Log:
    return log_file.read(log_file.lines_of(lines), lambda _, obj: obj.get("n") != 666)


def test_what_was_written_is_read_again_and_counted_from_one() -> None:
    log = read(a_log())
    assert log.header == Header("demo", 7, AT, 11, 12, 3)
    assert repr(log.values) == repr([kv(3)])
    assert [(each.seq, each.cause, each.revision, each.detail, each.is_routine) for each in log.hops] == [
        (1, 0, 4, {"node": "n1"}, False),
        (2, 1, 5, None, True),
    ]
    assert repr(log.writes) == repr([Event(4, KEY, kv(4, version=2), kv(3), 1), Event(5, KEY, None, kv(4, version=2), 2)])


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_pieces_of_a_file_end_anywhere(size: int) -> None:
    whole = b"".join(a_log())
    assert repr(read([whole[first : first + size] for first in range(0, len(whole), size)])) == repr(read(a_log()))


def changed(line: int, **fields: object) -> list[bytes]:
    """The log with fields of the content of a line replaced; None leaves one out."""
    lines = a_log()
    document: Obj = orjson.loads(lines[line - 1])
    content = document if line == 1 else next(iter(document.values()))
    content.update(fields)
    for name in [name for name, value in fields.items() if value == "left out"]:
        del content[name]
    lines[line - 1] = orjson.dumps(document) + b"\n"
    return lines


@pytest.mark.parametrize(
    ("lines", "line", "fault", "detail"),
    [
        ([], 1, "empty", ""),
        ([b"GIF89a\n"], 1, "json", ""),
        ([b"\xff\xfe\n"], 1, "json", ""),
        ([b"[]\n"], 1, "json", ""),
        ([b"{}\n"], 1, "format", ""),
        (changed(1, version=2), 1, "version", "2"),
        (changed(1, first=0), 1, "field", "last"),
        (changed(1, first=13), 1, "field", "last"),
        (changed(1, seed="x"), 1, "field", "seed"),
        (a_log()[:-1], 6, "cut", ""),
        (a_log()[:1], 1, "cut", ""),
        ([*a_log()[:4], a_log()[4][:30]], 5, "json", ""),
        ([*a_log(), a_log()[-1]], 8, "order", "end"),
        ([*a_log()[:2], b'{"pod": {}}\n', *a_log()[2:]], 3, "unknown", "pod"),
        ([*a_log()[:2], b'{"hop": 1}\n', *a_log()[2:]], 3, "unknown", "hop"),
        ([*a_log()[:2], b"{}\n", *a_log()[2:]], 3, "unknown", ""),
        ([*a_log()[:2], *a_log()[4:]], 3, "gap", "11"),
        ([*a_log()[:3], *a_log()[4:]], 5, "gap", "4"),
        ([*a_log()[:2], *a_log()[1:]], 3, "order", KEY),
        ([*a_log()[:3], *a_log()[1:2], *a_log()[3:]], 4, "order", KEY),
        (changed(2, mod=4), 2, "order", KEY),
        (changed(2, value={"metadata": "x"}), 2, "object", KEY),
        (changed(2, value={"metadata": {"name": "w" * 254}}), 2, "object", KEY),
        (changed(4, value={"n": 666}), 4, "object", KEY),
        (changed(4, value="x"), 4, "field", "value"),
        (changed(4, key="etcd"), 4, "field", "key"),
        (changed(4, key="/" + "k" * 512), 4, "field", "key"),
        (changed(4, key="/a\0b"), 4, "field", "key"),
        (changed(2, value={"metadata": {"name": "\0"}}), 2, "object", KEY),
        (changed(3, target="kube-scheduler/filter", key="pods/" + "k" * 320), 3, "field", "key"),
        (changed(4, hop=99), 4, "order", KEY),
        (changed(3, cause=11), 3, "field", "cause"),
        (changed(3, at=True), 3, "field", "at"),
        (changed(3, at=-1), 3, "field", "at"),
        (changed(3, revision=2**63), 3, "field", "revision"),
        (changed(3, verb="left out"), 3, "field", "verb"),
        (changed(3, routine=1), 3, "field", "routine"),
        (changed(3, detail=[]), 3, "field", "detail"),
        (changed(7, hops=3), 7, "count", ""),
        (changed(7, writes=1), 7, "count", ""),
        (changed(1, last=13), 7, "count", ""),
        ([b"x" * (log_file.LONGEST_LINE + 1)], 1, "long", str(log_file.LONGEST_LINE)),
        ([a_log()[0], b"x" * (log_file.LONGEST_LINE + 1), b"\n"], 2, "long", str(log_file.LONGEST_LINE)),
    ],
)
def test_of_a_bad_file_the_line_is_named(lines: list[bytes], line: int, fault: str, detail: str) -> None:
    with pytest.raises(BadLog) as bad:
        read(lines)
    assert (bad.value.line, bad.value.fault, bad.value.detail) == (line, fault, detail)
    assert fault in log_file.FAULTS
