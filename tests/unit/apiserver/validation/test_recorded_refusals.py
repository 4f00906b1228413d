"""What a real server said to bad requests: every recorded case that decoding, defaults and rules alone decide.

The others are listed with the part of the server that decides them.
"""

from __future__ import annotations

import json
from functools import cache
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
import yaml

from cluster.apiserver import schema
from cluster.apiserver.registry import strategies
from cluster.machinery.errors import ApiError, FieldError, unprocessable
from cluster.machinery.kinds import BUILT_IN
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import CONFIGMAPS, NODES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.shared import shared_path

_BASES = {"{c}": "/api/v1/namespaces/bad", "{a}": "/apis/apps/v1/namespaces/bad", "{b}": "/apis/batch/v1/namespaces/bad"}

_UID = "0f3c"
_DECIDED_ELSEWHERE = {
    "apiversion-garbage": "the body's first bytes are quoted: the HTTP side has them",
    "create-generate-name-bad": "the registry generates the name",
    "create-pod-exists": "the registry finds the name taken",
    "endpoints-bad-ip": "the handler warns of the old kind",
    "dryrun-bad": "the HTTP side reads the options",
    "field-validation-bad": "the HTTP side reads the options",
    "namespace-exists": "the registry finds the name taken",
    "pod-priority-by-class": "admission fills the priority in",
    "pod-sa-missing": "admission looks the account up",
}
"""Creations of served kinds that need more than their own kind's rules."""


@cache
def _golden() -> Obj:
    answers: Obj = json.loads(shared_path("golden", "golden", "public", "bad_requests.json").read_text().replace("<uid>", _UID))
    return answers


@cache
def _cases() -> dict[str, Obj]:
    text = shared_path("golden", "bad_requests.yaml").read_text()
    for mark, value in {**_BASES, "{L253}": "l" * 254, "{L}": "l" * 64}.items():
        text = text.replace(mark, value)
    return {case["name"]: case for case in yaml.load(text, Loader=yaml.CSafeLoader)["cases"]}


def _target(case: Obj) -> tuple[str, Kind | None, str, Obj]:
    """Return verb, kind (None: not a plain collection or object of a served kind), namespace and query of a case."""
    verb, _, url = case["do"].partition(" ")
    parts = urlsplit(url)
    words = parts.path.strip("/").split("/")
    group, version, rest = (
        ("", words[1], words[2:]) if words[0] == "api" else ("", "", []) if words[0] != "apis" else (*words[1:3], words[3:])
    )
    namespace = ""
    if len(rest) > 2 and rest[0] == "namespaces":
        namespace, rest = rest[1], rest[2:]
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    kind = BUILT_IN.by_resource(group, version, rest[0]) if len(rest) == (1 if verb == "POST" else 2) else None
    return verb, kind, namespace, query


def _creations() -> list[str]:
    found = []
    for name, case in _cases().items():
        verb, kind, _, _ = _target(case)
        if verb == "POST" and kind and isinstance(case.get("body"), dict) and not case.get("headers"):
            found.append(name)
    return found


def _refused(kind: Kind, obj: Obj, faults: list[FieldError]) -> None:
    if faults:
        raise unprocessable(kind.group, kind.kind, obj["metadata"].get("name", ""), faults)


def _defaulted(kind: Kind, body: Obj, namespace: str, field_validation: str = "Warn") -> tuple[Obj, list[str]]:
    obj, warnings = schema.decode(kind, body, field_validation)
    if namespace:
        obj["metadata"].setdefault("namespace", namespace)
    strategies[kind].default(obj)
    return obj, list(warnings)


def _create(case: Obj) -> Obj:
    _, kind, namespace, query = _target(case)
    assert kind is not None
    obj, warnings = _defaulted(kind, case["body"], namespace, query.get("fieldValidation", ""))
    strategy = strategies[kind]
    obj["metadata"]["uid"] = _UID
    strategy.prepare_for_create(obj)
    _refused(kind, obj, strategy.validate(obj))
    answer: Obj = {"code": 201}
    warnings += strategy.warnings(obj)
    return answer | ({"warnings": ["299 - " + json.dumps(warning) for warning in warnings]} if warnings else {})


def _answer(error: ApiError) -> Obj:
    details = dict(error.details or {})
    causes = details.pop("causes", [])
    return {
        "causes": causes,
        "code": error.code,
        "details": details,
        "message": error.message,
        "reason": error.reason,
        "status": "Failure",
    }


@pytest.mark.parametrize("name", [name for name in _creations() if name not in _DECIDED_ELSEWHERE])
def test_a_creation_is_answered_as_a_real_server_answers_it(name: str) -> None:
    try:
        answer = _create(_cases()[name])
    except ApiError as error:
        answer = _answer(error)
    assert answer == {key: value for key, value in _golden()[name].items() if key != "got"}


