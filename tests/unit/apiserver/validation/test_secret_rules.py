"""Rules of Secrets: the faults that breaking each of them causes, and no others."""

from __future__ import annotations

import base64

import pytest

from cluster.apiserver.registry import strategies
from cluster.machinery.kinds.core import PODTEMPLATES, SECRETS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.unit.apiserver.validation.judge import made
from tests.unit.controller_manager.authority import AUTHORITY


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


_KEY = _base64("{}")
_SECRETS: dict[str, tuple[Obj, list[str]]] = {
    "plain data": ({"stringData": {"a": "b"}}, []),
    "a key that is no file name": ({"data": {"..": ""}}, ["data[..]: Invalid value: \"..\": must not be '..'"]),
    "too much": ({"data": {"a": _base64("x" * 1048577)}}, ["data: Too long: may not be more than 1048576 bytes"]),
    "a login without both": (
        {"type": "kubernetes.io/basic-auth"},
        ["data[username]: Required value", "data[password]: Required value"],
    ),
    "a login with a name": ({"type": "kubernetes.io/basic-auth", "stringData": {"username": ""}}, []),
    "no private key": ({"type": "kubernetes.io/ssh-auth"}, ["data[ssh-privatekey]: Required value"]),
    "no certificate": ({"type": "kubernetes.io/tls"}, ["data[tls.crt]: Required value", "data[tls.key]: Required value"]),
    "a login file that is no JSON": (
        {"type": "kubernetes.io/dockerconfigjson", "stringData": {".dockerconfigjson": "x"}},
        ["data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid character 'x' looking for beginning of value"],
    ),
    "a login file that ends too early": (
        {"type": "kubernetes.io/dockercfg", "stringData": {".dockercfg": "{"}},
        ['data[.dockercfg]: Invalid value: "<secret contents redacted>": unexpected end of JSON input'],
    ),
    "a login file that is a list": (
        {"type": "kubernetes.io/dockercfg", "stringData": {".dockercfg": "[]"}},
        [
            'data[.dockercfg]: Invalid value: "<secret contents redacted>": '
            "json: cannot unmarshal array into Go value of type map[string]interface {}"
        ],
    ),
    "a login file": ({"type": "kubernetes.io/dockercfg", "data": {".dockercfg": _KEY}}, []),
}


@pytest.mark.parametrize(("body", "faults"), _SECRETS.values(), ids=_SECRETS.keys())
def test_a_rule(body: Obj, faults: list[str]) -> None:
    assert [str(fault) for fault in strategies[SECRETS].validate(made(SECRETS, body))] == faults


_META: Obj = {"metadata": {"name": "x", "resourceVersion": "1"}}
_CHANGES = [
    pytest.param(SECRETS, {"type": "a"}, {"type": "b"}, ['type: Invalid value: "b": field is immutable'], id="the type of a Secret"),
    pytest.param(
        SECRETS,
        {"immutable": True, "data": {"a": ""}},
        {"data": {"b": ""}},
        [
            "immutable: Forbidden: field is immutable when `immutable` is set",
            "data: Forbidden: field is immutable when `immutable` is set",
        ],
        id="an immutable Secret",
    ),
]


@pytest.mark.parametrize(("kind", "before", "after", "faults"), _CHANGES)
def test_what_is_chosen_once(kind: Kind, before: Obj, after: Obj, faults: list[str]) -> None:
    old, new = made(kind, {**_META, **before}), made(kind, {**_META, **after})
    assert [str(fault) for fault in strategies[kind].validate_update(new, old)] == faults


_TLS = {"type": "kubernetes.io/tls"}
_WARNINGS = [
    pytest.param(
        SECRETS,
        {**_TLS, "data": {"tls.crt": "", "tls.key": ""}},
        ["tls: failed to find any PEM data in certificate input"],
        id="no certificate",
    ),
    pytest.param(
        SECRETS,
        {**_TLS, "stringData": {"tls.crt": AUTHORITY.pem, "tls.key": ""}},
        ["tls: failed to find any PEM data in key input"],
        id="no key",
    ),
    pytest.param(
        PODTEMPLATES,
        {"template": {"spec": {"containers": [{"name": "c", "image": "i", "env": [{"name": "a"}, {"name": "a"}]}]}}},
        ['template.spec.containers[0].env[1]: hides previous definition of "a", which may be dropped when using apply'],
        id="a variable twice",
    ),
]


@pytest.mark.parametrize(("kind", "body", "warnings"), _WARNINGS)
def test_what_is_accepted_with_a_warning(kind: Kind, body: Obj, warnings: list[str]) -> None:
    assert strategies[kind].warnings(made(kind, body)) == warnings
