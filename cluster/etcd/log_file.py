"""A log as a file: lines of JSON from which the same cluster can be looked at elsewhere.

The first line says what follows; then come the values that stood when the log begins, then hops in the order of their numbers, each
followed by the write that it made; the last line says how much there was, so that a file that was cut off is known by it.

    {"log": "podium", "version": 1, "name": "demo", "seed": 1, "began": 0, "first": 1, "last": 2, "revision": 0}
    {"value": {"key", "mod", "create", "version", "value"}}
    {"hop": {"seq", "at", "step", "cause", "source", "target", "verb", "key", "revision", "outcome", ...}}
    {"write": {"revision", "key", "create", "version", "value", "hop"}}
    {"end": {"values": 0, "hops": 2, "writes": 0}}

``revision``: what ``value`` lines stood at, and what the first write comes after. ``value`` is null in a write that deletes. etcd has
no such file: ``etcdutl`` copies its pages. Reading says which line is wrong and why; nothing is believed before the last line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import orjson

from cluster.engine.trace import Hop
from cluster.etcd.hop_log import FILTER
from cluster.machinery.encoding import kept_json
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.storage import Event, KeyValue

FORMAT, VERSION = "podium", 1
LONGEST_LINE = 4 * 1024 * 1024
"""Bytes: etcd takes no value of more than 1.5 MB."""
MOST_LINES = 1_000_000
LONGEST_KEY = 512
LONGEST_POD = 320
"""Of what the scheduler decides about: there is an index of it."""
LARGEST = 2**63
"""Numbers of more are no numbers of a log."""


class BadLog(Exception):  # noqa: N818 - it says what the file is
    """A file that cannot be read as a log. ``line``: from 1; ``fault``: one of ``FAULTS``; ``detail``: a word about it."""

    def __init__(self, line: int, fault: str, detail: str = "") -> None:
        super().__init__(f"line {line}: {fault} {detail}".strip())
        self.line, self.fault, self.detail = line, fault, detail


FAULTS = ("empty", "json", "format", "version", "unknown", "field", "object", "order", "gap", "long", "many", "count", "cut")
"""Nothing in it; not JSON; another file; a version not known here; a line of no known sort; a field that is missing or of another
kind; an object that is none; a line at the wrong place; numbers that leave some out; too long a line; too many lines; not as many as
it says; no last line."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says. ``began``: the cluster's first moment; ``revision``: what the values stood at."""

    name: str
    seed: int
    began: SimTime
    first: int
    last: int
    revision: int


@dataclass(slots=True)
class Log:
    """A log that was read whole. Hops are counted from 1, and so is what names them."""

    header: Header
    values: list[KeyValue] = field(default_factory=list)
    hops: list[Hop] = field(default_factory=list)
    writes: list[Event] = field(default_factory=list)


def header_line(header: Header) -> bytes:
    """Write the first line."""
    fields = {"name": header.name, "seed": header.seed, "began": header.began, "first": header.first, "last": header.last}
    return _line({"log": FORMAT, "version": VERSION, **fields, "revision": header.revision})


def value_line(kv: KeyValue) -> bytes:
    """Write a value that stood there at the beginning."""
    numbers = {"mod": kv.mod_revision, "create": kv.create_revision, "version": kv.version}
    return _line({"value": {"key": kv.key, **numbers, "value": orjson.Fragment(kv.raw)}})


def hop_line(hop: Hop) -> bytes:
    """Write a hop."""
    place = {"seq": hop.seq, "at": hop.at, "step": hop.step, "cause": hop.cause, "source": hop.source, "target": hop.target}
    what = {"verb": hop.verb, "key": hop.key, "revision": hop.revision, "outcome": hop.outcome, "detail": hop.detail}
    return _line({"hop": {**place, **what, "routine": hop.is_routine}})


def write_line(event: Event) -> bytes:
    """Write a change of a key."""
    kv = event.kv
    value = None if kv is None else orjson.Fragment(kv.raw)
    numbers = {"create": kv.create_revision if kv else 0, "version": kv.version if kv else 0}
    return _line({"write": {"revision": event.revision, "key": event.key, **numbers, "value": value, "hop": event.hop}})


def end_line(values: int, hops: int, writes: int) -> bytes:
    """Write the last line."""
    return _line({"end": {"values": values, "hops": hops, "writes": writes}})


def _line(document: Obj) -> bytes:
    return orjson.dumps(document) + b"\n"


Check = Callable[[str, Obj], bool]
"""Whether an object under a key can be shown."""


def read(lines: Iterable[bytes], check: Check) -> Log:
    """Read a file line by line. Raises BadLog."""
    reader: _Reader | None = None
    number = 0
    for number, line in enumerate(lines, start=1):
        if number > MOST_LINES:
            raise BadLog(number, "many", str(MOST_LINES))
        if len(line) > LONGEST_LINE:
            raise BadLog(number, "long", str(LONGEST_LINE))
        document = _document(number, line)
        if reader is None:
            reader = _Reader(_header(number, document), check)
        else:
            reader.take(number, document)
    if reader is None:
        raise BadLog(1, "empty")
    if not reader.is_complete:
        raise BadLog(number, "cut")
    return reader.log


