"""Small texts that stand for something enormous, or that parsers do not survive.

Each is a body for ``POST`` of a ConfigMap, or a patch of one. All must be refused; what refusing them costs is measured by
``scripts/bench``.
"""

from __future__ import annotations

from dataclasses import dataclass

JSON, YAML = "application/json", "application/yaml"
JSON_PATCH, MERGE_PATCH = "application/json-patch+json", "application/merge-patch+json"
_HEAD = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\n"
_DEEP = 200_000
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bomb:
    """``code``: how it is refused."""

    content_type: str
    body: bytes
    code: int = 400


def _aliases(levels: int, width: int) -> bytes:
    lines = ["a0: &a0 [" + ", ".join(["x"] * width) + "]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]" for level in range(1, levels)]
    return _HEAD + "\n".join(lines).encode()


def _merges(levels: int) -> bytes:
    lines = ["m0: &m0 {a: b}"]
    lines += [f"m{level}: &m{level} {{<<: [*m{level - 1}, *m{level - 1}, *m{level - 1}], k{level}: v}}" for level in range(1, levels)]
    return _HEAD + "\n".join(lines).encode()


def _wide_merges(count: int) -> bytes:
    keys = ", ".join(f"k{index}: v" for index in range(count))
    return _HEAD + f"m: &m {{{keys}}}\n".encode() + b"".join(b"x%d: {<<: *m}\n" % index for index in range(count))


def _config_map(data: bytes) -> bytes:
    return b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bomb"},"data":' + data + b"}"


