"""The hash of a pod template: the values that a real cluster gave, and the parts it is made of."""

from __future__ import annotations

import orjson
import pytest

from cluster.apiserver.schema.definitions import definitions
from cluster.controller_manager.template_hash.dump import dump_template
from cluster.controller_manager.template_hash.hashing import compute_hash, fnv32a, safe_encode
from cluster.controller_manager.template_hash.structs import STRUCTS, json_name
from cluster.machinery.meta import Obj
from tests.shared import shared_path

LABEL = "pod-template-hash"


def recorded() -> list[tuple[str, Obj, str]]:
    """Return every recorded ReplicaSet of a Deployment: scenario, template as it was hashed, hash."""
    scenarios = orjson.loads(shared_path("golden", "golden", "public", "scenarios.json").read_bytes())
    found: list[tuple[str, Obj, str]] = []
    for name, scenario in scenarios.items():
        for rs in scenario["final"].get("replicasets") or []:
            alias = (rs["metadata"].get("labels") or {}).get(LABEL)
            if alias:
                template = rs["spec"]["template"]
                del template["metadata"]["labels"][LABEL]
                found.append((f"{name} {alias}", template, scenario["hash_values"][alias]["value"]))
    return found


def test_there_are_recorded_hashes() -> None:
    assert len(recorded()) >= 10


@pytest.mark.parametrize(("template", "value"), [case[1:] for case in recorded()], ids=[case[0] for case in recorded()])
def test_recorded_hash(template: Obj, value: str) -> None:
    assert compute_hash(template) == value


def test_a_collision_changes_the_hash() -> None:
    template: Obj = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    assert len({compute_hash(template), compute_hash(template, 0), compute_hash(template, 1)}) == 3


@pytest.mark.parametrize(
    ("data", "value"), [(b"", 0x811C9DC5), (b"a", 0xE40C292C), (b"foobar", 0xBF9CF968)], ids=["nothing", "one letter", "a word"]
)
def test_fnv32a(data: bytes, value: int) -> None:
    assert fnv32a(data) == value


def test_safe_encode() -> None:
    assert safe_encode("0123456789") == "456789bcdf"


QUANTITIES = [
    ("a decimal one keeps its text", "100m", "value:(int64)100 scale:(resource.Scale)-3", "100m", "DecimalSI"),
    ("a decimal one that ends in three zeros is written anew", "1000", "value:(int64)1000 scale:(resource.Scale)0", "", "DecimalSI"),
    ("a fraction is not canonical", "0.5", "value:(int64)5 scale:(resource.Scale)-1", "", "DecimalSI"),
    ("a binary multiple of 8 loses its text", "64Mi", "value:(int64)67108864 scale:(resource.Scale)0", "", "BinarySI"),
    ("another binary number keeps it", "100Mi", "value:(int64)104857600 scale:(resource.Scale)0", "100Mi", "BinarySI"),
    ("an exponent is a scale", "1e3", "value:(int64)1 scale:(resource.Scale)3", "1e3", "DecimalExponent"),
    ("zero has no format", "0", "value:(int64)0 scale:(resource.Scale)0", "0", ""),
]


@pytest.mark.parametrize(("text", "number", "kept", "format"), [case[1:] for case in QUANTITIES], ids=[case[0] for case in QUANTITIES])
def test_quantity(text: str, number: str, kept: str, format: str) -> None:
    dump = dump_template({"metadata": {}, "spec": {"overhead": {"cpu": text}}})
    wanted = f"i:(resource.int64Amount){{{number}}} d:(resource.infDecAmount){{Dec:(*inf.Dec)<nil>}} s:(string){kept}"
    assert f"Overhead:(v1.ResourceList)map[cpu:{{{wanted} Format:(resource.Format){format}}}]" in dump


@pytest.mark.parametrize(
    ("name", "json"),
    [
        ("Name", "name"),
        ("DNSPolicy", "dnsPolicy"),
        ("HostIP", "hostIP"),
        ("SELinuxOptions", "seLinuxOptions"),
        ("TTY", "tty"),
        ("OS", "os"),
        ("SetHostnameAsFQDN", "setHostnameAsFQDN"),
        ("DeprecatedServiceAccount", "serviceAccount"),
    ],
)
def test_json_name(name: str, json: str) -> None:
    assert json_name(name) == json


CORE, META = "io.k8s.api.core.v1", "io.k8s.apimachinery.pkg.apis.meta.v1"
DEFINED = {name: f"{CORE if f'{CORE}.{bare}' in definitions() else META}.{bare}" for name in STRUCTS if (bare := name.removeprefix("v1."))}
EMBEDDED_ONLY = {"v1.VolumeSource", "v1.ProbeHandler"}
"""Structs that are always inline: no definition is published for them."""


def fields_of(struct: str) -> set[str]:
    """Return the names of a struct's fields in JSON, those of embedded structs included."""
    return {name for field in STRUCTS[struct] for name in ([field.json] if field.json else fields_of(field.type))}


@pytest.mark.parametrize("struct", [name for name in STRUCTS if name not in EMBEDDED_ONLY])
def test_a_struct_has_the_fields_of_its_definition(struct: str) -> None:
    assert fields_of(struct) == set(definitions()[DEFINED[struct]]["properties"])
