"""The modules that a page's script needs, so that the page can name all of them at once.

A browser learns what a module needs when it has read it: without being told it would go from one to the next through as many rounds
as modules need each other in a row.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache

from django.contrib.staticfiles import finders

_IMPORT = re.compile(r'^(?:import \{[^}]*\}|\}) from "(?P<path>\.[^"]+)";$', re.MULTILINE)


@lru_cache(maxsize=8)
def modules_of(entry: str) -> tuple[str, ...]:
    """Return the static paths of a module and of all that it needs at once, in the order in which they are found. Raises LookupError."""
    found: dict[str, str] = {}
    waiting = [entry]
    while waiting:
        path = waiting.pop(0)
        if path in found:
            continue
        found[path] = text_of(path)
        needed = (match["path"] for match in _IMPORT.finditer(found[path]))
        waiting += [posixpath.normpath(posixpath.join(posixpath.dirname(path), each)) for each in needed]
    return tuple(found)


def text_of(path: str) -> str:
    """Return a static file's text. Raises LookupError when there is none."""
    file = finders.find(path)
    if not file:
        raise LookupError(path)
    with open(file, encoding="utf-8") as content:
        return content.read()