BOMBS: dict[str, Bomb] = {
    "YAML: aliases of aliases": Bomb(YAML, _aliases(9, 9)),
    "YAML: aliases of aliases, two wide and forty deep": Bomb(YAML, _aliases(40, 2)),
    "YAML: merge keys of merge keys": Bomb(YAML, _merges(30)),
    "YAML: a large map merged a thousand times": Bomb(YAML, _wide_merges(1_000)),
    "YAML: a value that contains itself": Bomb(YAML, _HEAD + b"data: &d {k: *d}"),
    "YAML: opening brackets": Bomb(YAML, b"[" * _DEEP),
    "YAML: opening braces": Bomb(YAML, b"{a: " * _DEEP),
    "YAML: nested lists, one a line": Bomb(YAML, b"- " * _DEEP + b"x"),
    "YAML: deeper and deeper": Bomb(YAML, b"\n".join(b" " * depth + b"a:" for depth in range(1_000))),
    "YAML: very many values": Bomb(YAML, _HEAD + b"data:\n" + b"".join(b" k%d: v\n" % index for index in range(90_000))),
    "YAML: very many documents": Bomb(YAML, b"--- {}\n" * 100_000),
    "YAML: a tag that names a Python object": Bomb(YAML, _HEAD + b"data: !!python/object/apply:os.system [ls]"),
    "YAML: a number of a million digits": Bomb(YAML, _HEAD + b"data: {k: " + b"9" * 1_000_000 + b"}"),
    "YAML: a hexadecimal number of half a million digits": Bomb(YAML, _HEAD + b"data: {k: 0x" + b"f" * 500_000 + b"}"),
    "YAML: a key of a million characters": Bomb(YAML, _HEAD + b"data: {" + b"k" * 1_000_000 + b": v}"),
    "YAML: more than a mebibyte": Bomb(YAML, _HEAD + b"data: {k: " + b"v" * (_MIB + 1) + b"}"),
    "YAML: bytes that are no text": Bomb(YAML, b"\xff\xfe\x00\xd8" * 1_000),
    "YAML: control characters": Bomb(YAML, _HEAD + b"data: {k: \x01}"),
    "YAML: quotation marks that never close": Bomb(YAML, _HEAD + b"data: {k: '" + b"''" * 200_000),
    "YAML: anchors without number": Bomb(YAML, b"".join(b"&a%d " % index for index in range(50_000))),
    "YAML: comments without end": Bomb(YAML, b"#" * 900_000, 422),
    "YAML: indicators alone": Bomb(YAML, b"? " * 100_000),
    "JSON: opening brackets": Bomb(JSON, b"[" * _DEEP),
    "JSON: opening braces": Bomb(JSON, b'{"a":' * _DEEP),
    "JSON: balanced brackets": Bomb(JSON, b"[" * _DEEP + b"]" * _DEEP),
    "JSON: an object below the limit of every parser": Bomb(JSON, _config_map(b'{"k":' * 1_000 + b"1" + b"}" * 1_000)),
    "JSON: an object a thousand levels deep where anything goes": Bomb(
        JSON,
        b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bomb","managedFields":' + b'[{"fieldsV1":' * 500 + b"1}]" * 500 + b"}}",
    ),
    "JSON: a number of a million digits": Bomb(JSON, _config_map(b'{"k":' + b"9" * 1_000_000 + b"}")),
    "JSON: an exponent of a million digits": Bomb(JSON, _config_map(b'{"k":1e' + b"9" * 1_000_000 + b"}")),
    "JSON: a key of a million characters": Bomb(JSON, _config_map(b'{"' + b"k" * 1_000_000 + b'":"v"}'), 422),
    "JSON: very many keys": Bomb(JSON, _config_map(b"{" + b",".join(b'"k%d":1' % index for index in range(150_000)) + b"}"), 413),
    "JSON: the same key again and again": Bomb(JSON, _config_map(b"{" + b",".join([b'"k":1'] * 150_000) + b"}")),
    "JSON: very many lists": Bomb(JSON, _config_map(b"[" + b",".join([b"[]"] * 500_000) + b"]"), 413),
    "JSON: very many labels": Bomb(
        JSON, b'{"metadata":{"name":"bomb","labels":{' + b",".join(b'"-k%d":"-"' % index for index in range(150_000)) + b"}}}", 413
    ),
    "JSON: very many owners": Bomb(JSON, b'{"metadata":{"name":"bomb","ownerReferences":[' + b",".join([b"{}"] * 150_000) + b"]}}", 413),
    "JSON: more than a mebibyte of data": Bomb(JSON, _config_map(b'{"k":"' + b"v" * (_MIB + 1) + b'"}'), 422),
    "JSON: more than three mebibytes": Bomb(JSON, _config_map(b'{"k":"' + b"v" * (3 * _MIB) + b'"}'), 413),
    "JSON: bytes that are no text": Bomb(JSON, _config_map(b'{"k":"\xff\xfe"}')),
    "JSON: half a character": Bomb(JSON, _config_map(b'{"k":"\\ud800"}')),
    "JSON: escapes alone": Bomb(JSON, _config_map(b'{"' + b"\\u0000" * 100_000 + b'":"v"}'), 422),
    "JSON: a string that never closes": Bomb(JSON, b'{"k":"' + b"v" * 1_000_000),
    "JSON: a million spaces": Bomb(JSON, b" " * 1_000_000),
    "JSON: NaN": Bomb(JSON, _config_map(b'{"k":NaN}')),
    "patch: very many operations": Bomb(
        JSON_PATCH, b"[" + b",".join([b'{"op":"copy","from":"/data","path":"/data/k"}'] * 20_000) + b"]", 413
    ),
    "patch: a copy of itself, again and again": Bomb(
        JSON_PATCH, b"[" + b",".join(b'{"op":"copy","from":"","path":"/data/k%d"}' % index for index in range(60)) + b"]", 422
    ),
    "patch: opening brackets": Bomb(JSON_PATCH, b"[" * _DEEP),
    "patch: a pointer of a million steps": Bomb(JSON_PATCH, b'[{"op":"remove","path":"' + b"/a" * 500_000 + b'"}]', 422),
    "patch: a document a thousand levels deep": Bomb(MERGE_PATCH, b'{"a":' * 1_000 + b"1" + b"}" * 1_000),
}
