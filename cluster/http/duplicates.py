"""Fields that stand in a body twice: the last one counts, and strict decoding refuses them.

Parsers of dicts lose them silently, so a body is read once more for them, by a parser that tells pairs.

Upstream: ``sigs.k8s.io/json`` (``UnmarshalStrict``), ``sigs.k8s.io/yaml`` (``YAMLToJSONStrict``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

import yaml

from cluster.machinery.errors import quote
from cluster.machinery.yaml_lines import doubled_keys

_MOST = 100
"""How many upstream reports."""


class _Pairs:
    """An object in which a name stands twice, as its pairs."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        self.pairs = pairs


def in_json(body: bytes, prefix: str = "") -> tuple[str, ...]:
    """Return ``duplicate field "spec.replicas"`` for each, in document order. What is not JSON, or nested too deeply to read, has none."""
    has_found = False

    def read(pairs: list[tuple[str, object]]) -> object:
        nonlocal has_found
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        has_found = True
        return _Pairs(pairs)

    try:
        value = json.loads(body, object_pairs_hook=read)
    except (ValueError, RecursionError):
        return ()
    return tuple(f"{prefix}duplicate field {quote(path)}" for path in islice(_paths(value, ""), _MOST)) if has_found else ()


def in_yaml(text: bytes) -> tuple[str, ...]:
    """Return the one complaint that Go's YAML decoder makes, if any. ``text``: scanned before, and found to be YAML."""
    found = [
        f"  line {line}: key {quote(key)} already set in map" for line, key in doubled_keys(yaml.compose(text, Loader=yaml.CSafeLoader))
    ]
    return ("\n".join(["yaml: unmarshal errors:", *found]),) if found else ()


def _paths(value: object, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, f"{path}[{index}]")
    elif isinstance(value, dict | _Pairs):
        seen: set[str] = set()
        for name, item in value.pairs if isinstance(value, _Pairs) else value.items():
            here = f"{path}.{name}" if path else name
            if name in seen:
                yield here
            seen.add(name)
            yield from _paths(item, here)
