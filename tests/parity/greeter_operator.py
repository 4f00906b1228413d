"""An operator as one is written in class: kopf handlers of a kind of its own. Run by ``test_operators.py``."""

from __future__ import annotations

from typing import Any

import kopf
from kubernetes import client, config

config.load_kube_config()


@kopf.on.create("operators.example.com", "v1", "greeters")
def create(spec: kopf.Spec, name: str, namespace: str, patch: kopf.Patch, **_: Any) -> None:
    """Make the greeter's ConfigMap, which belongs to it, and say so in the status."""
    body: dict[str, Any] = {"metadata": {"name": f"{name}-greeting"}, "data": {"text": f"hello {spec['whom']}"}}
    kopf.adopt(body)
    client.CoreV1Api().create_namespaced_config_map(namespace, body)
    patch.status["phase"] = "Ready"


@kopf.on.update("operators.example.com", "v1", "greeters", field="spec.whom")
def update(spec: kopf.Spec, name: str, namespace: str, **_: Any) -> None:
    """Greet somebody else."""
    client.CoreV1Api().patch_namespaced_config_map(f"{name}-greeting", namespace, {"data": {"text": f"hello {spec['whom']}"}})


@kopf.on.delete("operators.example.com", "v1", "greeters")
def delete(name: str, namespace: str, **_: Any) -> None:
    """Say good-bye: the finalizer that kopf has set holds the greeter until this is done."""
    body = client.V1ConfigMap(metadata=client.V1ObjectMeta(name=f"{name}-farewell"), data={"text": "bye"})
    client.CoreV1Api().create_namespaced_config_map(namespace, body)
