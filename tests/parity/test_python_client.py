"""The official Python client, through the written kubeconfig."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from kubernetes import client, config, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import stream

from tests.server import Server

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def api(server: Server) -> client.ApiClient:
    return config.new_client_from_config(str(server.kubeconfig))


@pytest.fixture
def namespace(api: client.ApiClient) -> Iterator[str]:
    name = f"python-{next(_numbers)}"
    core = client.CoreV1Api(api)
    core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=name)))
    yield name
    core.delete_namespace(name)


def deployment(name: str, replicas: int) -> client.V1Deployment:
    labels = {"app": name}
    container = client.V1Container(name="nginx", image="nginx:1.25")
    template = client.V1PodTemplateSpec(metadata=client.V1ObjectMeta(labels=labels), spec=client.V1PodSpec(containers=[container]))
    spec = client.V1DeploymentSpec(replicas=replicas, selector=client.V1LabelSelector(match_labels=labels), template=template)
    return client.V1Deployment(metadata=client.V1ObjectMeta(name=name), spec=spec)


def test_list_returns_typed_objects(api: client.ApiClient) -> None:
    nodes = client.CoreV1Api(api).list_node()
    assert sorted(node.metadata.name for node in nodes.items) == ["control-plane-1", "worker-1", "worker-2", "worker-3"]


def test_lists_come_in_pages(api: client.ApiClient, namespace: str) -> None:
    core = client.CoreV1Api(api)
    for number in range(5):
        core.create_namespaced_config_map(namespace, client.V1ConfigMap(metadata=client.V1ObjectMeta(name=f"c{number}")))
    names: list[str] = []
    following: str | None = None
    pages = 0
    while pages == 0 or following:
        page = core.list_namespaced_config_map(namespace, limit=2, _continue=following, field_selector="metadata.name!=kube-root-ca.crt")
        names += [item.metadata.name for item in page.items]
        following = page.metadata._continue
        pages += 1
    assert (names, pages) == (["c0", "c1", "c2", "c3", "c4"], 3)


def test_a_deployment_is_created_watched_patched_and_deleted(api: client.ApiClient, namespace: str) -> None:
    apps, core = client.AppsV1Api(api), client.CoreV1Api(api)
    created = apps.create_namespaced_deployment(namespace, deployment("web", 2))
    assert created.spec.strategy.rolling_update.max_surge == "25%"
    running: set[str] = set()
    for event in watch.Watch().stream(core.list_namespaced_pod, namespace, label_selector="app=web", timeout_seconds=60):
        pod = event["object"]
        if pod.status.phase == "Running":
            running.add(pod.metadata.name)
        if len(running) == 2:
            break
    assert len(running) == 2
    patched = apps.patch_namespaced_deployment("web", namespace, {"spec": {"replicas": 1}})
    assert (patched.spec.replicas, patched.metadata.generation) == (1, 2)
    scale = apps.read_namespaced_deployment_scale("web", namespace)
    assert (scale.spec.replicas, scale.status.selector) == (1, "app=web")
    apps.delete_namespaced_deployment("web", namespace, propagation_policy="Foreground")
    since = patched.metadata.resource_version  # by now it may have gone
    for event in watch.Watch().stream(apps.list_namespaced_deployment, namespace, resource_version=since, timeout_seconds=60):
        if event["type"] == "DELETED":
            break
    assert core.list_namespaced_pod(namespace, label_selector="app=web").items == []


def test_an_update_with_an_old_version_is_a_conflict(api: client.ApiClient, namespace: str) -> None:
    core = client.CoreV1Api(api)
    made = core.create_namespaced_config_map(namespace, client.V1ConfigMap(metadata=client.V1ObjectMeta(name="c"), data={"a": "1"}))
    made.data = {"a": "2"}
    core.replace_namespaced_config_map("c", namespace, made)
    with pytest.raises(ApiException) as refused:
        core.replace_namespaced_config_map("c", namespace, made)
    assert (refused.value.status, "the object has been modified" in refused.value.body) == (409, True)


def test_a_wrong_token_is_unauthorized(server: Server) -> None:
    settings = client.Configuration()
    settings.host, settings.verify_ssl = f"{server.api}/clusters/demo", False
    settings.api_key = {"authorization": "Bearer nonsense"}
    with pytest.raises(ApiException) as refused:
        client.CoreV1Api(client.ApiClient(settings)).list_node()
    assert refused.value.status == 401


def test_nobody_in_particular_may_read_nothing(server: Server) -> None:
    settings = client.Configuration()
    settings.host, settings.ssl_ca_cert = f"{server.api}/clusters/demo", str(server.data / "pki" / "ca.crt")
    with pytest.raises(ApiException) as refused:
        client.CoreV1Api(client.ApiClient(settings)).list_namespaced_pod("default")
    said = (
        'pods is forbidden: User \\"system:anonymous\\" cannot list resource \\"pods\\" in API group \\"\\" in the namespace \\"default\\"'
    )
    assert (refused.value.status, said in refused.value.body) == (403, True)


def test_a_websocket_is_refused_with_a_status(server: Server) -> None:
    core = client.CoreV1Api(config.new_client_from_config(str(server.kubeconfig)))
    with pytest.raises(ApiException, match=r"Handshake status 404.*pods .*gone.* not found"):
        stream(core.connect_get_namespaced_pod_exec, "gone", "default", command=["ls"])
