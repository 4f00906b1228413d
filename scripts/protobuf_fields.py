#!/usr/bin/env python3
"""Write ``cluster/http/protobuf/fields.json``: the field numbers of Kubernetes' types on the wire.

    scripts/protobuf_fields.py <a source tree of Kubernetes>/staging/src/k8s.io

Reads the tree's ``generated.proto`` files and keeps facts only: message, number, JSON name, type. What the published definitions do
not have is either a struct that Go inlines in JSON (``Probe.handler``), and marked so, or no longer there, and dropped;
what only they have is named on stderr. The file in this tree holds the numbers of release 1.33 and, of the fields that came up
to 1.36, those of the kinds that are served.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import orjson

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cluster.apiserver.schema.definitions import definitions  # noqa: E402

TARGET = ROOT / "cluster" / "http" / "protobuf" / "fields.json"
GROUPS = (
    *("apps", "authentication", "authorization", "autoscaling", "batch", "certificates", "coordination", "core", "discovery"),
    *("events", "flowcontrol", "networking", "node", "policy", "rbac", "scheduling", "storage"),
)
PACKAGES = {f"{group}.v1" for group in GROUPS} | {"autoscaling.v2"}
"""Whose kinds, and all that these hold, are written."""
ENVELOPE = "runtime.TypeMeta"
"""What an envelope says about its content."""
RAW_JSON = frozenset({"meta.v1.FieldsV1", "runtime.RawExtension"})
"""Whose bytes are JSON."""

_PREFIXES = (
    ("k8s.io.apimachinery.pkg.apis.", ""),
    ("k8s.io.apimachinery.pkg.api.", ""),
    ("k8s.io.apimachinery.pkg.util.", ""),
    ("k8s.io.apimachinery.pkg.", ""),
    ("k8s.io.api.", ""),
)
_PACKAGE = re.compile(r"^package ([\w.]+);", re.MULTILINE)
_MESSAGE = re.compile(r"^message (\w+) \{$(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^\s*(?:(optional|repeated) ([\w.]+)|map<string, ([\w.]+)>) (\w+) = (\d+);", re.MULTILINE)
_SCALARS = frozenset({"bool", "bytes", "int32", "int64", "json", "string"})

Field = tuple[str, str, str]
"""Its name in JSON, its type, and ``one``, ``list``, ``map`` (from strings) or ``inline``."""


def parse(text: str) -> dict[str, dict[int, Field]]:
    """Return the fields of every message of a .proto file by number; types by their short names (``core.v1.Pod``)."""
    package = _PACKAGE.search(text)
    if package is None:
        raise ValueError("no package is declared")
    messages: dict[str, dict[int, Field]] = {}
    for name, content in _MESSAGE.findall(text):
        fields: dict[int, Field] = {}
        short = _short(f"{package[1]}.{name}")
        for label, single, of_map, field, number in _FIELD.findall(content):
            kind = single or of_map
            full = kind if kind in _SCALARS else _short(kind if "." in kind.lstrip(".") else f"{package[1]}.{kind}")
            if short in RAW_JSON:
                full = "json"
            fields[int(number)] = (field, full, {"repeated": "list", "optional": "one"}.get(label, "map"))
        messages[short] = fields
    return messages


def _short(name: str) -> str:
    name = name.lstrip(".")
    return next((short + name[len(prefix) :] for prefix, short in _PREFIXES if name.startswith(prefix)), name)


def _roots() -> Iterable[str]:
    """Yield the short name of every kind, and of DeleteOptions."""
    yield "meta.v1.DeleteOptions"
    for name, definition in definitions().items():
        short = ".".join(name.rsplit(".", 3)[-3:])
        is_list = "items" in definition.get("properties", ())
        if "x-kubernetes-group-version-kind" in definition and short.rpartition(".")[0] in PACKAGES and not is_list:
            yield short


def reconcile(fields: dict[int, Field], definition: str, messages: dict[str, dict[int, Field]]) -> tuple[dict[int, Field], set[str]]:
    """Mark what JSON has inline, drop what it lacks, spell names as JSON does; also return the properties that have no number."""
    schema = definitions().get(definition, {})
    properties = set(schema.get("properties", {}))
    if not properties:
        return fields, set()
    by_lower = {name.lower(): name for name in properties}
    kept: dict[int, Field] = {}
    found: set[str] = {"apiVersion", "kind"} if "x-kubernetes-group-version-kind" in schema else set()
    for number, (name, kind, label) in fields.items():
        if name.lower() in by_lower:
            name = by_lower[name.lower()]
            kept[number] = (name, kind, label)
            found.add(name)
        elif (inner := {field for field, _, _ in messages.get(kind, {}).values()}) & properties:
            kept[number] = (name, kind, "inline")
            found |= inner
    return kept, properties - found


def main(source: Path) -> None:
    """Write the file."""
    messages: dict[str, dict[int, Field]] = {}
    for path in sorted(source.glob("**/generated.proto")):
        messages.update(parse(path.read_text()))
    full = {".".join(name.rsplit(".", 3)[-3:]): name for name in definitions()}
    written: dict[str, dict[int, Field]] = {}
    queue = [ENVELOPE, *_roots()]
    while queue:
        name = queue.pop()
        if name in written or name in _SCALARS:
            continue
        if name not in messages:
            print(f"{name}: no such message", file=sys.stderr)
            continue
        written[name], missing = reconcile(messages[name], full.get(name, ""), messages)
        for field in sorted(missing):
            print(f"{name}.{field}: no number", file=sys.stderr)
        queue += [kind for _, kind, _ in written[name].values()]
    rows = [f'"{name}":{orjson.dumps(fields, option=orjson.OPT_NON_STR_KEYS).decode()}' for name, fields in sorted(written.items())]
    TARGET.write_text("{\n" + ",\n".join(rows) + "\n}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
