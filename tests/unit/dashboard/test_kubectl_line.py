"""What the page's line lets kubectl do, and what it says to the rest."""

from __future__ import annotations

import pytest

from dashboard import kubectl_line
from dashboard.forms import Refusal
from dashboard.kubectl_line import Command

QUESTIONS = {
    "get pods -o wide": ("get", "pods", "-o", "wide"),
    "kubectl get pods -A": ("get", "pods", "-A"),
    "k get po -nkube-system -owide": ("get", "po", "-nkube-system", "-owide"),
    "get pods -l app=web --sort-by=.metadata.name": ("get", "pods", "-l", "app=web", "--sort-by=.metadata.name"),
    "get pods -o 'jsonpath={.items[*].metadata.name}'": ("get", "pods", "-o", "jsonpath={.items[*].metadata.name}"),
    "logs web -p --tail 5": ("logs", "web", "-p", "--tail", "5"),
    "top pods --containers": ("top", "pods", "--containers"),
    "rollout status deployment/web --timeout=5s": ("rollout", "status", "deployment/web", "--timeout=5s"),
    "auth can-i get pods --as alice": ("auth", "can-i", "get", "pods", "--as", "alice"),
}
CHANGES = {
    "create deployment web --image=nginx --replicas 3": ("create", "deployment", "web", "--image=nginx", "--replicas", "3"),
    "rollout undo deployment/web": ("rollout", "undo", "deployment/web"),
    "run box --image=busybox --restart=Never -- sh -c 'sleep 1; exit 3'": (
        *("run", "box", "--image=busybox", "--restart=Never", "--", "sh", "-c", "sleep 1; exit 3"),
    ),
    "exec web -- wget -q -O - http://web": ("exec", "web", "--", "wget", "-q", "-O", "-", "http://web"),
    "run box --image busybox --command -- ls -f": ("run", "box", "--image", "busybox", "--command", "--", "ls", "-f"),
    """patch deploy web -p '{"spec":{"replicas":2}}'""": ("patch", "deploy", "web", "-p", '{"spec":{"replicas":2}}'),
    "set env deploy/web --containers web A=b": ("set", "env", "deploy/web", "--containers", "web", "A=b"),
    "drain n1 --ignore-daemonsets --force=true": ("drain", "n1", "--ignore-daemonsets", "--force=true"),
}
FLAG = "It reads files, asks another cluster, goes on or asks back, or there is no such flag: use a terminal for it."
OUTPUT = "wide, yaml, json, name, jsonpath=..., custom-columns=... and go-template=... can."
SHELL = "-o wide, -o yaml, -o jsonpath=..., -l and --field-selector choose what is shown."
FILES = "It works on files: press M to write a manifest and to apply it."
VERBS = (
    "What can be: annotate, api-resources, api-versions, auth, autoscale, certificate, cluster-info, cordon, create, delete, describe, "
    "drain, events, exec, explain, expose, get, label, logs, patch, rollout, run, scale, set, taint, top, uncordon, version, wait. "
    "Everything else works in a terminal."
)
REFUSED = {
    "": ("Nothing is asked of kubectl yet.", "For example: get pods -o wide"),
    "kubectl": ("Nothing is asked of kubectl yet.", "For example: get pods -o wide"),
    "get pods 'x": ("A quotation mark is open at the end of the line.", "Close it, or write \\ before it."),
    "x" * 2001: ("The line is longer than 2000 characters.", "Press M for manifests."),
    "get pods | grep web": ("The line has no shell: | means nothing here.", SHELL),
    "apply -f web.yaml": ("kubectl apply cannot be typed here.", FILES),
    "port-forward web 80": ("kubectl port-forward cannot be typed here.", VERBS),
    "-n kube-system get pods": ("kubectl -n cannot be typed here.", "The verb comes first: get pods -n kube-system"),
    "get pods -w": ("The flag -w cannot be typed here.", FLAG),
    "logs web -f": ("The flag -f cannot be typed here.", FLAG),
    "logs web -pf": ("The flag -pf cannot be typed here.", FLAG),
    "get pods -p": ("The flag -p cannot be typed here.", FLAG),
    "get pods -Af": ("The flag -Af cannot be typed here.", FLAG),
    "exec -it web -- sh": ("The flag -it cannot be typed here.", FLAG),
    "create -f /etc/passwd": ("The flag -f cannot be typed here.", FLAG),
    "create configmap x --from-file=/etc/passwd": ("The flag --from-file cannot be typed here.", FLAG),
    "get pods --kubeconfig=/root/.kube/config": ("The flag --kubeconfig cannot be typed here.", FLAG),
    "get pods --server https://127.0.0.1:6443/clusters/other": ("The flag --server cannot be typed here.", FLAG),
    "get --raw /clusters/other/api": ("The flag --raw cannot be typed here.", FLAG),
    "get pods -o jsonpath-file=/etc/passwd": ("The output jsonpath-file=/etc/passwd cannot be asked for here.", OUTPUT),
    "get pods --output=custom-columns-file=/x": ("The output custom-columns-file=/x cannot be asked for here.", OUTPUT),
    "get pods -ogo-template-file=/x": ("The output go-template-file=/x cannot be asked for here.", OUTPUT),
    "get pods -o -o go-template-file=/x": ("The output -o cannot be asked for here.", OUTPUT),
    "get pods -n -- --token=x": ("The flag --token cannot be typed here.", FLAG),
    "set env deploy/web --containers -- --token=x": ("The flag --token cannot be typed here.", FLAG),
    "patch deploy web -p -- --patch-file=/x": ("The flag --patch-file cannot be typed here.", FLAG),
}


@pytest.mark.parametrize(("line", "arguments"), QUESTIONS.items(), ids=QUESTIONS)
def test_a_question(line: str, arguments: tuple[str, ...]) -> None:
    assert kubectl_line.read(line) == Command(arguments, changes=False)


@pytest.mark.parametrize(("line", "arguments"), CHANGES.items(), ids=CHANGES)
def test_a_change(line: str, arguments: tuple[str, ...]) -> None:
    assert kubectl_line.read(line) == Command(arguments, changes=True)


@pytest.mark.parametrize(("line", "answer"), REFUSED.items(), ids=[line[:60] or "an empty line" for line in REFUSED])
def test_what_is_refused(line: str, answer: tuple[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        kubectl_line.read(line)
    assert (refused.value.code, refused.value.message, refused.value.hint) == (400, *answer)
