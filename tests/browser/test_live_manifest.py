"""The manifest panel before a real server: errors on their lines, several documents at once, samples."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.live import Viewer, objects, wait_until

pytestmark = pytest.mark.browser

WEB = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: panel
spec:
  replicas: 1
  selector:
    matchLabels:
      app: panel
  template:
    metadata:
      labels:
        app: panel
    spec:
      containers:
      - name: web
        image: nginx:1.27
"""
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: panel-settings\ndata:\n  colour: blue\n"

# The line that CodeMirror underlines and the line of the mark in its gutter, both from 1.
MARKED = """() => {
  const root = document.getElementById("manifest-editor").shadowRoot;
  const lines = [...root.querySelectorAll(".cm-line")];
  const under = [...root.querySelectorAll(".cm-lintRange-error")].map((range) => lines.indexOf(range.closest(".cm-line")) + 1);
  const heights = [...root.querySelectorAll(".cm-lint-marker-error")].map((mark) => mark.getBoundingClientRect());
  const beside = heights.map(({ top, height }) => lines.findIndex((line) => line.getBoundingClientRect().bottom > top + height / 2) + 1);
  return { under: [...new Set(under)], beside };
}"""


def write(viewer: Viewer, text: str) -> None:
    """Open the panel and put a text into the editor as a person does."""
    viewer.page.keyboard.press("m")
    viewer.page.click(".cm-content")
    viewer.page.keyboard.press("Control+a")
    viewer.page.keyboard.insert_text(text)


def expect_mark(viewer: Viewer, line: int) -> None:
    """Wait until one line is underlined and has a mark beside it, which the editor draws after the error is told."""
    marked = {"under": [line], "beside": [line]}
    wait_until(viewer, lambda: viewer.page.evaluate(MARKED) == marked, f"line {line} is not the one that is marked")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param(WEB.replace("replicas: 1", "replicas: -1"), 6, "spec.replicas: Invalid value: -1", id="a number that is too small"),
        pytest.param(WEB.replace("replicas: 1", "replicas: two"), 6, "replicas", id="a word for a number"),
        pytest.param(WEB.replace("replicas: 1", "replica: 1"), 6, 'unknown field "spec.replica"', id="a field that does not exist"),
        pytest.param(
            WEB.replace("        app: panel", "        app: other"),
            12,
            "`selector` does not match template `labels`",
            id="labels that do not match",
        ),
        pytest.param(WEB.replace("        image: nginx:1.27\n", ""), 16, "image: Required value", id="a field that is missing"),
        pytest.param(WEB.replace("name: panel", "name: Panel_1"), 4, "metadata.name: Invalid value", id="a name that is none"),
        pytest.param(WEB.replace("kind: Deployment", "kind: Deplyment"), 2, "Deplyment", id="a kind that does not exist"),
        pytest.param(WEB.replace("  replicas: 1", "\treplicas: 1"), 6, "This is not YAML", id="a tab instead of spaces"),
        pytest.param(
            f"{SETTINGS.replace('panel', 'first')}---\n{WEB.replace('replicas: 1', 'replicas: -1')}",
            13,
            "spec.replicas",
            id="in the second document",
        ),
    ],
)
def test_a_bad_manifest_shows_the_servers_error_on_its_line(viewer: Viewer, text: str, line: int, message: str) -> None:
    write(viewer, text)
    faulty = viewer.page.locator("#manifest-results > [data-state=faulty]")
    expect(faulty).to_have_count(1)
    expect(faulty).to_contain_text(message)
    expect(faulty).to_contain_text(f"Line {line}:")
    expect_mark(viewer, line)
    with viewer.page.expect_response("**/manifests"):
        viewer.page.click("#manifest-apply")
    expect(faulty).to_contain_text(message)
    expect(viewer.page.locator("#manifest")).to_be_visible()
    assert objects(viewer.kubectl, "deployments") == []


