"""Patterns of the shell: ``*``, ``?`` and ``[...]``, where quoted characters stand for themselves.

Upstream: POSIX.1-2017, XCU 2.13 (Pattern Matching Notation).
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Callable

Fragment = tuple[str, bool]
"""Text, and whether it is quoted."""

_MAGIC = re.compile(r"[*?\[]")


def is_pattern(fragments: list[Fragment]) -> bool:
    """Whether there is anything in it that does not stand for itself."""
    return any(not is_quoted and _MAGIC.search(text) for text, is_quoted in fragments)


def glob_text(fragments: list[Fragment]) -> str:
    """Return a pattern for ``fnmatch`` in which what is quoted stands for itself."""
    return "".join(re.sub(r"([*?\[])", r"[\1]", text) if is_quoted else text.replace("[!", "[!") for text, is_quoted in fragments)


def matches(text: str, pattern: str) -> bool:
    """Whether a whole text matches."""
    return fnmatch.fnmatchcase(text, pattern)


def without_prefix(text: str, pattern: str, *, longest: bool) -> str:
    """Return a text without what the pattern matches at its beginning."""
    lengths = range(len(text), -1, -1) if longest else range(len(text) + 1)
    return next((text[length:] for length in lengths if matches(text[:length], pattern)), text)


def without_suffix(text: str, pattern: str, *, longest: bool) -> str:
    """Return a text without what the pattern matches at its end."""
    starts = range(len(text) + 1) if longest else range(len(text), -1, -1)
    return next((text[:start] for start in starts if matches(text[start:], pattern)), text)


def replaced(text: str, pattern: str, by: str, *, everywhere: bool) -> str:
    """Return a text in which the first longest match, or each, is replaced."""
    found, at = [], 0
    while at < len(text):
        end = next((end for end in range(len(text), at, -1) if matches(text[at:end], pattern)), None)
        if end is None:
            found.append(text[at])
            at += 1
            continue
        found.append(by)
        at = end
        if not everywhere:
            break
    return "".join(found) + text[at:]


def paths(pattern: str, cwd: str, names: Callable[[str], list[str] | None]) -> list[str]:
    """Return the paths that match, sorted; ``names``: gives what is in a folder."""
    found = ["/"] if pattern.startswith("/") else [""]
    for part in [part for part in pattern.split("/") if part]:
        following: list[str] = []
        for base in found:
            folder = posixpath.normpath(posixpath.join(cwd, base))
            for name in names(folder) or ():
                if matches(name, part) and (not name.startswith(".") or part.startswith(".")):
                    following.append(posixpath.join(base, name))
        found = following
    return sorted(found)
