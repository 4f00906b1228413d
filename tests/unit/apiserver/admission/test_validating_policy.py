"""Policies that judge objects: what they are about, what they say, and what comes of it."""

from __future__ import annotations

import pytest

from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.admissionregistration import VALIDATINGADMISSIONPOLICIES, VALIDATINGADMISSIONPOLICYBINDINGS
from cluster.machinery.kinds.core import CONFIGMAPS, NAMESPACES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import Rig
from tests.unit.apiserver.validation.judge import faults as faults_of

_RULE: Obj = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}
_DENIED = "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: "


def _policy(*validations: Obj, **spec: object) -> Obj:
    full = {"matchConstraints": {"resourceRules": [_RULE]}, "validations": list(validations), **spec}
    return {"metadata": {"name": "p"}, "spec": full}


def _binding(*actions: str, **spec: object) -> Obj:
    return {"metadata": {"name": "b"}, "spec": {"policyName": "p", "validationActions": list(actions) or ["Deny"], **spec}}


def _rig(policy: Obj, binding: Obj | None = None) -> Rig:
    rig = Rig("default")
    rig.admin.create(VALIDATINGADMISSIONPOLICIES, policy)
    rig.admin.create(VALIDATINGADMISSIONPOLICYBINDINGS, binding or _binding())
    return rig


def _config(name: str = "c", **data: str) -> Obj:
    return {"metadata": {"name": name, "namespace": "default", "labels": {"team": "a"}}, "data": data}


def _answer(rig: Rig, obj: Obj) -> str:
    """Return why an object is refused, an empty text when it is not."""
    try:
        rig.admin.create(CONFIGMAPS, obj)
    except ApiError as error:
        return error.message.removeprefix('configmaps "c" is forbidden: ')
    return ""


_FIVE: Obj = {"expression": "int(object.data.size) <= 5"}


@pytest.mark.parametrize(
    ("policy", "answer"),
    [
        pytest.param(_policy({"expression": "int(object.data.size) <= 9"}), "", id="what holds"),
        pytest.param(_policy(_FIVE), f"{_DENIED}failed expression: int(object.data.size) <= 5", id="what does not"),
        pytest.param(_policy({**_FIVE, "message": "too big"}), f"{_DENIED}too big", id="in its own words"),
        pytest.param(
            _policy({**_FIVE, "message": "too big", "messageExpression": "'not ' + object.data.size"}),
            f"{_DENIED}not 7",
            id="in words that are worked out",
        ),
        pytest.param(
            _policy({"expression": "variables.size <= 5"}, variables=[{"name": "size", "expression": "int(object.data.size)"}]),
            f"{_DENIED}failed expression: variables.size <= 5",
            id="by a variable",
        ),
        pytest.param(
            _policy(_FIVE, matchConditions=[{"name": "small", "expression": "request.userInfo.username == 'nobody'"}]),
            "",
            id="of whom it is not about",
        ),
        pytest.param(
            _policy(_FIVE, matchConstraints={"resourceRules": [_RULE], "objectSelector": {"matchLabels": {"team": "b"}}}),
            "",
            id="of objects that it is not about",
        ),
        pytest.param(_policy({"expression": "object.data.gone == ''"}, failurePolicy="Ignore"), "", id="what fails and may"),
    ],
)
def test_what_a_policy_says(policy: Obj, answer: str) -> None:
    assert _answer(_rig(policy), _config(size="7")) == answer


def test_what_fails_refuses() -> None:
    answer = _answer(_rig(_policy({"expression": "object.data.gone == ''"})), _config(size="7"))
    assert answer.startswith(f"{_DENIED}expression 'object.data.gone == ''' resulted in error: ")


def test_a_refusal_is_as_upstreams() -> None:
    rig = _rig(_policy({**_FIVE, "message": "too big", "reason": "Forbidden"}))
    with pytest.raises(ApiError) as refusal:
        rig.admin.create(CONFIGMAPS, _config(size="7"))
    assert (refusal.value.code, refusal.value.reason, refusal.value.details) == (
        403,
        "Forbidden",
        {"name": "c", "kind": "configmaps", "causes": [{"message": f"{_DENIED}too big"}]},
    )