def test_the_editor_proposes_the_fields_that_fit_and_explains_them(viewer: Viewer) -> None:
    write(viewer, "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: panel\nspec:\n  ")
    proposals = viewer.page.locator(".cm-tooltip-autocomplete li[aria-selected]")
    for typed, proposed in (("te", "template"), ("sp", "spec"), ("cont", "containers"), ("ima", "image")):
        viewer.page.keyboard.type(typed)
        expect(proposals).to_contain_text(proposed)
        viewer.page.wait_for_timeout(100)  # the editor takes no Enter in the first moment of a list
        viewer.page.keyboard.press("Enter")
    viewer.page.keyboard.type("nginx")
    lines = viewer.page.locator(".cm-line")
    assert lines.all_inner_texts()[5:] == ["  template:", "    spec:", "      containers:", "        - image: nginx"]
    lines.nth(7).hover(position={"x": 80, "y": 8})
    expect(viewer.page.locator(".cm-tooltip-hover .field-help-title")).to_have_text("spec.template.spec.containers []Container · required")


def test_several_documents_are_applied_at_once_and_again_unchanged(viewer: Viewer) -> None:
    write(viewer, f"{SETTINGS}---\n{WEB}")
    results = viewer.page.locator("#manifest-results > li")
    expect(results).to_have_count(2)
    viewer.page.click("#manifest-apply")
    expect(viewer.page.locator("#toast")).to_contain_text("configmap/panel-settings created")
    expect(viewer.page.locator("#toast")).to_contain_text("deployment/panel created")
    write(viewer, f"{SETTINGS.replace('blue', 'red')}---\n{WEB}")
    viewer.page.click("#manifest-apply")
    expect(viewer.page.locator("#toast")).to_contain_text("configmap/panel-settings configured")
    expect(viewer.page.locator("#toast")).to_contain_text("deployment/panel unchanged")
    assert viewer.kubectl("get", "configmap", "panel-settings", "-o", "jsonpath={.data.colour}") == "red"
    viewer.kubectl("delete", "configmap", "panel-settings")


def test_the_form_writes_the_yaml_beside_it_and_a_pod_comes_of_it(viewer: Viewer) -> None:
    viewer.apply_form(kind="Pod", name="alone", image="nginx:1.27", labels="app=alone", cpu="100m", memory="64Mi")
    viewer.soon("""() => document.querySelector('[data-key="pods/default/alone"]')?.dataset.state === 'running'""")
    (pod,) = objects(viewer.kubectl, "pods")
    assert pod["metadata"]["labels"] == {"app": "alone"}
    assert pod["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "100m", "memory": "64Mi"}
    assert "memory: 64Mi" in viewer.text(".cm-content")


@pytest.mark.parametrize("sample", ["1-pod", "2-deployment", "3-broken-image", "5-crash-loop", "6-several-documents"])
def test_a_sample_is_valid_as_it_stands(viewer: Viewer, sample: str) -> None:
    viewer.page.keyboard.press("m")
    results = viewer.page.locator("#manifest-results")
    expect(results).to_have_attribute("data-state", "good")
    with viewer.page.expect_response("**/manifests") as checked:
        viewer.page.locator("#manifest-samples").select_option(sample)
    documents = checked.value.json()["documents"]
    expect(results.locator("> [data-state=good]")).to_have_count(len(documents))
    expect(results).to_have_attribute("data-state", "good")


def test_the_sample_of_several_documents_makes_a_namespace_and_what_is_in_it(viewer: Viewer) -> None:
    viewer.page.keyboard.press("m")
    viewer.page.locator("#manifest-samples").select_option("6-several-documents")
    viewer.page.click("#manifest-apply")
    for made in ("namespace/shop created", "configmap/settings created", "deployment/api created"):
        expect(viewer.page.locator("#toast")).to_contain_text(made)
    script = """() => document.querySelectorAll('[data-key^="pods/shop/api-"][data-state=running]').length === 2"""
    viewer.soon(script)
    viewer.kubectl("delete", "namespace", "shop", "--wait=false")
    viewer.soon("() => !document.querySelector('.pod')")


def test_the_sample_that_is_wrong_says_where(viewer: Viewer) -> None:
    viewer.page.keyboard.press("m")
    viewer.page.locator("#manifest-samples").select_option("4-bad-selector")
    faulty = viewer.page.locator("#manifest-results > [data-state=faulty]")
    expect(faulty).to_contain_text("`selector` does not match template `labels`")
    expect_mark(viewer, 12)