def test_the_cases_decided_elsewhere_are_cases() -> None:
    assert set(_DECIDED_ELSEWHERE) <= set(_creations())


def _container(**fields: object) -> Obj:
    return {"name": "c", "image": "nginx:1.25", **fields}


_WEB: Obj = {
    "metadata": {"name": "web", "resourceVersion": "1"},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"schedulerName": "nobody", "containers": [_container()]}},
    },
}
_POD: Obj = {"metadata": {"name": "pod", "resourceVersion": "1"}, "spec": {"containers": [_container()]}}
_NODE: Obj = {"metadata": {"name": "bad-node", "resourceVersion": "1"}, "spec": {"providerID": "x://1"}}
_FIXED: Obj = {"metadata": {"name": "fixed", "resourceVersion": "1"}, "immutable": True, "data": {"k": "v"}}


def _changed(obj: Obj, **spec: object) -> Obj:
    copy: Obj = orjson.loads(orjson.dumps(obj))
    copy["spec"].update(spec)
    return copy


_OTHER_SELECTOR = _changed(
    _WEB,
    selector={"matchLabels": {"app": "other"}},
    template={"metadata": {"labels": {"app": "other"}}, "spec": {"containers": [_container()]}},
)

_UPDATES = [
    pytest.param("deploy-selector-immutable", DEPLOYMENTS, _WEB, _OTHER_SELECTOR, id="a Deployment's selector is chosen once"),
    pytest.param(
        "node-dup-taint",
        NODES,
        _NODE,
        _changed(
            _NODE,
            taints=[{"key": "k", "value": "a", "effect": "NoSchedule"}, {"key": "k", "value": "b", "effect": "NoSchedule"}],
        ),
        id="two taints of one key and effect",
    ),
    pytest.param("node-podcidr-change", NODES, _NODE, _changed(_NODE, providerID="x://2"), id="a node's provider is named once"),
    pytest.param(
        "pod-update-resources",
        PODS,
        _POD,
        _changed(_POD, containers=[_container(resources={"requests": {"cpu": "200m"}})]),
        id="a pod's requests stay",
    ),
    pytest.param(
        "pod-update-add-container",
        PODS,
        _POD,
        _changed(_POD, containers=[_container(), {"name": "d", "image": "i"}]),
        id="a pod's containers stay",
    ),
]


@pytest.mark.parametrize(("name", "kind", "old", "new"), _UPDATES)
def test_a_change_is_answered_as_a_real_server_answers_it(name: str, kind: Kind, old: Obj, new: Obj) -> None:
    namespace = "bad" if kind.namespaced else ""
    before, after = _defaulted(kind, old, namespace)[0], _defaulted(kind, new, namespace)[0]
    strategies[kind].prepare_for_update(after, before)
    with pytest.raises(ApiError) as refusal:
        _refused(kind, after, strategies[kind].validate_update(after, before))
    answer = _masked(_answer(refusal.value))
    assert answer == _golden()[name]


def _masked(answer: Obj) -> Obj:
    """Hide what the recording hides: structs in messages, and the difference that follows a pod's refusal."""
    text = json.dumps(answer)
    text = text.replace(json.dumps('{"matchLabels":{"app":"other"}}')[1:-1], "<object>")
    for piece in [
        *answer["message"].split("\n", 1)[1:],
        *(c["message"].split("\n", 1)[-1] for c in answer["causes"] if "\n" in c["message"]),
    ]:
        text = text.replace(json.dumps(piece)[1:-1], "<diff>")
    masked: Obj = json.loads(text)
    return masked


@pytest.mark.parametrize(
    ("name", "new"),
    [
        pytest.param(
            "pod-update-tolerations-add", _changed(_POD, tolerations=[{"key": "zz", "operator": "Exists"}]), id="a toleration more"
        ),
        pytest.param("put-no-rv-pod", _changed(_POD, containers=[_container(image="other")]), id="another image"),
    ],
)
def test_a_pod_may_change_in_a_few_fields(name: str, new: Obj) -> None:
    before, after = _defaulted(PODS, _POD, "bad")[0], _defaulted(PODS, new, "bad")[0]
    after["spec"]["containers"][0]["imagePullPolicy"] = before["spec"]["containers"][0]["imagePullPolicy"]
    assert name in _golden()
    assert strategies[PODS].validate_update(after, before) == []


def test_an_immutable_config_map_stays() -> None:
    before = _defaulted(CONFIGMAPS, _FIXED, "bad")[0]
    after = _defaulted(CONFIGMAPS, {**_FIXED, "immutable": None, "data": {"k": "other"}}, "bad")[0]
    faults = [str(fault) for fault in strategies[CONFIGMAPS].validate_update(after, before)]
    reason = "field is immutable when `immutable` is set"
    assert faults == [f"immutable: Forbidden: {reason}", f"data: Forbidden: {reason}"]
