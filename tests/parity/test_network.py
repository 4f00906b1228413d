"""Services, names and add-ons as a class uses them, by the real kubectl: what pods reach, what is left when a component is gone."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.parity.conftest import Kubectl
from tests.parity.test_containers import forwarding, in_terminal
from tests.server import Server, kubectl_path

WITHIN = 60.0
"""Seconds in which what is to come has to come."""
WORLD = """
apiVersion: v1
kind: ConfigMap
metadata: {name: page}
data: {index.html: "<h1>from a ConfigMap</h1>\\n"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: nginx
        image: nginx
        ports: [{containerPort: 80}]
        volumeMounts: [{name: page, mountPath: /usr/share/nginx/html}]
      volumes: [{name: page, configMap: {name: page}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: headless}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: box}
spec:
  containers:
  - {name: c, image: busybox, command: [cat], stdin: true}
  - {name: beside, image: httpd}
"""
PAGE = "<h1>from a ConfigMap</h1>\n"
HURRY = ("--image=busybox", "--restart=Never", "--", "sleep", "300")
"""A pod that ends in five simulated minutes: at instant pace they pass in half a second, and routine with them."""


@pytest.fixture(scope="module")
def net(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubectl]:
    """kubectl in a namespace with two web servers, their Services and a box to ask them from."""
    subject = Kubectl(kubectl_path(), server.kubeconfig, "network", tmp_path_factory.mktemp("network") / "cache")
    subject("create", "namespace", subject.namespace)
    subject("apply", "-f", "-", stdin=WORLD)
    subject("rollout", "status", "deployment", "web", "--timeout=60s")
    subject("wait", "pod", "box", "--for=condition=Ready", "--timeout=60s")
    assert asked_until_it_answers(subject, "http://web") == PAGE
    yield subject
    subject("delete", "namespace", subject.namespace, "--wait=false")


def in_box(kubectl: Kubectl, script: str) -> str:
    return kubectl("exec", "box", "-c", "c", "--", "sh", "-c", script)


def until(look: Callable[[], str], wanted: str) -> str:
    """Look again and again until what is wanted is there; return what was seen last."""
    end = time.monotonic() + WITHIN
    seen = look()
    while wanted not in seen and time.monotonic() < end:
        time.sleep(0.2)
        seen = look()
    return seen


def asked_until_it_answers(kubectl: Kubectl, address: str) -> str:
    """Ask from the box, until the rules and the names that follow from what is ready are there; return the last answer."""
    return until(lambda: in_box(kubectl, f"wget -T 2 -qO- {address} 2>&1; true"), "ConfigMap")


def field(kubectl: Kubectl, path: str, *what: str) -> str:
    return kubectl("get", *what, "-o", f"jsonpath={{{path}}}")


def test_a_name_is_resolved_and_its_service_answers_what_the_config_map_says(net: Kubectl) -> None:
    address = field(net, ".spec.clusterIP", "service", "web")
    assert in_box(net, "cat /etc/resolv.conf; nslookup web.network.svc.cluster.local; wget -qO- http://web").splitlines() == [
        "search network.svc.cluster.local svc.cluster.local cluster.local",
        "nameserver 10.96.0.10",
        "options ndots:5",
        "Server:\t\t10.96.0.10",
        "Address:\t10.96.0.10:53",
        "",
        "Name:\tweb.network.svc.cluster.local",
        f"Address: {address}",
        "",
        "<h1>from a ConfigMap</h1>",
    ]


def test_containers_of_a_pod_share_its_address_and_its_localhost(net: Kubectl) -> None:
    address = field(net, ".status.podIP", "pod", "box")
    found = in_box(net, f"hostname -i; wget -qO- http://localhost; wget -qO- http://{address}; wget -qO- http://localhost:8080 2>&1; true")
    works = "<html><body><h1>It works!</h1></body></html>\n"
    assert found == f"{address}\n{works}{works}wget: can't connect to remote host (127.0.0.1): Connection refused\n"


def test_a_pod_that_is_run_for_one_question(net: Kubectl) -> None:
    command = net.command("run", "once", "--rm", "-it", "--image=busybox", "--restart=Never", "--", "sh")
    code, shown = in_terminal(command, ["\r", "wget -qO- http://web\r", "exit\r"])
    assert (code, "<h1>from a ConfigMap</h1>" in shown) == (0, True)


def test_load_is_spread_over_the_endpoints_whose_logs_show_it(net: Kubectl) -> None:
    in_box(net, "for i in $(seq 30); do wget -qO- http://web/?spread >/dev/null; done")
    source = field(net, ".status.podIP", "pod", "box")
    lines = [line for line in net("logs", "--prefix", "-l", "app=web", "--tail=-1").splitlines() if "?spread" in line]
    served = Counter(line.split()[0] for line in lines)
    assert (len(lines), len(served), min(served.values()) > 5) == (30, 2, True)
    assert re.search(rf'\] {source} - - \[.*\] "GET /\?spread HTTP/1.1" 200 26 "-" "Wget" "-"$', lines[0]), lines[0]


def test_a_node_port_answers_on_every_node(net: Kubectl) -> None:
    port = field(net, ".spec.ports[0].nodePort", "service", "web")
    nodes = field(net, '.items[*].status.addresses[?(@.type=="InternalIP")].address', "nodes").split()
    script = "; ".join(f"wget -qO- http://{node}:{port}" for node in nodes)
    assert (len(nodes), in_box(net, script)) == (4, PAGE * 4)


def test_a_headless_service_is_its_pods(net: Kubectl) -> None:
    pods = sorted(field(net, ".items[*].status.podIP", "pods", "-l", "app=web").split())
    found = in_box(net, "nslookup headless.network.svc.cluster.local")
    assert sorted(re.findall(r"Address: (\S+)", found)) == pods


def test_the_api_server_and_kubectl_reach_the_service(net: Kubectl) -> None:
    proxied = net("get", "--raw", "/api/v1/namespaces/network/services/web:80/proxy/")
    with (
        forwarding(net.command("port-forward", "service/web", ":80")) as address,
        urllib.request.urlopen(address, timeout=WITHIN) as answer,
    ):
        assert (proxied, answer.read()) == (PAGE, PAGE.encode())


def test_without_coredns_addresses_work_and_names_do_not(net: Kubectl) -> None:
    address = field(net, ".spec.clusterIP", "service", "web")
    scale = ("--namespace=kube-system", "scale", "deployment", "coredns")
    net(*scale, "--replicas=0")
    until(lambda: field(net, ".items", "pods", "--namespace=kube-system", "-l", "k8s-app=kube-dns"), "[]")
    without = in_box(net, f"wget -qO- http://web 2>&1; wget -qO- http://{address}")
    net(*scale, "--replicas=2")
    net("--namespace=kube-system", "rollout", "status", "deployment", "coredns", "--timeout=60s")
    assert (without, asked_until_it_answers(net, "http://web")) == (f"wget: bad address 'web'\n{PAGE}", PAGE)


def test_without_kube_proxy_the_rules_stay_and_no_new_ones_come(net: Kubectl) -> None:
    def send_proxies(where: str) -> None:
        patch = {"spec": {"template": {"spec": {"nodeSelector": {"away": where or None}}}}}
        net("--namespace=kube-system", "patch", "daemonset", "kube-proxy", "-p", json.dumps(patch))

    send_proxies("true")
    until(lambda: field(net, ".items", "pods", "--namespace=kube-system", "-l", "k8s-app=kube-proxy"), "[]")
    net("expose", "deployment", "web", "--name=late")
    late = field(net, ".spec.clusterIP", "service", "late")
    without = in_box(net, f"wget -qO- http://web; wget -T 2 -qO- http://{late} 2>&1; true")
    send_proxies("")
    net("--namespace=kube-system", "rollout", "status", "daemonset", "kube-proxy", "--timeout=60s")
    after = asked_until_it_answers(net, f"http://{late}")
    assert (without, after) == (f"{PAGE}wget: download timed out\n", PAGE)


def test_a_coredns_with_a_wrong_corefile_ends_with_the_reason_in_its_log(net: Kubectl) -> None:
    system = Kubectl(net.program, net.kubeconfig, "kube-system", net.cache)

    def configure(text: str, why: str) -> None:
        system("patch", "configmap", "coredns", "-p", json.dumps({"data": {"Corefile": text}}))
        template = {"metadata": {"annotations": {"because": why}}}
        system("patch", "deployment", "coredns", "-p", json.dumps({"spec": {"template": template}}))

    corefile = field(system, ".data.Corefile", "configmap", "coredns")
    configure(corefile.replace("forward .", "forwards ."), "broken")
    pods = until(lambda: system("get", "pods", "-l", "k8s-app=kube-dns"), "CrashLoopBackOff")
    broken = next(line.split()[0] for line in pods.splitlines() if "CrashLoopBackOff" in line)
    log = system("logs", broken, "--previous")
    configure(corefile, "mended")
    system("rollout", "status", "deployment", "coredns", "--timeout=60s")
    assert log == "/etc/coredns/Corefile:13 - Error during parsing: Unknown directive 'forwards'\n"
    assert asked_until_it_answers(net, "http://web") == PAGE


def test_an_application_that_turns_unhealthy_is_restarted(net: Kubectl) -> None:
    probe = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 5}
    container = {"name": "c", "image": "podium/sickens", "livenessProbe": probe}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "ill"}, "spec": {"containers": [container]}}
    net("apply", "-f", "-", stdin=json.dumps(pod))
    net("wait", "pod", "ill", "--for=condition=Ready", "--timeout=60s")
    net("run", "hurry", *HURRY)
    events = until(lambda: net("events", "--for=pod/ill"), "will be restarted")
    assert "Liveness probe failed: HTTP probe failed with statuscode: 500" in events
    until(lambda: field(net, ".status.containerStatuses[0].lastState.terminated.containerID", "pod", "ill"), "containerd://")
    assert int(field(net, ".status.containerStatuses[0].restartCount", "pod", "ill")) >= 1


def test_top(net: Kubectl, tmp_path: Path) -> None:
    net("run", "hurry-to-the-top", *HURRY)
    pods = until(lambda: "".join(net.run("top", "pods").stdout), "box")
    nodes = net("top", "nodes")
    assert re.search(r"^web-\S+ +\d+m +\d+Mi", pods, re.MULTILINE), pods
    assert re.search(r"^worker-1 +\d+m +\d+% +\d+Mi +\d+%", nodes, re.MULTILINE), nodes
