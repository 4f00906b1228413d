"""The real kubectl, through the written kubeconfig, over TLS."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterable

import pytest
import yaml

from tests.parity.conftest import Kubectl

pytestmark = pytest.mark.kubectl

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: nginx
          image: nginx:1.25
          resources: {requests: {cpu: 100m, memory: 64Mi}}
"""


@pytest.fixture
def web(kubectl: Kubectl) -> Kubectl:
    """A Deployment of two, rolled out."""
    assert kubectl("apply", "-f", "-", stdin=WEB) == "deployment.apps/web created\n"
    assert "successfully rolled out" in kubectl("rollout", "status", "deployment/web", "--timeout=60s")
    return kubectl


def eventually(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds; the server is another process, with a clock of its own."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"did not come true within {seconds} s"
        time.sleep(0.2)


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()[1:]]


def test_get_prints_the_columns_of_a_real_cluster(web: Kubectl) -> None:
    lines = web("get", "deployments").splitlines()
    assert lines[0].split() == ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"]
    assert lines[1].split()[:4] == ["web", "2/2", "2", "2"]
    assert [row[1:3] for row in rows(web("get", "pods"))] == [["1/1", "Running"], ["1/1", "Running"]]
    assert web("get", "rs").splitlines()[0].split() == ["NAME", "DESIRED", "CURRENT", "READY", "AGE"]
    wide = web("get", "pods", "-o", "wide").splitlines()
    assert wide[0].split() == ["NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE", "NOMINATED", "NODE", "READINESS", "GATES"]
    assert {row[6].rsplit("-", 1)[0] for row in rows("\n".join(wide))} == {"worker"}


@pytest.mark.parametrize(
    ("form", "check"),
    [
        ("json", lambda text: json.loads(text)["kind"] == "Deployment"),
        ("yaml", lambda text: yaml.safe_load(text)["spec"]["replicas"] == 2),
        ("name", lambda text: text == "deployment.apps/web\n"),
        ("jsonpath={.status.readyReplicas}", lambda text: text == "2"),
        ("go-template={{.metadata.name}}", lambda text: text == "web"),
        ("custom-columns=N:.metadata.name,R:.spec.replicas", lambda text: text.split() == ["N", "R", "web", "2"]),
    ],
)
def test_every_output_format(web: Kubectl, form: str, check: Callable[[str], bool]) -> None:
    text = web("get", "deployment", "web", "-o", form)
    assert check(text), text


def test_get_all_and_selectors(web: Kubectl) -> None:
    names = web("get", "all", "-o", "name").split()
    assert [name.split("/")[0] for name in names] == ["pod", "pod", "deployment.apps", "replicaset.apps"]
    assert len(web("get", "pods", "-l", "app=web", "-o", "name").split()) == 2
    assert web("get", "pods", "-l", "app!=web", "-o", "name").strip() in ("", "No resources found in " + web.namespace + " namespace.")
    assert len(web("get", "pods", "--field-selector", "status.phase=Running", "-o", "name").split()) == 2


def test_describe_tells_what_happened(web: Kubectl) -> None:
    text = web("describe", "deployment", "web")
    assert "Scaled up replica set web-" in text
    assert "RollingUpdateStrategy:  25% max unavailable, 25% max surge" in text
    pod = web("get", "pods", "-o", "name").split()[0]
    described = web("describe", pod)
    reasons = [word for word in ("Scheduled", "Pulled", "Created", "Started") if word in described.partition("Events:")[2]]
    assert reasons == ["Scheduled", "Pulled", "Created", "Started"]
    assert "Ready:          True" in described
    assert "Allocated resources:" in web("describe", "node", "worker-1")


def test_apply_changes_only_what_changed(web: Kubectl) -> None:
    assert web("apply", "-f", "-", stdin=WEB) == "deployment.apps/web unchanged\n"
    more = WEB.replace("replicas: 2", "replicas: 3")
    diff = web.run("diff", "-f", "-", stdin=more)
    assert (diff.returncode, "-  replicas: 2" in diff.stdout, "+  replicas: 3" in diff.stdout) == (1, True, True)
    assert web("apply", "-f", "-", "--dry-run=server", stdin=more) == "deployment.apps/web configured (server dry run)\n"
    assert web("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}") == "2"
    assert web("apply", "-f", "-", stdin=more) == "deployment.apps/web configured\n"
    assert web("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}") == "3"


def test_create_and_delete(kubectl: Kubectl) -> None:
    assert kubectl("create", "deployment", "api", "--image=httpd", "--replicas=1") == "deployment.apps/api created\n"
    assert "already exists" in kubectl("create", "deployment", "api", "--image=httpd", ok=False)
    assert kubectl("create", "configmap", "settings", "--from-literal=a=b") == "configmap/settings created\n"
    kubectl("wait", "deployment/api", "--for=condition=Available", "--timeout=60s")
    assert kubectl("delete", "deployment", "api") == f'deployment.apps "api" deleted{_from(kubectl)}\n'
    eventually(lambda: "No resources found" in kubectl("get", "pods"))
    assert "not found" in kubectl("get", "deployment", "api", ok=False)


def _from(kubectl: Kubectl) -> str:
    version = json.loads(kubectl("version", "--client", "-o", "json"))["clientVersion"]
    return f" from {kubectl.namespace} namespace" if int(version["minor"].rstrip("+")) >= 34 else ""


def test_scale(web: Kubectl) -> None:
    assert web("scale", "deployment", "web", "--replicas=4") == "deployment.apps/web scaled\n"
    web("rollout", "status", "deployment/web", "--timeout=60s")
    assert web("get", "deployment", "web", "-o", "jsonpath={.status.availableReplicas}") == "4"
    assert "must be greater than or equal to 0" in web("patch", "deployment", "web", "-p", '{"spec":{"replicas":-1}}', ok=False)


