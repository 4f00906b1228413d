"""Custom resources through clients that nobody here wrote: the official dynamic client, kr8s, and a kopf operator."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import kr8s
import pytest
from kr8s.objects import new_class
from kubernetes import client, config, watch
from kubernetes.dynamic import DynamicClient
from kubernetes.dynamic.exceptions import ResourceNotFoundError

from tests.server import Server

_numbers = itertools.count(1)
WITHIN = 120
"""Seconds in which what is to come has to come; an operator alone takes some to begin."""
_OPERATOR = Path(__file__).with_name("greeter_operator.py")


def _definition(group: str) -> dict[str, object]:
    spec = {"type": "object", "properties": {"whom": {"type": "string"}, "replicas": {"type": "integer", "default": 1}}}
    status = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec, "status": status}}},
        "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}},
    }
    names = {"plural": "greeters", "kind": "Greeter"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"greeters.{group}"},
        "spec": {"group": group, "scope": "Namespaced", "names": names, "versions": [version]},
    }


def _greeter(group: str, name: str, whom: str) -> dict[str, object]:
    return {"apiVersion": f"{group}/v1", "kind": "Greeter", "metadata": {"name": name}, "spec": {"whom": whom}}


@pytest.fixture(scope="module")
def api(server: Server) -> client.ApiClient:
    return config.new_client_from_config(str(server.kubeconfig))


@pytest.fixture
def namespace(api: client.ApiClient) -> str:
    name = f"operators-{next(_numbers)}"
    client.CoreV1Api(api).create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=name)))
    return name


@pytest.fixture
def defined(api: client.ApiClient) -> Iterator[Callable[[str], None]]:
    """Create the definition of a group, and take it away afterwards."""
    extensions, made = client.ApiextensionsV1Api(api), []

    def define(group: str) -> None:
        made.append(extensions.create_custom_resource_definition(_definition(group)).metadata.name)
        for event in watch.Watch().stream(extensions.list_custom_resource_definition, field_selector=f"metadata.name={made[-1]}"):
            conditions = event["object"].status.conditions or []
            if any(each.type == "Established" and each.status == "True" for each in conditions):
                return

    yield define
    for name in made:
        extensions.delete_custom_resource_definition(name)


def test_the_dynamic_client_finds_and_uses_a_new_kind(api: client.ApiClient, namespace: str, defined: Callable[[str], None]) -> None:
    group = "dynamic.example.com"
    with pytest.raises(ResourceNotFoundError):
        DynamicClient(api).resources.get(api_version=f"{group}/v1", kind="Greeter")
    defined(group)
    greeters = DynamicClient(api).resources.get(api_version=f"{group}/v1", kind="Greeter")
    greeters.create(body=_greeter(group, "g", "world"), namespace=namespace)
    greeters.status.patch(body={"status": {"phase": "Ready"}}, name="g", namespace=namespace, content_type="application/merge-patch+json")
    greeters.scale.patch(body={"spec": {"replicas": 3}}, name="g", namespace=namespace, content_type="application/merge-patch+json")
    found = greeters.get(name="g", namespace=namespace)
    seen = [(event["type"], event["object"].metadata.name) for event in greeters.watch(namespace=namespace, timeout=1)]
    assert (found.spec.whom, found.spec.replicas, found.status.phase, seen) == ("world", 3, "Ready", [("ADDED", "g")])


def test_kr8s_creates_patches_and_deletes(server: Server, namespace: str, defined: Callable[[str], None]) -> None:
    group = "kr8s.example.com"
    defined(group)
    connection = kr8s.api(kubeconfig=str(server.kubeconfig))
    greeters = new_class("Greeter", version=f"{group}/v1", namespaced=True)
    greeter = greeters(_greeter(group, "k", "class") | {"metadata": {"name": "k", "namespace": namespace}}, api=connection)
    greeter.create()
    greeter.patch({"spec": {"whom": "school"}})
    assert [each.spec.whom for each in connection.get(f"greeters.{group}", namespace=namespace)] == ["school"]
    greeter.delete()
    greeter.wait("delete", timeout=WITHIN)
    assert not greeter.exists()


def test_a_kopf_operator_creates_updates_and_cleans_up(
    server: Server, api: client.ApiClient, namespace: str, defined: Callable[[str], None], tmp_path: Path
) -> None:
    group = "operators.example.com"
    defined(group)
    greeters, core = DynamicClient(api).resources.get(api_version=f"{group}/v1", kind="Greeter"), client.CoreV1Api(api)
    log = tmp_path / "kopf.log"
    command = [sys.executable, "-m", "kopf", "run", "--standalone", "-n", namespace, str(_OPERATOR)]
    with log.open("w") as output:
        operator = subprocess.Popen(command, env={**os.environ, "KUBECONFIG": str(server.kubeconfig)}, stdout=output, stderr=output)
    try:
        greeters.create(body=_greeter(group, "g", "world"), namespace=namespace)
        assert _configmap(core, namespace, "g-greeting", "hello world"), log.read_text()
        held = greeters.get(name="g", namespace=namespace)
        assert held.metadata.finalizers == ["kopf.zalando.org/KopfFinalizerMarker"]
        greeters.patch(body={"spec": {"whom": "moon"}}, name="g", namespace=namespace, content_type="application/merge-patch+json")
        assert _configmap(core, namespace, "g-greeting", "hello moon"), log.read_text()
        greeters.delete(name="g", namespace=namespace)
        assert _configmap(core, namespace, "g-farewell", "bye"), log.read_text()
        changes = greeters.watch(namespace=namespace, resource_version=held.metadata.resourceVersion, timeout=WITHIN)
        gone = next(event for event in changes if event["type"] == "DELETED")
        assert (gone["object"].metadata.name, gone["object"].status.phase) == ("g", "Ready")
        assert _is_deleted(core, namespace, "g-greeting")
    finally:
        operator.terminate()
        operator.wait(WITHIN)


def _configmap(core: client.CoreV1Api, namespace: str, name: str, text: str) -> bool:
    """Wait for a ConfigMap with a text."""
    selector = f"metadata.name={name}"
    stream = watch.Watch().stream(core.list_namespaced_config_map, namespace, field_selector=selector, timeout_seconds=WITHIN)
    return any(event["object"].data == {"text": text} for event in stream)


def _is_deleted(core: client.CoreV1Api, namespace: str, name: str) -> bool:
    """Wait for the garbage collector to take a ConfigMap whose owner is gone."""
    selector = f"metadata.name={name}"
    if not core.list_namespaced_config_map(namespace, field_selector=selector).items:
        return True
    stream = watch.Watch().stream(core.list_namespaced_config_map, namespace, field_selector=selector, timeout_seconds=WITHIN)
    return any(event["type"] == "DELETED" for event in stream)
