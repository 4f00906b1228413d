"""From a field's path, as the API server names it, to the line of YAML where a person wrote it, and other questions about lines.

Paths look like ``spec.template.spec.containers[0].image`` or ``metadata.labels[app.kubernetes.io/name]``; a key may contain
dots itself, so the longest key that fits is taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import yaml

_INDEX = re.compile(r"^\[(?P<index>[^\]]*)\]")


def line_of(node: yaml.Node, path: str) -> int:
    """Return the line (from 1) of the field at ``path``, or of the nearest part of it that was written."""
    line, rest = int(node.start_mark.line) + 1, path
    current: yaml.Node | None = node
    while current is not None and rest:
        found = _child(current, rest)
        if found is None:
            break
        line, current, rest = found
    return line


def scalars_under(node: yaml.Node, keys: Collection[str]) -> Iterator[tuple[int, str]]:
    """Find the plain values of every mapping that stands under one of ``keys``, each with its line (from 1)."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from scalars_under(item, keys)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value in keys and isinstance(value, yaml.MappingNode):
                yield from ((k.start_mark.line + 1, v.value) for k, v in value.value if isinstance(v, yaml.ScalarNode))
            else:
                yield from scalars_under(value, keys)


def doubled_keys(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Find every key that its mapping has already, each with its line (from 1)."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from doubled_keys(item)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, item in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    yield key.start_mark.line + 1, key.value
                seen.add(key.value)
            yield from doubled_keys(item)


def _child(node: yaml.Node, path: str) -> tuple[int, yaml.Node, str] | None:
    """The line and value of the first part of ``path``, and what is left of the path."""
    match = _INDEX.match(path)
    if isinstance(node, yaml.SequenceNode):
        index = match.group("index") if match else ""
        if match is None or not index.isdigit() or int(index) >= len(node.value):
            return None
        item = node.value[int(index)]
        return item.start_mark.line + 1, item, _after_separator(path[match.end() :])
    if not isinstance(node, yaml.MappingNode):
        return None
    best: tuple[yaml.Node, yaml.Node, str] | None = None
    for key, value in node.value:
        rest = _rest_after(path, key.value, match)
        if rest is not None and (best is None or len(rest) < len(best[2])):
            best = (key, value, rest)
    if best is None:
        return None
    return best[0].start_mark.line + 1, best[1], _after_separator(best[2])


def _rest_after(path: str, key: str, match: re.Match[str] | None) -> str | None:
    if match is not None:
        return path[match.end() :] if match.group("index").strip('"') == key else None
    if path == key:
        return ""
    return path[len(key) :] if path.startswith((f"{key}.", f"{key}[")) else None


def _after_separator(rest: str) -> str:
    return rest.removeprefix(".")
