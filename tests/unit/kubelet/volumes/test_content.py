"""The files of volumes that are made of objects."""

from __future__ import annotations

import base64

import pytest

from cluster.kubelet.downward import PodFacts
from cluster.kubelet.volumes.content import (
    Files,
    VolumeError,
    config_map_files,
    downward_files,
    is_token_volume,
    projected_files,
    secret_files,
)
from cluster.machinery.meta import Obj


class Namespace:
    """ConfigMap ``app`` and Secret ``login``."""

    def config_map(self, name: str) -> Obj | None:
        return {"data": {"b": "2", "a": "1"}, "binaryData": {"c": base64.b64encode(b"\xff").decode()}} if name == "app" else None

    def secret(self, name: str) -> Obj | None:
        return {"data": {"password": base64.b64encode(b"s3cret").decode()}} if name == "login" else None


POD: Obj = {
    "metadata": {"name": "web", "namespace": "shop", "uid": "u1", "labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c"}]},
}
FACTS = PodFacts(POD, "10.244.0.2", "192.168.0.10", {"cpu": "4"})


def files_of(volume: Obj) -> Files:
    if "configMap" in volume:
        return config_map_files(volume["configMap"], Namespace())
    if "secret" in volume:
        return secret_files(volume["secret"], Namespace())
    if "downwardAPI" in volume:
        return downward_files(volume["downwardAPI"], FACTS)
    return projected_files(
        volume["projected"], FACTS, Namespace(), lambda source: b"token for " + source["audience"].encode(), lambda: b"CA"
    )


LABELS = {"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}
CASES: dict[str, tuple[Obj, dict[str, bytes]]] = {
    "a ConfigMap": ({"configMap": {"name": "app"}}, {"a": b"1", "b": b"2", "c": b"\xff"}),
    "one key of it elsewhere": ({"configMap": {"name": "app", "items": [{"key": "a", "path": "conf.d/a.conf"}]}}, {"conf.d/a.conf": b"1"}),
    "an optional one that is missing": ({"configMap": {"name": "none", "optional": True}}, {}),
    "an optional key that is missing": ({"configMap": {"name": "app", "optional": True, "items": [{"key": "x", "path": "x"}]}}, {}),
    "a Secret": ({"secret": {"secretName": "login"}}, {"password": b"s3cret"}),
    "the downward API": (
        {"downwardAPI": {"items": [LABELS, {"path": "cpu", "resourceFieldRef": {"resource": "limits.cpu", "containerName": "c"}}]}},
        {"labels": b'app="web"', "cpu": b"4"},
    ),
    "a projected volume": (
        {
            "projected": {
                "sources": [
                    {"serviceAccountToken": {"path": "token", "audience": "vault"}},
                    {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
                    {"configMap": {"name": "app", "items": [{"key": "a", "path": "a"}]}},
                    {"secret": {"name": "login"}},
                    {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}]}},
                ]
            }
        },
        {"token": b"token for vault", "ca.crt": b"CA", "a": b"1", "password": b"s3cret", "namespace": b"shop"},
    ),
}


@pytest.mark.parametrize(("volume", "expected"), CASES.values(), ids=CASES.keys())
def test_files(volume: Obj, expected: dict[str, bytes]) -> None:
    assert {path: read() for path, read in files_of(volume).items()} == expected


FAULTS: dict[str, tuple[Obj, str]] = {
    "no such ConfigMap": ({"configMap": {"name": "none"}}, 'configmap "none" not found'),
    "no such key": (
        {"configMap": {"name": "app", "items": [{"key": "x", "path": "x"}]}},
        "configmap references non-existent config key: x",
    ),
    "no such Secret": ({"secret": {"secretName": "none"}}, 'secret "none" not found'),
    "no such key in a Secret": (
        {"secret": {"secretName": "login", "items": [{"key": "x", "path": "x"}]}},
        "references non-existent secret key: x",
    ),
    "several faults": (
        {"projected": {"sources": [{"configMap": {"name": "none"}}, {"secret": {"name": "none"}}]}},
        '[configmap "none" not found, secret "none" not found]',
    ),
}


@pytest.mark.parametrize(("volume", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_what_keeps_a_volume_from_being_mounted(volume: Obj, message: str) -> None:
    with pytest.raises(VolumeError) as raised:
        files_of(volume)
    assert str(raised.value) == message


TOKEN: Obj = {"serviceAccountToken": {"path": "token"}}
ROOT_CA: Obj = {"configMap": {"name": "kube-root-ca.crt"}}
NAMESPACE: Obj = {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}]}}
TOKEN_VOLUMES: dict[str, tuple[Obj, bool]] = {
    "what every pod gets": ({"projected": {"sources": [TOKEN, ROOT_CA, NAMESPACE]}}, True),
    "with another ConfigMap": ({"projected": {"sources": [TOKEN, {"configMap": {"name": "app"}}]}}, False),
    "with labels": ({"projected": {"sources": [{"downwardAPI": {"items": [LABELS]}}]}}, False),
    "a ConfigMap": ({"configMap": {"name": "app"}}, False),
    "no sources": ({"projected": {}}, False),
}


@pytest.mark.parametrize(("volume", "expected"), TOKEN_VOLUMES.values(), ids=TOKEN_VOLUMES.keys())
def test_is_token_volume(volume: Obj, expected: bool) -> None:
    assert is_token_volume(volume) is expected