class _Reader:
    """Takes line after line, and holds each against those before it."""

    def __init__(self, header: Header, check: Check) -> None:
        self.log, self._check = Log(header), check
        self.is_complete = False
        self._latest: dict[str, KeyValue] = {}
        self._revision = header.revision
        self._offset = header.first - 1

    def take(self, number: int, document: Obj) -> None:
        if self.is_complete:
            raise BadLog(number, "order", "end")
        if len(document) != 1:
            raise BadLog(number, "unknown")
        ((sort, content),) = document.items()
        takes = {"value": self._value, "hop": self._hop, "write": self._write, "end": self._end}.get(sort)
        if takes is None or not isinstance(content, dict):
            raise BadLog(number, "unknown", str(sort)[:40])
        takes(_Fields(number, content))

    def _value(self, fields: _Fields) -> None:
        key = fields.key("key")
        kv = self._read(fields, key, fields.number("mod"))
        if self.log.hops or key in self._latest or kv.mod_revision > self._revision:
            raise BadLog(fields.line, "order", key[:80])
        self._latest[key] = kv
        self.log.values.append(kv)

    def _hop(self, fields: _Fields) -> None:
        seq = fields.number("seq") - self._offset
        if seq != len(self.log.hops) + 1 or seq > self.log.header.last - self._offset:
            raise BadLog(fields.line, "gap", str(len(self.log.hops) + 1 + self._offset))
        cause = max(fields.number("cause") - self._offset, 0)
        if cause >= seq:
            raise BadLog(fields.line, "field", "cause")
        source, target, verb, key, outcome = (fields.text(name) for name in ("source", "target", "verb", "key", "outcome"))
        if target == FILTER and (len(key) > LONGEST_POD or "\0" in key):
            raise BadLog(fields.line, "field", "key")
        at, step, revision = SimTime(fields.number("at")), fields.number("step"), fields.number("revision")
        detail, is_routine = fields.detail("detail"), fields.flag("routine")
        self.log.hops.append(Hop(seq, at, step, cause, source, target, verb, key, revision, outcome, detail, is_routine))

    def _write(self, fields: _Fields) -> None:
        revision, key, hop = fields.number("revision"), fields.key("key"), max(fields.number("hop") - self._offset, 0)
        if revision != self._revision + 1:
            raise BadLog(fields.line, "gap", str(self._revision + 1))
        if hop > len(self.log.hops):
            raise BadLog(fields.line, "order", key[:80])
        before = self._latest.pop(key, None)
        kv: KeyValue | None = None
        if not fields.is_null("value"):
            kv = self._read(fields, key, revision)
            self._latest[key] = kv
        self._revision = revision
        self.log.writes.append(Event(revision, key, kv, before, hop))

    def _read(self, fields: _Fields, key: str, revision: int) -> KeyValue:
        value = fields.object("value")
        if not _is_object(value) or not self._check(key, value):
            raise BadLog(fields.line, "object", key[:80])
        return KeyValue(key, kept_json(value), revision, fields.number("create"), fields.number("version"))

    def _end(self, fields: _Fields) -> None:
        log = self.log
        said = (fields.number("values"), fields.number("hops"), fields.number("writes"))
        if said != (len(log.values), len(log.hops), len(log.writes)) or len(log.hops) != log.header.last - self._offset:
            raise BadLog(fields.line, "count")
        self.is_complete = True


class _Fields:
    """The fields of one line. Everything raises BadLog."""

    def __init__(self, line: int, content: Obj) -> None:
        self.line, self._content = line, content

    def _get(self, name: str) -> object:
        if name not in self._content:
            raise BadLog(self.line, "field", name)
        return self._content[name]

    def number(self, name: str) -> int:
        found = self._get(name)
        if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < LARGEST:
            raise BadLog(self.line, "field", name)
        return found

    def text(self, name: str) -> str:
        found = self._get(name)
        if not isinstance(found, str):
            raise BadLog(self.line, "field", name)
        return found

    def key(self, name: str) -> str:
        found = self.text(name)
        if not found.startswith("/") or len(found) > LONGEST_KEY or "\0" in found:
            raise BadLog(self.line, "field", name)
        return found

    def flag(self, name: str) -> bool:
        found = self._get(name)
        if not isinstance(found, bool):
            raise BadLog(self.line, "field", name)
        return found

    def detail(self, name: str) -> Obj | None:
        found = self._get(name)
        if found is not None and not isinstance(found, dict):
            raise BadLog(self.line, "field", name)
        return found

    def is_null(self, name: str) -> bool:
        return self._get(name) is None

    def object(self, name: str) -> Obj:
        found = self._get(name)
        if not isinstance(found, dict):
            raise BadLog(self.line, "field", name)
        return found


def _is_object(value: Obj) -> bool:
    """Whether its names are of the kind and length that the database takes."""
    metadata = value.get("metadata") or {}
    if not isinstance(metadata, dict):
        return False
    names = ((value.get("kind", ""), 63), (metadata.get("namespace", ""), 63), (metadata.get("name", ""), 253))
    return all(isinstance(name, str) and len(name) <= length and "\0" not in name for name, length in names)


def _document(number: int, line: bytes) -> Obj:
    try:
        document = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadLog(number, "json") from error
    if not isinstance(document, dict):
        raise BadLog(number, "json")
    return document


def _header(number: int, document: Obj) -> Header:
    if document.get("log") != FORMAT:
        raise BadLog(number, "format")
    if document.get("version") != VERSION:
        raise BadLog(number, "version", str(document.get("version"))[:20])
    fields = _Fields(number, document)
    first, last = fields.number("first"), fields.number("last")
    if first < 1 or last < first:
        raise BadLog(number, "field", "last")
    return Header(fields.text("name"), fields.number("seed"), SimTime(fields.number("began")), first, last, fields.number("revision"))


def lines_of(file: Iterable[bytes]) -> Iterator[bytes]:
    """Cut a file that comes in pieces of any size into its lines. Raises BadLog for a line that does not end."""
    left, number = b"", 1
    for piece in file:
        *whole, left = (left + piece).split(b"\n")
        yield from whole
        number += len(whole)
        if len(left) > LONGEST_LINE:
            raise BadLog(number, "long", str(LONGEST_LINE))
    if left:
        yield left
