"""Custom resources as kubectl sees them: a definition is applied, used in every way, and taken away."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest

from tests.parity.conftest import Kubectl

pytestmark = pytest.mark.kubectl

_DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.parity.example.com}
spec:
  group: parity.example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        description: A widget of the course.
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1, description: How large the widget is.}
              colour: {type: string, enum: [red, blue], default: red}
              replicas: {type: integer, default: 1}
            x-kubernetes-validations:
            - {rule: "self.replicas <= self.size", message: no more replicas than size}
          status:
            type: object
            properties:
              replicas: {type: integer}
              phase: {type: string}
              selector: {type: string}
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.selector}
    selectableFields: [{jsonPath: .spec.colour}]
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
    - {name: Phase, type: string, jsonPath: .status.phase}
    - {name: Colour, type: string, jsonPath: .spec.colour, priority: 1}
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
  - name: v1beta1
    served: true
    storage: false
    deprecated: true
    schema:
      openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""


@pytest.fixture
def widgets(kubectl: Kubectl) -> Iterator[Kubectl]:
    """kubectl with the definition applied and established."""
    kubectl("apply", "-f", "-", stdin=_DEFINITION)
    kubectl("wait", "--for=condition=Established", "crd/widgets.parity.example.com", "--timeout=30s")
    yield kubectl
    kubectl("delete", "crd", "widgets.parity.example.com", "--ignore-not-found", "--timeout=60s")


def _widget(name: str, **spec: object) -> str:
    return json.dumps({"apiVersion": "parity.example.com/v1", "kind": "Widget", "metadata": {"name": name}, "spec": spec})


def _columns(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_a_widget_lives_through_everything_that_kubectl_can_do(widgets: Kubectl) -> None:
    assert widgets("apply", "-f", "-", stdin=_widget("w1", size=3)) == "widget.parity.example.com/w1 created\n"
    assert [row[:2] for row in _columns(widgets("get", "wd"))] == [["NAME", "SIZE"], ["w1", "3"]]
    assert _columns(widgets("get", "widgets", "-o", "wide"))[0] == ["NAME", "SIZE", "PHASE", "COLOUR", "AGE"]
    assert widgets("scale", "widget/w1", "--replicas=2") == "widget.parity.example.com/w1 scaled\n"
    patch = '{"status":{"phase":"Ready","replicas":2},"spec":{"size":99}}'
    widgets("patch", "widget", "w1", "--subresource=status", "--type=merge", "-p", patch)
    printed = json.loads(widgets("get", "widget", "w1", "-o", "json"))
    assert printed["spec"] == {"size": 3, "colour": "red", "replicas": 2}
    assert (printed["status"], printed["metadata"]["generation"]) == ({"phase": "Ready", "replicas": 2}, 2)
    assert "w1" in widgets("get", "widgets", "--field-selector", "spec.colour=red", "-o", "name")
    assert "No resources found" in widgets("get", "widgets", "--field-selector", "spec.colour=blue")
    assert "deprecated" in widgets("get", "widgets.v1beta1.parity.example.com", "w1")
    assert widgets("delete", "widget", "w1").startswith('widget.parity.example.com "w1" deleted')


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        pytest.param({"size": 0}, "spec.size in body should be greater than or equal to 1", id="a number below its minimum"),
        pytest.param({"size": 1, "replicas": 2}, "no more replicas than size", id="a rule that is broken"),
        pytest.param(
            {"size": 1, "colour": "green"}, 'Unsupported value: "green": supported values: "red", "blue"', id="a value outside of an enum"
        ),
        pytest.param({"size": 1, "sise": 2}, 'unknown field "spec.sise"', id="a field that the schema lacks"),
        pytest.param({}, "spec.size: Required value", id="a field that is missing"),
    ],
)
def test_a_widget_that_does_not_fit_is_refused(widgets: Kubectl, spec: dict[str, object], complaint: str) -> None:
    assert complaint in widgets("create", "-f", "-", stdin=_widget("bad", **spec), ok=False)


def test_a_definition_that_is_applied_again_stays_as_it_is(widgets: Kubectl) -> None:
    assert widgets("apply", "-f", "-", stdin=_DEFINITION).endswith("unchanged\n")
    assert "widgets.parity.example.com" in widgets("get", "crd")
    assert ["widgets", "wd", "parity.example.com/v1", "true", "Widget"] in _columns(widgets("api-resources"))


def test_kubectl_explains_the_kind(widgets: Kubectl) -> None:
    assert "How large the widget is." in widgets("explain", "widget.spec.size")
    assert "A widget of the course." in widgets("explain", "widgets")


def test_a_widget_is_applied_by_the_server(widgets: Kubectl) -> None:
    widgets("apply", "--server-side", "-f", "-", stdin=_widget("ssa", size=2))
    conflict = widgets("apply", "--server-side", "--field-manager=other", "-f", "-", stdin=_widget("ssa", size=5), ok=False)
    assert ".spec.size" in conflict


def test_deleting_the_definition_deletes_its_objects_and_ends_the_watch(widgets: Kubectl) -> None:
    widgets("apply", "-f", "-", stdin=_widget("last", size=1))
    with subprocess.Popen(widgets.command("get", "widgets", "-w", "-o", "name"), stdout=subprocess.PIPE, text=True) as watch:
        assert watch.stdout is not None
        assert watch.stdout.readline() == "widget.parity.example.com/last\n"
        assert "deleted" in widgets("delete", "crd", "widgets.parity.example.com", "--timeout=60s")
        watch.communicate(timeout=60)
    assert "the server could not find the requested resource" in widgets("get", "widgets", ok=False)
