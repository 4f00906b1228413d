"""What is said about a definition that does not hold together."""

from __future__ import annotations

import pytest

from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.apiextensions.builders import definition, version
from tests.unit.apiserver.validation.judge import faults

_SCHEMA = "spec.validation.openAPIV3Schema"


def _faults(wanted: Obj, name: str = "widgets.example.com", **meta: object) -> list[str]:
    return faults(CUSTOMRESOURCEDEFINITIONS, {**wanted, "metadata": {"name": name, **meta}})


def _with(field: Obj, **root: object) -> Obj:
    return definition(version(schema={"type": "object", "properties": {"spec": field}, **root}))


@pytest.mark.parametrize(
    ("wanted", "complaints"),
    [
        pytest.param(definition(), [], id="a definition that holds together"),
        pytest.param(
            definition(names={"plural": "gadgets", "kind": "Widget"}),
            ['metadata.name: Invalid value: "widgets.example.com": must be spec.names.plural+"."+spec.group'],
            id="a name that is not plural and group",
        ),
        pytest.param(
            definition(scope="Everywhere"),
            ['spec.scope: Unsupported value: "Everywhere": supported values: "Cluster", "Namespaced"'],
            id="an unknown scope",
        ),
        pytest.param(
            definition({"name": "v1", "served": True, "storage": True}),
            ["spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required"],
            id="a version without a schema",
        ),
        pytest.param(
            definition(version(storage=False)),
            [
                'spec.versions: Invalid value: [{"Name":"v1","Served":true,"Storage":false,"Deprecated":false,"DeprecationWarning":null,'
                '"Schema":null,"Subresources":null,"AdditionalPrinterColumns":null,"SelectableFields":null}]: '
                "must have exactly one version marked as storage version"
            ],
            id="no version that is kept",
        ),
        pytest.param(
            _with({}),
            [f"{_SCHEMA}.properties[spec].type: Required value: must not be empty for specified object fields"],
            id="a field without a type",
        ),
        pytest.param(
            _with({"type": "array"}), [f"{_SCHEMA}.properties[spec].items: Required value: must be specified"], id="a list without items"
        ),
        pytest.param(
            _with({"type": "object", "anyOf": [{"type": "object"}]}),
            [f"{_SCHEMA}.properties[spec].anyOf[0].type: Forbidden: must be empty to be structural"],
            id="a type inside of anyOf",
        ),
        pytest.param(
            _with({"type": "object", "anyOf": [{"required": ["a"], "properties": {"a": {"minimum": 1}}}]}),
            [
                f"{_SCHEMA}.properties[spec].properties[a]: Required value: because it is defined in "
                f"{_SCHEMA}.properties[spec].anyOf[0].properties[a]"
            ],
            id="a field that only anyOf knows",
        ),
        pytest.param(
            _with({"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": True}),
            [],
            id="integer or string, as it is written",
        ),
        pytest.param(
            _with({"type": "string", "default": 1}),
            [f'{_SCHEMA}.properties[spec].default: Invalid value: "integer":  in body must be of type string: "integer"'],
            id="a default of another type",
        ),
        pytest.param(
            _with({"type": "object", "default": {"b": 1}, "properties": {"a": {"type": "string"}}}),
            [f'{_SCHEMA}.properties[spec].default: Invalid value: {{"b":1}}: must not have unknown fields'],
            id="a default with a field that the schema lacks",
        ),
        pytest.param(
            _with(
                {
                    "type": "array",
                    "items": {"type": "object", "properties": {"a": {"type": "string"}}},
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["a"],
                }
            ),
            [
                f"{_SCHEMA}.properties[spec].items.properties[a].default: Required value: this property is in x-kubernetes-list-map-keys, "
                "so it must have a default or be a required property"
            ],
            id="a key that may be missing",
        ),
        pytest.param(
            _with({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}}),
            [f"{_SCHEMA}.properties[spec].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive"],
            id="fields and any fields",
        ),
        pytest.param(
            _with({"type": "string", "$ref": "#/x"}),
            [f"{_SCHEMA}.properties[spec].$ref: Forbidden: $ref is not supported"],
            id="a reference",
        ),
        pytest.param(
            definition(version(additionalPrinterColumns=[{"name": "A", "type": "text", "jsonPath": "spec.a"}])),
            [
                'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
                'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "spec.a": must be a simple json path starting with .',
            ],
            id="a column of an unknown type",
        ),
        pytest.param(
            definition(version(subresources={"scale": {"specReplicasPath": ".spec.n", "statusReplicasPath": ".spec.n"}})),
            ['spec.subresources.scale.statusReplicasPath: Invalid value: ".spec.n": should be a json path under .status'],
            id="a scale that counts in the wrong half",
        ),
        pytest.param(
            definition(version(selectableFields=[{"jsonPath": ".spec.nothing"}])),
            [
                'spec.selectableFields[0].jsonPath: Invalid value: ".spec.nothing": '
                'is an invalid path: does not refer to a valid field: "nothing"'
            ],
            id="a field to select that is not there",
        ),
        pytest.param(
            definition(version(), version("v2", storage=False, schema={"type": "string"})),
            ['spec.versions[1].schema.openAPIV3Schema.type: Invalid value: "string": must be object at the root'],
            id="what only one version has is found at that version",
        ),
        pytest.param(
            definition(conversion={"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v9"]}}),
            [
                "spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook",
                'spec.conversion.conversionReviewVersions: Invalid value: ["v9"]: must include at least one of v1, v1beta1',
            ],
            id="a webhook without an address",
        ),
    ],
)
def test_a_definition_is_judged(wanted: Obj, complaints: list[str]) -> None:
    assert _faults(wanted) == complaints


def test_a_group_of_the_community_needs_an_approval() -> None:
    wanted = definition(group="x.k8s.io")
    pull = "https://github.com/kubernetes/enhancements/pull/1111"
    missing = f'protected groups must have approval annotation "api-approved.kubernetes.io", see {pull}'
    assert _faults(wanted, "widgets.x.k8s.io") == [f"metadata.annotations[api-approved.kubernetes.io]: Required value: {missing}"]
    assert _faults(wanted, "widgets.x.k8s.io", annotations={"api-approved.kubernetes.io": pull}) == []


def test_a_rule_that_does_not_parse_is_refused() -> None:
    (fault,) = _faults(_with({"type": "integer", "x-kubernetes-validations": [{"rule": "self >"}]}))
    assert fault.startswith(f'{_SCHEMA}.properties[spec].x-kubernetes-validations[0].rule: Invalid value: "self >": compilation failed: ')
