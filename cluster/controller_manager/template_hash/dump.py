"""Writes a pod template as Go's spew package would write the struct: ``(v1.PodTemplateSpec){ObjectMeta:(v1.ObjectMeta){...``.

A type stands before each field's value, but not before the elements of a list or map nor behind a pointer. A pointer is
written as ``(*int64)30``, an unset pointer, list or map as ``<nil>``. Quantities are written as they are parsed: digits,
power of ten, and sometimes the text. A struct that the table of structs leaves out is written as JSON.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/dump/dump.go`` (``ForHash``), ``github.com/davecgh/go-spew/spew/format.go``,
``staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go`` (``ParseQuantity``).
"""

from __future__ import annotations

import re

import orjson

from cluster.controller_manager.template_hash.structs import STRUCTS
from cluster.machinery.meta import Obj

NIL = "<nil>"
MAPS = {"v1.ResourceList": "resource.Quantity", "map[string]string": "string"}
"""Types of maps with texts as keys, and the types of their values."""
_TIME = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}"
"""The zero moment: nobody sets one in a template."""
_SCALARS = {"bool": "false", "int32": "0", "int64": "0"}
_QUANTITY = re.compile(r"(?P<sign>[+-]?)(?P<digits>[0-9]*)\.?(?P<fraction>[0-9]*)(?P<suffix>[A-Za-z]*(?:[eE][+-]?[0-9]+)?)")
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}


def dump_template(template: Obj) -> str:
    """Return the dump of a PodTemplateSpec as the API server stores it: defaults filled in, quantities canonical."""
    return f"(v1.PodTemplateSpec){_value('v1.PodTemplateSpec', template)}"


def _field(type: str, value: object) -> str:
    return f"({type}){_value(type.removeprefix('*'), value) if value is not None or not type.startswith('*') else NIL}"


def _value(type: str, value: object) -> str:
    """Write a value without its type; ``None`` stands for what is not set."""
    if type.startswith("[]"):
        if not isinstance(value, list) or not value:
            return NIL
        return "[" + " ".join(_value(type[2:], item) for item in value) + "]"
    if type in MAPS:
        if not isinstance(value, dict) or not value:
            return NIL
        return "map[" + " ".join(f"{key}:{_value(MAPS[type], value[key])}" for key in sorted(value)) + "]"
    if type == "v1.Time":
        return _TIME
    if type == "resource.Quantity":
        return _quantity(str(value) if value is not None else None)
    if type == "intstr.IntOrString":
        return _int_or_string(value)
    if type in STRUCTS:
        return _struct(type, value if isinstance(value, dict) else {})
    if isinstance(value, dict):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    return _SCALARS.get(type, "") if value is None else str(value)


def _struct(type: str, value: Obj) -> str:
    parts = (f"{field.name}:{_field(field.type, value.get(field.json) if field.json else value)}" for field in STRUCTS[type])
    return "{" + " ".join(parts) + "}"


def _int_or_string(value: object) -> str:
    if isinstance(value, str):
        return f"{{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string){value}}}"
    return f"{{Type:(intstr.Type)0 IntVal:(int32){value or 0} StrVal:(string)}}"


def _quantity(text: str | None) -> str:
    digits, scale, format, kept = _parse(text) if text and text != "0" else (0, 0, "", text or "")
    return (
        f"{{i:(resource.int64Amount){{value:(int64){digits} scale:(resource.Scale){scale}}} "
        f"d:(resource.infDecAmount){{Dec:(*inf.Dec)<nil>}} s:(string){kept} Format:(resource.Format){format}}}"
    )


def _parse(text: str) -> tuple[int, int, str, str]:
    """Return digits, power of ten, format, and the text where Go keeps it: 100m is 100 times 10 to the -3.

    Go keeps the text when it is sure to be canonical, and of a binary quantity only when its number is no
    multiple of 8: 64Mi is 67108864 without a text, 100Mi is 104857600 with one.
    """
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return 0, 0, "", text
    sign = -1 if match["sign"] == "-" else 1
    fraction, suffix = match["fraction"], match["suffix"]
    shifted = match["digits"].lstrip("0") + fraction or "0"
    number = sign * int(shifted)
    if suffix in _BINARY:
        return number << _BINARY[suffix], -len(fraction), "BinarySI", text if number & 7 else ""
    is_decimal = suffix in _DECIMAL
    scale = (_DECIMAL[suffix] if is_decimal else int(suffix[1:])) - len(fraction)
    is_canonical = scale % 3 == 0 and not shifted.endswith("000") and shifted[0] != "0"
    return number, scale, "DecimalSI" if is_decimal else "DecimalExponent", text if is_canonical else ""
