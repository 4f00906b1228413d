"""A terminal's line discipline: what is typed becomes lines, is echoed, and ^C becomes a signal.

Kept as small as lessons need it: erase (backspace), ^U, ^C, ^D; cursor keys do nothing.

Upstream: termios(3), canonical mode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ESCAPE = re.compile(rb"\x1b(?:\[[0-9;?]*[A-Za-z~]|O[A-Z]|[^\[O])")


@dataclass(frozen=True, slots=True)
class Typed:
    """What some bytes do: text to echo, bytes for who reads, an interrupt, an end of input."""

    echo: bytes = b""
    data: bytes = b""
    interrupts: bool = False
    ends: bool = False


def typed(line: bytes, keys: bytes) -> tuple[bytes, bytes, list[Typed]]:
    """Return the line that is being typed after some more keys, the beginning of a key that has not come whole, and what the keys did.

    ``line``: what stood there before.
    """
    done: list[Typed] = []
    at = 0
    while at < len(keys):
        escape = _ESCAPE.match(keys, at)
        if escape is not None:
            at = escape.end()
            continue
        if keys[at : at + 1] == b"\x1b":
            return line, keys[at:], done
        key = keys[at : at + 1]
        at += 1
        if key in (b"\r", b"\n"):
            done.append(Typed(echo=b"\r\n", data=line + b"\n"))
            line = b""
        elif key in (b"\x7f", b"\x08"):
            if line:
                line = line.decode(errors="ignore")[:-1].encode()
                done.append(Typed(echo=b"\b \b"))
        elif key == b"\x15":
            done.append(Typed(echo=b"\b \b" * len(line.decode(errors="ignore"))))
            line = b""
        elif key == b"\x03":
            done.append(Typed(echo=b"^C", interrupts=True))
            line = b""
        elif key == b"\x04":
            done.append(Typed(data=line, ends=not line))
            line = b""
        elif key >= b" " or key == b"\t":
            line += key
            done.append(Typed(echo=key))
    return line, b"", done


def shown(data: bytes) -> bytes:
    """Return output as a terminal shows it: every new line begins at the left."""
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
