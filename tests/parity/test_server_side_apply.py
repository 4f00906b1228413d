"""Server-side apply and managed fields, by kubectl and by the official Python client."""

from __future__ import annotations

import json

import pytest
import yaml
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

from cluster.machinery.meta import Obj
from tests.parity.conftest import Kubectl
from tests.server import Server

pytestmark = pytest.mark.kubectl


def conf(**data: str) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "conf"}, "data": data})


def managers(kubectl: Kubectl) -> dict[str, Obj]:
    """Return what each manager owns of the data."""
    shown = yaml.safe_load(kubectl("get", "cm", "conf", "-o", "yaml", "--show-managed-fields"))
    entries = shown["metadata"]["managedFields"]
    return {f"{entry['manager']} {entry['operation']}": entry["fieldsV1"].get("f:data") for entry in entries}


def test_an_apply_creates_and_says_so(kubectl: Kubectl) -> None:
    assert kubectl("apply", "--server-side", "-f", "-", stdin=conf(a="1")) == "configmap/conf serverside-applied\n"
    assert managers(kubectl) == {"kubectl Apply": {"f:a": {}}}


def test_a_conflict_is_told_and_may_be_forced(kubectl: Kubectl) -> None:
    kubectl("apply", "--server-side", "--field-manager=one", "-f", "-", stdin=conf(a="1", b="1"))
    told = kubectl("apply", "--server-side", "--field-manager=two", "-f", "-", stdin=conf(a="2"), ok=False)
    assert told.startswith('error: Apply failed with 1 conflict: conflict with "one": .data.a\n')
    kubectl("apply", "--server-side", "--field-manager=two", "--force-conflicts", "-f", "-", stdin=conf(a="2"))
    assert managers(kubectl) == {"one Apply": {"f:b": {}}, "two Apply": {"f:a": {}}}


def test_managed_fields_are_hidden_unless_asked_for(kubectl: Kubectl) -> None:
    kubectl("apply", "--server-side", "-f", "-", stdin=conf(a="1"))
    assert "managedFields" not in kubectl("get", "cm", "conf", "-o", "yaml")


def test_client_side_apply_becomes_server_side_apply(kubectl: Kubectl) -> None:
    kubectl("apply", "-f", "-", stdin=conf(a="1", b="1"))
    before = managers(kubectl)
    assert kubectl("apply", "--server-side", "-f", "-", stdin=conf(a="2")) == "configmap/conf serverside-applied\n"
    data = yaml.safe_load(kubectl("get", "cm", "conf", "-o", "yaml"))["data"]
    after = managers(kubectl)
    assert (list(before), data, after["kubectl Apply"]) == (["kubectl-client-side-apply Update"], {"a": "2"}, {"f:a": {}})


def test_and_client_side_apply_again(kubectl: Kubectl) -> None:
    kubectl("apply", "-f", "-", stdin=conf(a="1"))
    kubectl("apply", "--server-side", "-f", "-", stdin=conf(a="2"))
    assert kubectl("apply", "-f", "-", stdin=conf(a="3")) == "configmap/conf configured\n"


def test_an_unknown_field_is_refused(kubectl: Kubectl) -> None:
    wrong = json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "conf"}, "dat": {"a": "1"}})
    told = kubectl("apply", "--server-side", "--validate=false", "-f", "-", stdin=wrong, ok=False)
    assert ".dat: field not declared in schema" in told


def test_the_python_client_applies(server: Server, kubectl: Kubectl) -> None:
    api = client.CoreV1Api(config.new_client_from_config(str(server.kubeconfig)))
    body = client.V1ConfigMap(api_version="v1", kind="ConfigMap", metadata=client.V1ObjectMeta(name="conf"), data={"a": "1"})
    media_type = "application/apply-patch+yaml"
    made = api.patch_namespaced_config_map("conf", kubectl.namespace, body, field_manager="python", force=True, _content_type=media_type)
    with pytest.raises(ApiException) as refused:
        api.patch_namespaced_config_map("conf", kubectl.namespace, body, _content_type=media_type)
    entry = next(iter(made.metadata.managed_fields))
    assert (entry.manager, entry.operation, entry.fields_v1, refused.value.status) == ("python", "Apply", {"f:data": {"f:a": {}}}, 422)