def test_a_rollout_is_paused_resumed_undone(web: Kubectl) -> None:
    assert web("rollout", "pause", "deployment/web") == "deployment.apps/web paused\n"
    assert web("set", "image", "deployment/web", "nginx=nginx:1.26") == "deployment.apps/web image updated\n"
    assert len(web("get", "rs", "-o", "name").split()) == 1
    assert web("rollout", "resume", "deployment/web") == "deployment.apps/web resumed\n"
    web("rollout", "status", "deployment/web", "--timeout=60s")
    assert len(web("get", "rs", "-o", "name").split()) == 2
    assert web("rollout", "history", "deployment/web").splitlines()[1].split() == ["REVISION", "CHANGE-CAUSE"]
    assert web("rollout", "undo", "deployment/web") == "deployment.apps/web rolled back\n"
    web("rollout", "status", "deployment/web", "--timeout=60s")
    assert web("get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[0].image}") == "nginx:1.25"
    assert web("rollout", "restart", "deployment/web") == "deployment.apps/web restarted\n"
    web("rollout", "status", "deployment/web", "--timeout=60s")


def test_label_annotate_patch(web: Kubectl) -> None:
    assert web("label", "deployment", "web", "tier=front") == "deployment.apps/web labeled\n"
    assert web("annotate", "deployment", "web", "note=hello") == "deployment.apps/web annotated\n"
    assert (
        web("patch", "deployment", "web", "--type=merge", "-p", '{"metadata":{"labels":{"tier":null}}}') == "deployment.apps/web patched\n"
    )
    patch = '[{"op":"replace","path":"/spec/replicas","value":1}]'
    assert web("patch", "deployment", "web", "--type=json", "-p", patch) == "deployment.apps/web patched\n"
    meta = json.loads(web("get", "deployment", "web", "-o", "json"))
    assert ("tier" in meta["metadata"]["labels"], meta["metadata"]["annotations"]["note"], meta["spec"]["replicas"]) == (False, "hello", 1)


def test_a_cordoned_node_takes_no_pods(kubectl: Kubectl) -> None:
    assert kubectl("cordon", "worker-3") == "node/worker-3 cordoned\n"
    try:
        assert "SchedulingDisabled" in kubectl("get", "node", "worker-3")
        kubectl("create", "deployment", "spread", "--image=nginx", "--replicas=6")
        kubectl("rollout", "status", "deployment/spread", "--timeout=60s")
        nodes = kubectl("get", "pods", "-o", "jsonpath={.items[*].spec.nodeName}").split()
        assert (len(nodes), "worker-3" in nodes) == (6, False)
    finally:
        assert kubectl("uncordon", "worker-3") == "node/worker-3 uncordoned\n"


def test_watch_shows_a_pod_come_and_go(kubectl: Kubectl) -> None:
    kubectl("run", "before", "--image=nginx", "--overrides", '{"spec":{"schedulingGates":[{"name":"example.com/wait"}]}}')
    states: list[str] = []
    names: set[str] = set()

    def read(lines: Iterable[str]) -> None:
        for line in lines:
            name, _, state = line.split()[:3]
            names.add(name)
            states.extend([state] if name == "one" else [])

    with subprocess.Popen(kubectl.command("get", "pods", "-w", "--no-headers"), stdout=subprocess.PIPE, text=True) as watching:
        reader = threading.Thread(target=read, args=(watching.stdout,), daemon=True)
        reader.start()
        eventually(lambda: "before" in names)  # now it has its list, and misses nothing of what comes
        kubectl("run", "one", "--image=nginx")
        kubectl("wait", "pod/one", "--for=condition=Ready", "--timeout=60s")
        kubectl("delete", "pod", "one")
        eventually(lambda: "Terminating" in states)
        watching.terminate()
        reader.join(10)
    assert list(dict.fromkeys(states))[:3] == ["Pending", "ContainerCreating", "Running"]


def test_explain_and_api_resources(kubectl: Kubectl) -> None:
    assert "Number of desired pods" in kubectl("explain", "deployment.spec.replicas")
    names = {row[0] for row in rows(kubectl("api-resources"))}
    assert {"configmaps", "events", "namespaces", "nodes", "pods", "serviceaccounts", "deployments", "replicasets", "leases"} <= names
    assert "apps/v1" in kubectl("api-versions").split()
    assert "v1.36" in kubectl("version")


def test_a_client_certificate_is_as_good_as_a_token(kubectl: Kubectl) -> None:
    assert "worker-1" in kubectl("get", "nodes", context="demo-certificate")


def test_wrong_manifests_are_refused_in_the_words_of_a_real_cluster(kubectl: Kubectl) -> None:
    wrong = WEB.replace("matchLabels: {app: web}", "matchLabels: {app: other}")
    said = kubectl("create", "-f", "-", stdin=wrong, ok=False)
    assert 'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`' in said
    said = kubectl("create", "-f", "-", stdin=WEB.replace("replicas: 2", "replicaz: 2"), ok=False)
    assert re.search(r'unknown field "(spec\.)?replicaz"', said)  # older clients find it themselves, and say it shorter


def test_a_broken_image_shows_as_on_a_real_cluster(kubectl: Kubectl) -> None:
    kubectl("run", "broken", "--image=does-not-exist:1")
    reason = "jsonpath={.status.containerStatuses[0].state.waiting.reason}"
    eventually(lambda: kubectl("get", "pod", "broken", "-o", reason) == "ImagePullBackOff")
    assert rows(kubectl("get", "pod", "broken"))[0][2] in ("ErrImagePull", "ImagePullBackOff")
