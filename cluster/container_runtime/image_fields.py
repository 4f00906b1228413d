"""The fields of a row of the table of images: how each is read, and what is wrong with one that makes no sense."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator

from cluster.container_runtime.image_table import Answer, Curve, Port
from cluster.container_runtime.programs.table import EXTRA, SETS
from cluster.container_runtime.texts import EXCHANGE, POD, REPLY, unknown_names
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import QuantityError, parse_quantity

MAX_SECONDS = 10 * 365 * 86_400
MAX_AMOUNT = 1 << 53
"""Of bytes and of billionths of a core: 8 PiB, and nine million cores."""


class FieldFault(Exception):  # noqa: N818
    """``path``: the field, from the row on; ``what``: the fault, and what to write instead."""

    def __init__(self, path: str, fault: str, advice: str) -> None:
        super().__init__(f"{fault}: {advice}")
        self.path, self.what = path, f"{fault}: {advice}"


def unknown_field(where: str, key: str, allowed: tuple[str, ...]) -> FieldFault:
    """Return what is wrong with a field that is not among those that are allowed."""
    near = difflib.get_close_matches(key, allowed, 1)
    return FieldFault(where, f"there is no field {key!r}", f"write {near[0]!r}" if near else f"choose of {', '.join(allowed)}")


def _map(value: object, where: str, allowed: tuple[str, ...]) -> Obj:
    if not isinstance(value, dict):
        raise FieldFault(where, "is no map", f"give it fields of {', '.join(allowed)}")
    for key in value:
        if key not in allowed:
            raise unknown_field(f"{where}.{key}", key, allowed)
    return value


def _list(value: object, where: str, advice: str) -> Iterator[tuple[str, object]]:
    """Yield each item with its place."""
    if not isinstance(value, list):
        raise FieldFault(where, "is no list", advice)
    yield from ((f"{where}[{number}]", item) for number, item in enumerate(value))


def _text(value: object, where: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise FieldFault(where, f"{_shown(value)} is no text", "put it in quotes")
    return str(value)


def _filled(value: object, where: str, names: frozenset[str]) -> str:
    """A text with ``${names}`` in it."""
    text = _text(value, where)
    for name in unknown_names(text, names):
        near = difflib.get_close_matches(name, sorted(names), 1)
        advice = f"write ${{{near[0]}}}" if near else f"choose of {', '.join(sorted(names))}, env.NAME"
        raise FieldFault(where, f"nothing is known of ${{{name}}} here", f"{advice}, or $${{{name}}} for the text itself")
    return text


def _path(value: object, where: str) -> str:
    text = _text(value, where)
    if not text.startswith("/"):
        raise FieldFault(where, f"{text!r} is no path", f"write '/{text}'")
    return text


def _names(value: object, where: str) -> list[str]:
    return [_text(item, at) for at, item in _list(value, where, "write [one, two]")]


def _command(value: object, where: str) -> tuple[str, ...]:
    return tuple(value.split() if isinstance(value, str) else _names(value, where))


def _texts(value: object, where: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise FieldFault(where, "is no map", "write 'NAME: value' below it")
    return {key: _text(text, f"{where}.{key}") for key, text in value.items()}


def _files(value: object, where: str) -> dict[str, str]:
    return {_path(path, f"{where}.{path}"): text for path, text in _texts(value, where).items()}


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise FieldFault(where, f"{_shown(value)} is neither true nor false", "write true or false")
    return value


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise FieldFault(where, f"{_shown(value)} is no number of seconds", "give a number that is not negative")
    if value > MAX_SECONDS:
        raise FieldFault(where, f"{value} seconds are more than ten years", f"give at most {MAX_SECONDS}")
    return float(value)


def _whole(value: object, where: str, name: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise FieldFault(where, f"{_shown(value)} is no {name}", f"give a number from {least} to {most}")
    return value


def _code(value: object, where: str) -> int:
    return _whole(value, where, "exit code", 0, 255)


def _quantity(value: object, where: str, *, digits: int = 0) -> int:
    try:
        amount = parse_quantity(_text(value, where)).scaled_value(-digits)
    except (QuantityError, FieldFault):
        raise FieldFault(where, f"{_shown(value)} is no quantity", "write it as Kubernetes does: 100m, 60M, 128Mi") from None
    if not 0 <= amount <= MAX_AMOUNT:
        raise FieldFault(
            where, f"{value} is {'negative' if amount < 0 else 'more than any machine has'}", "give an amount that a node may have"
        )
    return amount


def _curve(value: object, where: str, *, digits: int = 0) -> Curve:
    if not isinstance(value, list):
        return ((0.0, _quantity(value, where, digits=digits)),)
    found: list[tuple[float, int]] = []
    for at, point in _list(value or [None], where, ""):
        if not isinstance(point, list) or len(point) != 2:
            raise FieldFault(at, "is no pair", "write [seconds, amount], for instance [[0, 20Mi], [60, 200Mi]]")
        moment = _number(point[0], at)
        if found and moment <= found[-1][0]:
            raise FieldFault(at, "is not later than the point before", "put the points in order of time")
        found.append((moment, _quantity(point[1], at, digits=digits)))
    return tuple(found)


def _log(value: object, where: str) -> tuple[tuple[float, str], ...]:
    found = []
    for at, item in _list(value, where, "write '- a line' or '- {at: 2, line: a line}' below it"):
        given = _map(item, at, ("at", "line")) if isinstance(item, dict) else {"line": item}
        found.append((_number(given.get("at", 0), f"{at}.at"), _filled(given.get("line", ""), f"{at}.line", POD)))
    return tuple(sorted(found, key=lambda line: line[0]))


def _ports(value: object, where: str) -> tuple[Port, ...]:
    found: list[Port] = []
    for at, item in _list(value, where, "write '- port: 80' below it"):
        given = _map(item, at, ("port", "answers", "serves", "argument", "accessLog", "notFound"))
        port = _whole(given.get("port"), f"{at}.port", "port", 1, 65_535)
        if port in (other.port for other in found):
            raise FieldFault(f"{at}.port", f"its program listens on {port} already", "put all answers of a port below it")
        found.append(
            Port(
                port,
                _answers(given.get("answers", []), f"{at}.answers"),
                _path(given["serves"], f"{at}.serves") if "serves" in given else "",
                _text(given.get("argument", ""), f"{at}.argument"),
                _filled(given.get("accessLog", ""), f"{at}.accessLog", POD | EXCHANGE | REPLY),
                _text(given.get("notFound", ""), f"{at}.notFound"),
            )
        )
    return tuple(found)


def _answers(value: object, where: str) -> tuple[Answer, ...]:
    found: list[Answer] = []
    for at, item in _list(value, where, "write '- path: /' below it"):
        answer = _answer(item, at)
        for number, other in enumerate(found):
            if other.covers(answer):
                raise FieldFault(at, f"nobody ever gets it, since answers[{number}] takes {other.path}", "put it before that one")
        found.append(answer)
    return tuple(found)


def _answer(value: object, where: str) -> Answer:
    given = _map(value, where, ("path", "code", "body", "headers", "delay", "cpu", "after", "until"))
    read: Obj = {key: _number(given[key], f"{where}.{key}") for key in ("delay", "cpu", "after", "until") if key in given}
    if "path" in given:
        read["path"] = _path(given["path"], f"{where}.path")
    if "body" in given:
        read["body"] = _filled(given["body"], f"{where}.body", POD | EXCHANGE)
    if "code" in given:
        read["code"] = _whole(given["code"], f"{where}.code", "status code", 100, 599)
    if "headers" in given:
        read["headers"] = {key.lower(): text for key, text in _texts(given["headers"], f"{where}.headers").items()}
    answer = Answer(**read)
    if answer.until <= answer.after:
        raise FieldFault(f"{where}.until", f"{answer.until:g} is not later than after ({answer.after:g})", "give a later second")
    return answer


def _tools(value: object, where: str) -> Obj:
    names = _names([value] if isinstance(value, str) else value, where)
    found: set[str] = set()
    for name in names:
        if name not in SETS and name not in EXTRA:
            raise FieldFault(where, f"there is no tool {name!r}", f"choose of {', '.join([*SETS, *EXTRA])}")
        found |= SETS.get(name, {name})
    return {"tools": frozenset(found), "is_busybox": "busybox" in names}


def _exits(value: object, where: str) -> Obj:
    ends = _map(value, where, ("after", "code"))
    return {"exits_after": _number(ends.get("after", 0), f"{where}.after"), "exit_code": _code(ends.get("code", 0), f"{where}.code")}


def _stop(value: object, where: str) -> Obj:
    if value == "ignored":
        return {"stop_seconds": None}
    if not isinstance(value, dict):
        raise FieldFault(where, f"{_shown(value)} is no way to end", "write 'ignored', or give it fields of seconds, code")
    ends = _map(value, where, ("seconds", "code"))
    return {"stop_seconds": _number(ends.get("seconds", 0.5), f"{where}.seconds"), "stop_code": _code(ends.get("code", 0), f"{where}.code")}


def _user(value: object, where: str) -> str:
    text = _text(value, where)
    if text and not re.fullmatch(r"[\w.-]+(:\d+)?", text):
        raise FieldFault(where, f"{_shown(value)} is no user", "give a number, a name of its /etc/passwd, or '101:101' in quotes")
    return text


def _shown(value: object) -> str:
    """A value as its writer knows it."""
    return {None: "nothing", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else repr(value)


def _into(name: str, read: Callable[[object, str], object]) -> Callable[[object, str], Obj]:
    """A field of the file that is one field of ``ImageRow``."""
    return lambda value, where: {name: read(value, where)}


FIELDS: dict[str, Callable[[object, str], Obj]] = {
    "size": _into("size", _quantity),
    "pull": _into("pull_seconds", _number),
    "start": _into("start_seconds", _number),
    "command": _into("command", _command),
    "programs": _into("programs", _names),
    "shell": _into("is_shell", _flag),
    "tools": _tools,
    "anyProgram": _into("is_open", _flag),
    "env": _into("env", _texts),
    "workingDir": _into("working_dir", _path),
    "files": _into("files", _files),
    "log": _into("log", _log),
    "ports": _into("ports", _ports),
    "cpu": _into("cpu", lambda value, where: _curve(value, where, digits=9)),
    "memory": _into("memory", _curve),
    "user": _into("user", _user),
    "exits": _exits,
    "stop": _stop,
}
"""A field of a row -> what it says of an ``ImageRow``."""
