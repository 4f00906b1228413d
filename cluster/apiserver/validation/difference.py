"""How a refusal shows what has changed of something that may not change.

Upstream prints the two Go structs through ``go-cmp``; this prints lines of JSON. Both are in the unified form.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/diff/diff.go``.
"""

from __future__ import annotations

import difflib

import orjson

from cluster.machinery.meta import Obj


def difference(old: Obj, new: Obj) -> str:
    """Return the lines that differ, with two around them, from ``@@`` on."""
    _from, _to, *hunks = difflib.unified_diff(_lines(old), _lines(new), lineterm="", n=2)
    return "\n".join(hunks)


def _lines(obj: Obj) -> list[str]:
    return orjson.dumps(obj, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode().splitlines()
