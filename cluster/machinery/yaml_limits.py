"""YAML from strangers: scanned before it is built, then read as the API server reads it.

A small text can describe an enormous value (aliases of aliases) or a nesting that no parser survives. So the events of the
parser are counted first, with every alias counted at its full size, and the scan stops at the first limit.

What is built follows ``sigs.k8s.io/yaml``, which turns YAML into JSON: moments stay text, keys become text, numbers are not
read in base 60.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import yaml

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
MAX_ALIASES = 100
MAX_NODES = 20_000
"""Of all documents together, aliases expanded."""

_STRING = "tag:yaml.org,2002:str"


class YamlLimit(Exception):  # noqa: N818
    """A limit was passed; the text says which one, ``line`` (from 1) where."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(f"line {line}: {what}")
        self.line = line


class _Loader(yaml.CSafeLoader):
    """PyYAML's safe loader with the scalar types of JSON only."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":int", ":float"))]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_INT = re.compile(r"^[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)$")
_FLOAT = re.compile(r"^[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?$|^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$")
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", _INT, list("-+0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+0123456789."))


def _construct_int(loader: _Loader, node: yaml.ScalarNode) -> int:
    text = str(loader.construct_scalar(node)).replace("_", "")
    digits = text.lstrip("+-")
    if digits.startswith("0") and digits[1:].isdigit():
        digits = "0o" + digits[1:]
    return int(digits, 0) * (-1 if text.startswith("-") else 1)


_Loader.add_constructor("tag:yaml.org,2002:int", _construct_int)


def scan(text: bytes | str) -> None:
    """Raise YamlLimit when a text is larger, deeper or more repetitive than a manifest ever is; yaml.YAMLError
    for what is not YAML."""
    size = len(text) if isinstance(text, bytes) else len(text.encode())
    if size > MAX_BYTES:
        raise YamlLimit(f"the text is larger than {MAX_BYTES // 1024} KiB", 1)
    aliases = 0
    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = []  # anchor, nodes counted when it began
    nodes = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        mark = event.start_mark
        line = mark.line + 1 if mark is not None else 1
        if isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in open_nodes):
                raise YamlLimit(f"the alias *{event.anchor} stands inside its own value", line)
            aliases += 1
            nodes += sizes.get(event.anchor or "", 1)
        elif isinstance(event, yaml.NodeEvent):
            nodes += 1
            tag = getattr(event, "tag", None)
            if tag not in (None, "!"):
                raise YamlLimit(f"tags such as {tag!r} are not allowed", line)
            if isinstance(event, yaml.ScalarEvent):
                if event.anchor:
                    sizes[event.anchor] = 1
            else:
                open_nodes.append((event.anchor, nodes))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, begun = open_nodes.pop()
            if anchor:
                sizes[anchor] = nodes - begun + 1
        if len(open_nodes) > MAX_DEPTH:
            raise YamlLimit(f"nested deeper than {MAX_DEPTH} levels", line)
        if aliases > MAX_ALIASES:
            raise YamlLimit(f"more than {MAX_ALIASES} aliases", line)
        if nodes > MAX_NODES:
            raise YamlLimit(f"more than {MAX_NODES} values, aliases counted in full", line)


def load_documents(text: bytes | str) -> list[object]:
    """Return the documents of a text as JSON values; empty documents are left out.

    Raises YamlLimit, or yaml.YAMLError for what is not YAML or not JSON (infinities, keys that are collections).
    """
    scan(text)
    return list(_documents(text))


def _documents(text: bytes | str) -> Iterator[object]:
    for document in yaml.load_all(text, Loader=_Loader):
        if document is not None:
            yield _as_json(document)


def _as_json(value: object) -> object:
    if isinstance(value, dict):
        return {_key(key): _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise yaml.YAMLError(f"{value} is not a JSON number")
    return value


def _key(key: object) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, bool):
        return "true" if key else "false"
    if key is None:
        return "null"
    if isinstance(key, int | float):
        return str(key)
    raise yaml.YAMLError(f"a {type(key).__name__} can not be the key of an object")
