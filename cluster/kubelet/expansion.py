"""``$(NAME)`` in values, commands and arguments. Pure.

A name that is not known stays as it is written, and ``$$`` stands for ``$``.
Upstream: ``third_party/forked/golang/expansion/expand.go``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))")


def expand(text: str, values: Mapping[str, str]) -> str:
    """Return ``text`` with its references to ``values`` replaced."""
    if "$" not in text:
        return text

    def replaced(match: re.Match[str]) -> str:
        name = match[1]
        return "$" if name is None else values.get(name, match[0])

    return _REFERENCE.sub(replaced, text)
