"""The table of what simulated images are and do: ``images.yaml``, and a teacher's file that adds to it.

Real images hold programs. Here an image is one row: how large it is, how long it takes to pull and to start, which programs it
holds, what its own program writes, answers and uses, and how it ends. Every field is described in ``docs/images.md``. A row may be of
a repository, or of one tag of it. What no row describes behaves as the row ``*``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import yaml

from cluster.container_runtime.images import parse
from cluster.container_runtime.programs.table import EXTRA, SETS
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import QuantityError, parse_quantity
from cluster.machinery.yaml_limits import YamlLimit, load_documents

SHIPPED = Path(__file__).with_name("images.yaml")
ANY = "*"
Curve = tuple[tuple[float, int], ...]
"""(seconds after the start, amount), straight lines in between."""


class ImageTableError(Exception):
    """A table that cannot be used; the text says in one line where the fault is and what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program answers over HTTP. ``after``, ``until``: seconds since its start; ``cpu``: processor seconds a request costs."""

    path: str = "/*"
    code: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cpu: float = 0.0
    after: float = 0.0
    until: float = float("inf")


@dataclass(frozen=True, slots=True)
class Port:
    """A port on which a program listens. ``serves``: a folder whose files it answers with; ``argument``: the option that moves it."""

    port: int
    answers: tuple[Answer, ...] = ()
    serves: str = ""
    argument: str = ""
    access_log: str = ""
    not_found: str = ""


@dataclass(frozen=True, slots=True)
class ImageRow:
    """One image. ``exits_after`` None: runs on; ``stop_seconds`` None: ignores SIGTERM. ``log``: (seconds after the start, line).

    ``user``: ``uid``, ``uid:gid`` or a name; empty: nobody knows, and it runs as root.
    """

    size: int = 60_000_000
    pull_seconds: float = 1.5
    start_seconds: float = 0.4
    command: tuple[str, ...] = ()
    is_shell: bool = False
    tools: frozenset[str] = frozenset()
    is_busybox: bool = False
    is_open: bool = False
    programs: frozenset[str] = frozenset()
    env: Mapping[str, str] = field(default_factory=dict)
    working_dir: str = "/"
    files: Mapping[str, str] = field(default_factory=dict)
    log: tuple[tuple[float, str], ...] = ()
    ports: tuple[Port, ...] = ()
    cpu: Curve = ()
    memory: Curve = ()
    exits_after: float | None = None
    exit_code: int = 0
    stop_seconds: float | None = 0.5
    stop_code: int = 0
    user: str = "0"


class ImageTable:
    """Rows by ``repository`` or ``repository:tag``, without host and ``library/``."""

    def __init__(self, rows: Mapping[str, ImageRow]) -> None:
        self._rows = dict(rows)

    def row(self, image: str) -> ImageRow:
        """Return the row of an image name as a manifest has it."""
        host, path, version = parse(image)
        name = path.removeprefix("library/")
        for key in (f"{host}/{name}{version}", f"{name}{version}", f"{host}/{name}", name, ANY):
            if key in self._rows:
                return self._rows[key]
        return ImageRow()


@lru_cache(maxsize=8)
def image_table(extra: str = "") -> ImageTable:
    """Return the shipped table with a teacher's file on top of it. Raises ImageTableError."""
    rows = read_rows(SHIPPED.read_text(), SHIPPED.name, {})
    if extra:
        try:
            text = Path(extra).read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise ImageTableError(f"{extra}: {error}: give PODIUM_IMAGES the path of a YAML file that can be read") from None
        rows |= read_rows(text, extra, rows)
    return ImageTable(rows)


def read_rows(text: str, where: str, known: Mapping[str, ImageRow]) -> dict[str, ImageRow]:
    """Return the rows of a file. ``known``: rows that ``like`` may name. Raises ImageTableError."""
    try:
        documents = load_documents(text)
    except YamlLimit as error:
        raise ImageTableError(f"{where}, {error}: make the file smaller") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark is not None else ""
        raise ImageTableError(f"{where}{place}: {getattr(error, 'problem', None) or error}: correct the YAML") from None
    document = documents[0] if documents else None
    if not isinstance(document, dict) or set(document) != {"images"} or not isinstance(document["images"], dict):
        raise ImageTableError(f"{where}: expected one map 'images' from image names to rows: see docs/images.md")
    rows: dict[str, ImageRow] = {}
    for name, row in document["images"].items():
        rows[str(name)] = _Reader(f"{where}: image {name}", {**known, **rows}).row(str(name), row or {})
    return rows


