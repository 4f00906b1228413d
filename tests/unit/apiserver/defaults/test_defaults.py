"""Defaults: what decoded objects of each kind say after nobody said anything else."""

from __future__ import annotations

import pytest

from cluster.apiserver.defaults.container import has_latest_tag
from cluster.apiserver.registry import strategies
from cluster.apiserver.schema import decode
from cluster.machinery.kinds.apps import DEPLOYMENTS, REPLICASETS
from cluster.machinery.kinds.core import NAMESPACES, NODES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj


def _defaulted(kind: Kind, obj: Obj) -> Obj:
    decoded, _ = decode(kind, obj)
    strategies[kind].default(decoded)
    return decoded


_CONTAINER: Obj = {
    "name": "c",
    "image": "nginx:1.25",
    "imagePullPolicy": "IfNotPresent",
    "resources": {},
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}
_TEMPLATE_SPEC: Obj = {
    "containers": [_CONTAINER],
    "dnsPolicy": "ClusterFirst",
    "restartPolicy": "Always",
    "schedulerName": "default-scheduler",
    "securityContext": {},
    "terminationGracePeriodSeconds": 30,
}
_SENT: Obj = {"containers": [{"name": "c", "image": "nginx:1.25"}]}
_SELECTOR: Obj = {"matchLabels": {"app": "web"}}
_TEMPLATE: Obj = {"metadata": {"labels": {"app": "web"}}, "spec": _SENT}


def test_a_pod() -> None:
    assert _defaulted(PODS, {"spec": _SENT})["spec"] == {**_TEMPLATE_SPEC, "enableServiceLinks": True}


def test_a_deployment() -> None:
    assert _defaulted(DEPLOYMENTS, {"spec": {"selector": _SELECTOR, "template": _TEMPLATE}})["spec"] == {
        "replicas": 1,
        "selector": _SELECTOR,
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": _TEMPLATE_SPEC},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
    }


def test_a_recreated_deployment_rolls_nothing() -> None:
    spec = {"selector": _SELECTOR, "template": _TEMPLATE, "strategy": {"type": "Recreate"}}
    assert _defaulted(DEPLOYMENTS, {"spec": spec})["spec"]["strategy"] == {"type": "Recreate"}


def test_a_replica_set() -> None:
    assert _defaulted(REPLICASETS, {"spec": {"selector": _SELECTOR, "template": _TEMPLATE}})["spec"] == {
        "replicas": 1,
        "selector": _SELECTOR,
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": _TEMPLATE_SPEC},
    }


def test_a_namespace_is_labelled_with_its_name_and_active() -> None:
    namespace = _defaulted(NAMESPACES, {"metadata": {"name": "shop"}})
    assert (namespace["metadata"]["labels"], namespace["status"]) == ({"kubernetes.io/metadata.name": "shop"}, {"phase": "Active"})


def test_a_node_may_be_filled_up_to_its_capacity() -> None:
    status = _defaulted(NODES, {"status": {"capacity": {"cpu": "4"}}})["status"]
    assert (status["capacity"], status["allocatable"]) == ({"cpu": "4"}, {"cpu": "4"})


_CONTAINERS = [
    pytest.param(
        {"resources": {"limits": {"cpu": "1"}}}, "resources", {"limits": {"cpu": "1"}, "requests": {"cpu": "1"}}, id="a limit is requested"
    ),
    pytest.param(
        {"resources": {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "100m"}}},
        "resources",
        {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "100m", "memory": "1Gi"}},
        id="a request stays",
    ),
    pytest.param({"ports": [{"containerPort": 80}]}, "ports", [{"containerPort": 80, "protocol": "TCP"}], id="ports are TCP"),
    pytest.param(
        {"livenessProbe": {"httpGet": {"port": 80}, "periodSeconds": 0}},
        "livenessProbe",
        {
            "httpGet": {"port": 80, "path": "/", "scheme": "HTTP"},
            "timeoutSeconds": 1,
            "periodSeconds": 10,
            "successThreshold": 1,
            "failureThreshold": 3,
        },
        id="a probe every ten seconds",
    ),
    pytest.param(
        {"env": [{"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}]},
        "env",
        [{"name": "NODE", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "spec.nodeName"}}}],
        id="a field of v1",
    ),
]


@pytest.mark.parametrize(("sent", "field", "wanted"), _CONTAINERS)
def test_a_container(sent: Obj, field: str, wanted: object) -> None:
    pod = _defaulted(PODS, {"spec": {"containers": [{"name": "c", "image": "i", **sent}]}})
    assert pod["spec"]["containers"][0][field] == wanted


_VOLUMES = [
    pytest.param({}, {"emptyDir": {}}, id="no source is an empty directory"),
    pytest.param({"configMap": {"name": "c"}}, {"configMap": {"name": "c", "defaultMode": 420}}, id="a ConfigMap is readable"),
    pytest.param({"hostPath": {"path": "/x"}}, {"hostPath": {"path": "/x", "type": ""}}, id="a host path is not checked"),
    pytest.param(
        {"projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}},
        {"projected": {"defaultMode": 420, "sources": [{"serviceAccountToken": {"path": "token", "expirationSeconds": 3600}}]}},
        id="a token lives an hour",
    ),
]


@pytest.mark.parametrize(("sent", "wanted"), _VOLUMES)
def test_a_volume(sent: Obj, wanted: Obj) -> None:
    pod = _defaulted(PODS, {"spec": {"containers": [], "volumes": [{"name": "v", **sent}]}})
    assert pod["spec"]["volumes"] == [{"name": "v", **wanted}]


def test_on_the_hosts_network_a_port_is_the_hosts() -> None:
    spec = {"hostNetwork": True, "containers": [{"name": "c", "ports": [{"containerPort": 80}]}]}
    assert _defaulted(PODS, {"spec": spec})["spec"]["containers"][0]["ports"] == [{"containerPort": 80, "hostPort": 80, "protocol": "TCP"}]


def test_the_old_name_of_the_service_account_is_written_too() -> None:
    spec = _defaulted(PODS, {"spec": {"containers": [], "serviceAccountName": "robot"}})["spec"]
    assert (spec["serviceAccountName"], spec["serviceAccount"]) == ("robot", "robot")


@pytest.mark.parametrize(
    ("image", "is_latest"),
    [
        ("nginx", True),
        ("nginx:latest", True),
        ("registry:5000/nginx", True),
        ("registry:5000/nginx:1.25", False),
        ("nginx:1.25", False),
        ("nginx@sha256:0123", False),
        ("nginx:latest@sha256:0123", True),
        ("", False),
    ],
)
def test_latest_is_what_an_image_is_called_without_a_tag(image: str, is_latest: bool) -> None:
    assert has_latest_tag(image) is is_latest
