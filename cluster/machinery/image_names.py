"""Whether an image's name is one. Pure.

Upstream: ``pkg/util/parsers/parsers.go``, ``github.com/distribution/reference``.
"""

from __future__ import annotations

import re

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST_PART = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_HOST = rf"{_HOST_PART}(?:\.{_HOST_PART})*(?::[0-9]+)?"
_NAME = re.compile(rf"^(?:{_HOST}/)?{_COMPONENT}(?:/{_COMPONENT})*(?::[\w][\w.-]{{0,127}})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{{32,}})?$")


def fault_of(image: str) -> str:
    """Return why an image's name cannot be read, in the words of its waiting container; empty: it can."""
    if _NAME.match(image):
        return ""
    why = "invalid reference format"
    repository = image.partition("@")[0]
    name, _, tag = repository.rpartition(":")
    repository = name if name and "/" not in tag else repository
    if repository != repository.lower() and _NAME.match(image.lower()):
        path = repository if "/" in repository else f"library/{repository}"
        why = f"{why}: repository name ({path}) must be lowercase"
    return f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": {why}'