class _Reader:
    """Reads one row; every fault says which field it is in."""

    def __init__(self, where: str, known: Mapping[str, ImageRow]) -> None:
        self._where, self._known = where, known

    def row(self, name: str, obj: object) -> ImageRow:
        """Return a row."""
        given = self._map(obj, "the row", _ROW_FIELDS)
        base = ImageRow()
        if "like" in given:
            if given["like"] not in self._known:
                raise self._fault("like", f"there is no image {given['like']!r} before this one", "name an image that has a row above")
            base = self._known[given["like"]]
        changes: Obj = {field_: getattr(self, f"_{kind}")(given[key], key) for key, (field_, kind) in _SIMPLE.items() if key in given}
        if "tools" in given:
            changes |= self._tools(given["tools"])
        if "exits" in given:
            ends = self._map(given["exits"], "exits", ("after", "code"))
            changes |= {
                "exits_after": self._number(ends.get("after", 0), "exits.after"),
                "exit_code": self._code(ends.get("code", 0), "exits.code"),
            }
        if given.get("stop") == "ignored":
            changes["stop_seconds"] = None
        elif "stop" in given:
            ends = self._map(given["stop"], "stop", ("seconds", "code"))
            changes |= {
                "stop_seconds": self._number(ends.get("seconds", 0.5), "stop.seconds"),
                "stop_code": self._code(ends.get("code", 0), "stop.code"),
            }
        own = parse(name)[1].rpartition("/")[2]
        programs = {*self._names(given.get("programs", []), "programs"), *base.programs, *([own] if name != ANY else [])}
        changes["programs"] = frozenset(programs)
        row = replace(base, **changes)
        return row if row.command or row.is_shell or name == ANY else replace(row, command=(own,))

    def _tools(self, value: object) -> Obj:
        names = self._names([value] if isinstance(value, str) else value, "tools")
        found: set[str] = set()
        for name in names:
            if name in SETS:
                found |= SETS[name]
            elif name in EXTRA:
                found.add(name)
            else:
                raise self._fault("tools", f"there is no tool {name!r}", f"choose of {', '.join([*SETS, *EXTRA])}")
        return {"tools": frozenset(found), "is_busybox": "busybox" in names}

    def _ports(self, value: object, where: str) -> tuple[Port, ...]:
        if not isinstance(value, list):
            raise self._fault(where, "is no list", "write '- port: 80' below it")
        found = []
        for number, item in enumerate(value):
            at = f"{where}[{number}]"
            given = self._map(item, at, ("port", "answers", "serves", "argument", "accessLog", "notFound"))
            port = given.get("port")
            if not isinstance(port, int) or not 0 < port < 65_536:
                raise self._fault(f"{at}.port", f"{port!r} is no port", "give a number from 1 to 65535")
            answers = given.get("answers", [])
            if not isinstance(answers, list):
                raise self._fault(f"{at}.answers", "is no list", "write '- path: /' below it")
            read = tuple(self._answer(answer, f"{at}.answers[{index}]") for index, answer in enumerate(answers))
            texts = (self._text(given.get(key, ""), f"{at}.{key}") for key in ("serves", "argument", "accessLog", "notFound"))
            found.append(Port(port, read, *texts))
        return tuple(found)

    def _answer(self, value: object, where: str) -> Answer:
        given = self._map(value, where, ("path", "code", "body", "headers", "delay", "cpu", "after", "until"))
        read: Obj = {key: self._number(given[key], f"{where}.{key}") for key in ("delay", "cpu", "after", "until") if key in given}
        read |= {key: self._text(given[key], f"{where}.{key}") for key in ("path", "body") if key in given}
        if "code" in given:
            if not isinstance(given["code"], int) or not 100 <= given["code"] < 600:
                raise self._fault(f"{where}.code", f"{given['code']!r} is no status code", "give a number from 100 to 599")
            read["code"] = given["code"]
        if "headers" in given:
            read["headers"] = {key.lower(): text for key, text in self._texts(given["headers"], f"{where}.headers").items()}
        return Answer(**read)

    def _curve(self, value: object, where: str, *, digits: int) -> Curve:
        points = value if isinstance(value, list) else [[0, value]]
        found: list[tuple[float, int]] = []
        for number, point in enumerate(points):
            if not isinstance(point, list) or len(point) != 2:
                raise self._fault(f"{where}[{number}]", "is no pair", "write [seconds, amount], for instance [60, 200Mi]")
            moment = self._number(point[0], f"{where}[{number}]")
            if found and moment <= found[-1][0]:
                raise self._fault(f"{where}[{number}]", "is not later than the point before", "put the points in order of time")
            found.append((moment, self._quantity(point[1], f"{where}[{number}]", digits=digits)))
        return tuple(found)

    def _cpu(self, value: object, where: str) -> Curve:
        return self._curve(value, where, digits=9)

    def _memory(self, value: object, where: str) -> Curve:
        return self._curve(value, where, digits=0)

    def _log(self, value: object, where: str) -> tuple[tuple[float, str], ...]:
        if not isinstance(value, list):
            raise self._fault(where, "is no list", "write '- a line' or '- {at: 2, line: a line}' below it")
        found = []
        for number, item in enumerate(value):
            given = {"line": item} if not isinstance(item, dict) else self._map(item, f"{where}[{number}]", ("at", "line"))
            at = self._number(given.get("at", 0), f"{where}[{number}].at")
            found.append((at, self._text(given.get("line", ""), f"{where}[{number}].line")))
        return tuple(sorted(found, key=lambda line: line[0]))

    def _size(self, value: object, where: str) -> int:
        return self._quantity(value, where, digits=0)

    def _quantity(self, value: object, where: str, *, digits: int) -> int:
        try:
            return max(parse_quantity(str(value)).scaled_value(-digits), 0)
        except QuantityError:
            raise self._fault(where, f"{value!r} is no quantity", "write it as Kubernetes does: 100m, 60M, 128Mi") from None

    def _number(self, value: object, where: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise self._fault(where, f"{value!r} is no number of seconds", "give a number that is not negative")
        return float(value)

    def _code(self, value: object, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 256:
            raise self._fault(where, f"{value!r} is no exit code", "give a number from 0 to 255")
        return value

    def _user(self, value: object, where: str) -> str:
        text = self._text(value, where)
        if text and not re.fullmatch(r"[\w.-]+(:\d+)?", text):
            raise self._fault(where, f"{value!r} is no user", "give a number, a name of its /etc/passwd, or '101:101' in quotes")
        return text

    def _flag(self, value: object, where: str) -> bool:
        if not isinstance(value, bool):
            raise self._fault(where, f"{value!r} is neither true nor false", "write true or false")
        return value

    def _text(self, value: object, where: str) -> str:
        if not isinstance(value, str | int | float):
            raise self._fault(where, f"{value!r} is no text", "put it in quotes")
        return str(value)

    def _names(self, value: object, where: str) -> list[str]:
        if not isinstance(value, list):
            raise self._fault(where, "is no list", "write [one, two]")
        return [self._text(item, where) for item in value]

    def _command(self, value: object, where: str) -> tuple[str, ...]:
        return tuple(value.split() if isinstance(value, str) else self._names(value, where))

    def _texts(self, value: object, where: str) -> dict[str, str]:
        if not isinstance(value, dict):
            raise self._fault(where, "is no map", "write 'NAME: value' below it")
        return {str(key): self._text(text, f"{where}.{key}") for key, text in value.items()}

    def _map(self, value: object, where: str, allowed: tuple[str, ...]) -> Obj:
        if not isinstance(value, dict):
            raise self._fault(where, "is no map", f"give it fields of {', '.join(allowed)}")
        for key in value:
            if key not in allowed:
                near = difflib.get_close_matches(str(key), allowed, 1)
                raise self._fault(where, f"there is no field {key!r}", f"write {near[0]!r}" if near else f"choose of {', '.join(allowed)}")
        return value

    def _fault(self, where: str, fault: str, advice: str) -> ImageTableError:
        return ImageTableError(f"{self._where}: {where}: {fault}: {advice}")


_SIMPLE = {
    "size": ("size", "size"),
    "pull": ("pull_seconds", "number"),
    "start": ("start_seconds", "number"),
    "command": ("command", "command"),
    "shell": ("is_shell", "flag"),
    "anyProgram": ("is_open", "flag"),
    "env": ("env", "texts"),
    "workingDir": ("working_dir", "text"),
    "files": ("files", "texts"),
    "log": ("log", "log"),
    "ports": ("ports", "ports"),
    "cpu": ("cpu", "cpu"),
    "memory": ("memory", "memory"),
    "user": ("user", "user"),
}
"""A field of the file -> the field of ``ImageRow`` and how it is read."""
_ROW_FIELDS = ("like", *_SIMPLE, "tools", "programs", "exits", "stop")
"""What a row may say."""


def curve_at(curve: Curve, seconds: float) -> int:
    """Return the amount at a moment: straight lines between the points, level before the first and after the last."""
    before = curve[0]
    for point in curve:
        if point[0] >= seconds:
            span = point[0] - before[0]
            share = (seconds - before[0]) / span if span > 0 else 1.0
            return round(before[1] + (point[1] - before[1]) * max(share, 0.0))
        before = point
    return before[1]


def first_moment(curve: Curve, above: int) -> float | None:
    """Return the second in which a curve first goes above an amount; None: it never does."""
    before: tuple[float, int] | None = None
    for point in curve:
        if point[1] > above:
            if before is None or before[1] >= point[1]:
                return point[0]
            return before[0] + (point[0] - before[0]) * (above - before[1]) / (point[1] - before[1])
        before = point
    return None