def test_a_warning_lets_pass() -> None:
    assert _answer(_rig(_policy(_FIVE), _binding("Warn")), _config(size="7")) == ""


def test_a_binding_narrows_its_policy() -> None:
    elsewhere = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "other"}}}
    rig = _rig(_policy(_FIVE), _binding(matchResources=elsewhere))
    here = _answer(rig, _config(size="7"))
    rig.admin.create(NAMESPACES, {"metadata": {"name": "other"}})
    there = _answer(rig, {**_config(size="7"), "metadata": {"name": "c", "namespace": "other"}})
    assert (here, there) == ("", f"{_DENIED}failed expression: int(object.data.size) <= 5")


@pytest.mark.parametrize(
    ("limit", "answer"),
    [
        pytest.param("9", "", id="a parameter that allows it"),
        pytest.param("5", f"{_DENIED}failed expression: int(object.data.size) <= int(params.data.limit)", id="one that does not"),
        pytest.param(
            None,
            f"{_DENIED}failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction",
            id="none",
        ),
    ],
)
def test_a_policy_with_a_parameter(limit: str | None, answer: str) -> None:
    policy = _policy(
        {"expression": "int(object.data.size) <= int(params.data.limit)"},
        paramKind={"apiVersion": "v1", "kind": "ConfigMap"},
        matchConditions=[{"name": "c", "expression": "request.name == 'c'"}],
    )
    rig = Rig("default")
    if limit is not None:
        rig.admin.create(CONFIGMAPS, _config("limits", limit=limit))
    rig.admin.create(VALIDATINGADMISSIONPOLICIES, policy)
    rig.admin.create(VALIDATINGADMISSIONPOLICYBINDINGS, _binding(paramRef={"name": "limits", "parameterNotFoundAction": "Deny"}))
    assert _answer(rig, _config(size="7")) == answer


def test_deletions_are_judged() -> None:
    rule = {**_RULE, "operations": ["DELETE"]}
    rig = _rig(_policy({"expression": "oldObject.data.size != '7'"}, matchConstraints={"resourceRules": [rule]}))
    rig.admin.create(CONFIGMAPS, _config(size="7"))
    with pytest.raises(ApiError) as refusal:
        rig.admin.delete(CONFIGMAPS, "c", "default")
    assert refusal.value.message.endswith(f"{_DENIED}failed expression: oldObject.data.size != '7'")


@pytest.mark.parametrize(
    ("policy", "faults"),
    [
        pytest.param(_policy(_FIVE), [], id="one that asks something"),
        pytest.param(
            {"metadata": {"name": "p"}, "spec": {"failurePolicy": "Shrug"}},
            [
                'spec.failurePolicy: Unsupported value: "Shrug": supported values: "Fail", "Ignore"',
                "spec.matchConstraints: Required value",
                "spec.validations: Required value: validations or auditAnnotations must contain at least one item",
                "spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item",
            ],
            id="nothing of nothing",
        ),
        pytest.param(
            _policy({"expression": ""}, variables=[{"name": "a", "expression": "1"}, {"name": "a", "expression": "2"}]),
            [
                'spec.variables[1].name: Duplicate value: "a"',
                "spec.validations[0].expression: Required value: expression is not specified",
            ],
            id="no expression, and two variables of a name",
        ),
    ],
)
def test_what_is_wrong_with_a_policy(policy: Obj, faults: list[str]) -> None:
    assert faults_of(VALIDATINGADMISSIONPOLICIES, policy) == faults


def test_what_is_wrong_with_a_binding() -> None:
    binding = {"metadata": {}, "spec": {"policyName": "", "validationActions": ["Deny", "Warn"]}}
    assert faults_of(VALIDATINGADMISSIONPOLICYBINDINGS, binding) == [
        "spec.policyName: Required value",
        'spec.validationActions: Invalid value: ["Deny","Warn"]: '
        "must not contain both Deny and Warn (repeating the same validation failure information)",
    ]
