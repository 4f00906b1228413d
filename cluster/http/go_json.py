"""What Go's JSON decoder says about text that is no JSON: API clients know its words.

Python's decoder finds the place; what Go would have expected there follows from its complaint and the text around it. Go puts a
question mark where text is no UTF-8; here it is refused.

Upstream: Go's ``encoding/json/scanner.go``, which ``sigs.k8s.io/json`` keeps.
"""

from __future__ import annotations

import json
import re

END = "unexpected end of JSON input"
TOO_DEEP = "exceeded max depth"
_KEY, _VALUE = "looking for beginning of object key string", "looking for beginning of value"
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_LITERALS = {"t": "true", "f": "false", "n": "null"}
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")


def syntax_error(body: bytes) -> str:
    """Return the complaint about a body that is no JSON: ``invalid character 'x' after object key``."""
    text = body.decode("utf-8", "replace")
    try:
        json.loads(text, parse_constant=_refuse, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        return _complaint(text, error)
    except RecursionError:
        return TOO_DEEP
    except ValueError:
        return _invalid(text, _first_constant(text), _VALUE)
    return "neither half characters nor numbers beyond 64 bits are taken"


def _refuse(name: str) -> None:
    raise ValueError(name)


def _first_constant(text: str) -> int:
    """Return where the first ``NaN`` or ``Infinity`` stands outside of strings."""
    outside = _STRING.sub(lambda found: " " * len(found.group()), text)
    found = re.search(r"NaN|-?Infinity", outside)
    return found.start() if found else 0


def _complaint(text: str, error: json.JSONDecodeError) -> str:
    place, message = error.pos, error.msg
    if message.startswith("Unterminated string"):
        return END
    if message.startswith("Invalid control character"):
        return _invalid(text, place, "in string literal")
    if message.startswith("Invalid \\uXXXX"):
        wrong = next((at for at in range(place + 1, len(text)) if text[at] not in _HEXADECIMAL), len(text))
        return _invalid(text, wrong, "in \\u hexadecimal character escape")
    if message.startswith("Invalid \\escape"):
        return _invalid(text, place + 1, "in string escape code")
    if message.startswith("Extra data"):
        return _after_number(text, place) or _invalid(text, place, "after top-level value")
    if message.startswith("Expecting ','"):
        return _after_number(text, place) or _invalid(text, place, _after_element(text[:place]))
    if message.startswith("Expecting ':'"):
        return _invalid(text, place, "after object key")
    if message.startswith("Expecting property name"):
        return _invalid(text, place, _KEY)
    if message.startswith("Illegal trailing comma"):
        closing = len(text) - len(text[place + 1 :].lstrip())
        return _invalid(text, closing, _KEY if text[closing : closing + 1] == "}" else _VALUE)
    return _no_value(text, place)


def _no_value(text: str, place: int) -> str:
    """A value is missing, or is a word or a number that breaks off."""
    literal = _LITERALS.get(text[place : place + 1])
    if literal is not None:
        for offset, expected in enumerate(literal):
            if text[place + offset : place + offset + 1] != expected:
                return _invalid(text, place + offset, f"in literal {literal} (expecting {_shown(expected)})")
    if text[place : place + 1] == "-":
        return _invalid(text, place + 1, "in numeric literal")
    return _invalid(text, place, _VALUE)


def _after_number(text: str, place: int) -> str:
    """A number that Python took for finished, where Go wants digits: ``1.x``, ``1ex``; an empty string for anything else."""
    if text[place : place + 1] not in (".", "e", "E") or not text[place - 1 : place].isdigit():
        return ""
    is_fraction = text[place] == "."
    after = place + 1 if is_fraction or text[place + 1 : place + 2] not in ("+", "-") else place + 2
    return _invalid(text, after, "after decimal point in numeric literal" if is_fraction else "in exponent of numeric literal")


def _after_element(before: str) -> str:
    """Whether the innermost value that is still open is an object or an array."""
    depth = 0
    for bracket in reversed(re.findall(r"[{}\[\]]", _STRING.sub("", before))):
        if bracket in "}]":
            depth += 1
        elif depth:
            depth -= 1
        else:
            return "after object key:value pair" if bracket == "{" else "after array element"
    return "after top-level value"


def _invalid(text: str, place: int, where: str) -> str:
    if not text[place:].strip():
        return END
    return f"invalid character {_shown(text[place])} {where}"


def _shown(character: str) -> str:
    """Write a character as Go's ``quoteChar`` does; of one beyond ASCII it shows the first byte."""
    if character in "'\"":
        return "'\\''" if character == "'" else "'\"'"
    if not character.isascii():
        character = chr(character.encode("utf-8")[0])
    return repr(character)
