"""metrics-server, as its release manifest installs it: without it there is no ``kubectl top`` and no autoscaler that knows anything. Pure.

kubeadm leaves it out and every course installs it next, so a new cluster has it here. What it would answer is worked out by the API server
(``apiserver/subresources/metrics.py``) while its pod is ready. ``--kubelet-insecure-tls`` is what courses add.

Upstream: metrics-server, ``manifests/base/`` (v0.8).
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.kubeadm.constants import INSTANCE_TYPE, SYSTEM
from cluster.machinery.kinds import metrics
from cluster.machinery.kinds.apiregistration import APISERVICES
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import SERVICEACCOUNTS, SERVICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.rbac import CLUSTERROLEBINDINGS, CLUSTERROLES, ROLEBINDINGS
from cluster.machinery.meta import Obj

NAME = "metrics-server"
IMAGE = "registry.k8s.io/metrics-server/metrics-server:v0.8.0"
PORT = 10250
_LABELS = {"k8s-app": NAME}
_RBAC = "rbac.authorization.k8s.io"
_READ = ["get", "list", "watch"]


def metrics_server() -> Iterator[tuple[Kind, Obj]]:
    """Yield its objects, in the order of the manifest."""
    yield SERVICEACCOUNTS, _named(SERVICEACCOUNTS, NAME)
    aggregated = {f"rbac.authorization.k8s.io/aggregate-to-{role}": "true" for role in ("admin", "edit", "view")}
    yield CLUSTERROLES, _role("system:aggregated-metrics-reader", aggregated, (metrics.GROUP, ["pods", "nodes"], _READ))
    yield CLUSTERROLES, _role(f"system:{NAME}", {}, ("", ["nodes/metrics"], ["get"]), ("", ["pods", "nodes"], _READ))
    yield ROLEBINDINGS, _binding(ROLEBINDINGS, f"{NAME}-auth-reader", "Role", "extension-apiserver-authentication-reader")
    yield CLUSTERROLEBINDINGS, _binding(CLUSTERROLEBINDINGS, f"{NAME}:system:auth-delegator", "ClusterRole", "system:auth-delegator")
    yield CLUSTERROLEBINDINGS, _binding(CLUSTERROLEBINDINGS, f"system:{NAME}", "ClusterRole", f"system:{NAME}")
    ports = [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": "https", "appProtocol": "https"}]
    yield SERVICES, {**_named(SERVICES, NAME), "spec": {"ports": ports, "selector": dict(_LABELS)}}
    yield DEPLOYMENTS, _deployment()
    yield APISERVICES, _api_service()


def _deployment() -> Obj:
    container: Obj = {
        "name": NAME,
        "image": IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": [
            "--cert-dir=/tmp",
            f"--secure-port={PORT}",
            "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
            "--kubelet-use-node-status-port",
            "--metric-resolution=15s",
            "--kubelet-insecure-tls",
        ],
        "resources": {"requests": {"cpu": "100m", "memory": "200Mi"}},
        "ports": [{"name": "https", "containerPort": PORT, "protocol": "TCP"}],
        "readinessProbe": {**_probe("/readyz"), "initialDelaySeconds": 20},
        "livenessProbe": _probe("/livez"),
        "securityContext": {
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "runAsUser": 1000,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumeMounts": [{"name": "tmp-dir", "mountPath": "/tmp"}],
    }
    pod = {
        "serviceAccountName": NAME,
        "volumes": [{"name": "tmp-dir", "emptyDir": {}}],
        "priorityClassName": "system-cluster-critical",
        "containers": [container],
        "nodeSelector": {"kubernetes.io/os": "linux", **INSTANCE_TYPE},
    }
    spec = {
        "selector": {"matchLabels": dict(_LABELS)},
        "strategy": {"rollingUpdate": {"maxUnavailable": 0}},
        "template": {"metadata": {"labels": dict(_LABELS)}, "spec": pod},
    }
    return {**_named(DEPLOYMENTS, NAME), "spec": spec}


def _probe(path: str) -> Obj:
    return {"httpGet": {"path": path, "port": "https", "scheme": "HTTPS"}, "periodSeconds": 10, "failureThreshold": 3}


def _api_service() -> Obj:
    spec = {
        "group": metrics.GROUP,
        "version": metrics.VERSION,
        "insecureSkipTLSVerify": True,
        "groupPriorityMinimum": 100,
        "versionPriority": 100,
        "service": {"name": NAME, "namespace": SYSTEM},
    }
    return {**_named(APISERVICES, f"{metrics.VERSION}.{metrics.GROUP}"), "spec": spec}


def _role(name: str, labels: dict[str, str], *rules: tuple[str, list[str], list[str]]) -> Obj:
    made = _named(CLUSTERROLES, name)
    made["metadata"]["labels"] |= labels
    return {**made, "rules": [{"apiGroups": [group], "resources": resources, "verbs": verbs} for group, resources, verbs in rules]}


def _binding(kind: Kind, name: str, role_kind: str, role: str) -> Obj:
    subject = {"kind": "ServiceAccount", "name": NAME, "namespace": SYSTEM}
    return {**_named(kind, name), "roleRef": {"apiGroup": _RBAC, "kind": role_kind, "name": role}, "subjects": [subject]}


def _named(kind: Kind, name: str) -> Obj:
    meta: Obj = {"name": name, "labels": dict(_LABELS)}
    meta |= {"namespace": SYSTEM} if kind.namespaced else {}
    return {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": meta}
