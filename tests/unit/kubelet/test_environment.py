"""The environment of a container."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import pytest

from cluster.kubelet.downward import FieldError, PodFacts, field_value, resource_value
from cluster.kubelet.environment import ConfigError, check_user, environment
from cluster.kubelet.expansion import expand
from cluster.kubelet.service_environment import service_variables
from cluster.machinery.cri import Image
from cluster.machinery.meta import Obj

EXPANSIONS = {
    "no reference": ("plain", "plain"),
    "a reference": ("http://$(HOST):80", "http://web:80"),
    "a name that is not known stays": ("$(NOBODY)", "$(NOBODY)"),
    "two dollars stand for one": ("$$(HOST) costs 5$$", "$(HOST) costs 5$"),
    "a dollar alone stays": ("$HOST $", "$HOST $"),
    "a reference that does not end stays": ("$(HOST", "$(HOST"),
    "an empty one": ("a$(EMPTY)b", "ab"),
}


@pytest.mark.parametrize(("text", "expected"), EXPANSIONS.values(), ids=EXPANSIONS.keys())
def test_expand(text: str, expected: str) -> None:
    assert expand(text, {"HOST": "web", "EMPTY": ""}) == expected


POD: Obj = {
    "metadata": {
        "name": "web",
        "namespace": "shop",
        "uid": "u1",
        "labels": {"b": "2", "a": 'x"y'},
        "annotations": {"build": "7"},
    },
    "spec": {
        "nodeName": "n1",
        "serviceAccountName": "robot",
        "containers": [{"name": "c", "resources": {"requests": {"cpu": "1500m", "memory": "64Mi"}, "limits": {"cpu": "2"}}}],
    },
}
FACTS = PodFacts(POD, "10.244.0.2", "192.168.0.10", {"cpu": "4", "memory": "8Gi"})
CONTAINER: Obj = POD["spec"]["containers"][0]

FIELDS = {
    "metadata.name": "web",
    "metadata.namespace": "shop",
    "metadata.uid": "u1",
    "metadata.labels['b']": "2",
    "metadata.annotations['build']": "7",
    "metadata.labels['none']": "",
    "metadata.labels": 'a="x\\"y"\nb="2"',
    "spec.nodeName": "n1",
    "spec.serviceAccountName": "robot",
    "status.podIP": "10.244.0.2",
    "status.hostIP": "192.168.0.10",
}


@pytest.mark.parametrize(("path", "expected"), FIELDS.items(), ids=FIELDS.keys())
def test_field_value(path: str, expected: str) -> None:
    assert field_value(FACTS, path) == expected


RESOURCES = {
    "a request of processor in whole cores, rounded up": ("requests.cpu", "0", "2"),
    "in thousandths": ("requests.cpu", "1m", "1500"),
    "memory in bytes": ("requests.memory", "0", str(64 << 20)),
    "in mebibytes": ("requests.memory", "1Mi", "64"),
    "a limit": ("limits.cpu", "1", "2"),
    "a limit that is not set is what the node has": ("limits.memory", "1Gi", "8"),
    "a request that is not set": ("requests.ephemeral-storage", "0", "0"),
}


@pytest.mark.parametrize(("resource", "divisor", "expected"), RESOURCES.values(), ids=RESOURCES.keys())
def test_resource_value(resource: str, divisor: str, expected: str) -> None:
    assert resource_value(FACTS, {"resource": resource, "divisor": divisor}, CONTAINER) == expected


def test_what_a_pod_does_not_have() -> None:
    with pytest.raises(FieldError, match=r"unsupported fieldPath: status\.phase"):
        field_value(FACTS, "status.phase")
    with pytest.raises(FieldError, match="container other not found"):
        resource_value(FACTS, {"resource": "limits.cpu", "containerName": "other"}, CONTAINER)


class Namespace:
    """ConfigMap ``app`` and Secret ``login``."""

    def config_map(self, name: str) -> Obj | None:
        return {"data": {"COLOR": "blue", "SIZE": "7"}} if name == "app" else None

    def secret(self, name: str) -> Obj | None:
        return {"data": {"password": base64.b64encode(b"s3cret").decode()}} if name == "login" else None


def of(**source: Obj) -> Obj:
    return {"name": "V", "valueFrom": source}


SERVICES = {"WEB_SERVICE_HOST": "10.96.0.7"}
ENVIRONMENTS: dict[str, tuple[Obj, Mapping[str, str]]] = {
    "values, later ones from earlier ones": (
        {
            "env": [
                {"name": "A", "value": "1"},
                {"name": "B", "value": "$(A)2"},
                {"name": "C", "value": "$(D)"},
                {"name": "D", "value": "x"},
            ]
        },
        {"A": "1", "B": "12", "C": "$(D)", "D": "x"},
    ),
    "a Service's variables may be referred to": (
        {"env": [{"name": "U", "value": "http://$(WEB_SERVICE_HOST)"}]},
        {"U": "http://10.96.0.7"},
    ),
    "and overruled": ({"env": [{"name": "WEB_SERVICE_HOST", "value": "x"}]}, {"WEB_SERVICE_HOST": "x"}),
    "a whole ConfigMap with a prefix": (
        {"envFrom": [{"prefix": "APP_", "configMapRef": {"name": "app"}}]},
        {"APP_COLOR": "blue", "APP_SIZE": "7"},
    ),
    "a whole Secret": ({"envFrom": [{"secretRef": {"name": "login"}}]}, {"password": "s3cret"}),
    "env overrules envFrom": (
        {"envFrom": [{"configMapRef": {"name": "app"}}], "env": [{"name": "SIZE", "value": "$(SIZE)0"}]},
        {"COLOR": "blue", "SIZE": "70"},
    ),
    "a key of a ConfigMap": ({"env": [of(configMapKeyRef={"name": "app", "key": "COLOR"})]}, {"V": "blue"}),
    "a key of a Secret": ({"env": [of(secretKeyRef={"name": "login", "key": "password"})]}, {"V": "s3cret"}),
    "a field": ({"env": [of(fieldRef={"fieldPath": "metadata.name"})]}, {"V": "web"}),
    "a resource of another container": ({"env": [of(resourceFieldRef={"resource": "limits.cpu", "containerName": "c"})]}, {"V": "2"}),
    "what is optional may be missing": (
        {
            "envFrom": [{"configMapRef": {"name": "none", "optional": True}}, {"secretRef": {"name": "none", "optional": True}}],
            "env": [
                of(configMapKeyRef={"name": "app", "key": "none", "optional": True}),
                of(secretKeyRef={"name": "n", "key": "k", "optional": True}),
            ],
        },
        {},
    ),
}


@pytest.mark.parametrize(("container", "expected"), ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_environment(container: Obj, expected: Mapping[str, str]) -> None:
    assert environment({"name": "d", **container}, FACTS, Namespace(), SERVICES) == {**SERVICES, **expected}


REFUSALS: dict[str, tuple[Obj, str]] = {
    "no such ConfigMap": ({"envFrom": [{"configMapRef": {"name": "none"}}]}, 'configmap "none" not found'),
    "no such Secret": ({"envFrom": [{"secretRef": {"name": "none"}}]}, 'secret "none" not found'),
    "no such ConfigMap for a key": ({"env": [of(configMapKeyRef={"name": "none", "key": "a"})]}, 'configmap "none" not found'),
    "no such key in a ConfigMap": ({"env": [of(configMapKeyRef={"name": "app", "key": "a"})]}, "couldn't find key a in ConfigMap shop/app"),
    "no such key in a Secret": ({"env": [of(secretKeyRef={"name": "login", "key": "a"})]}, "couldn't find key a in Secret shop/login"),
}


@pytest.mark.parametrize(("container", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_keeps_a_container_from_being_created(container: Obj, message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        environment({"name": "d", **container}, FACTS, Namespace(), SERVICES)
    assert str(raised.value) == message


def service(name: str, address: str, *ports: Obj) -> Obj:
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": {"clusterIP": address, "ports": list(ports)}}


SERVICE_CASES: dict[str, tuple[Obj, dict[str, str]]] = {
    "a Service without an address is not told of": (service("web", "None", {"port": 80}), {}),
    "one port": (
        service("my-web", "10.96.0.7", {"port": 80, "protocol": "TCP"}),
        {
            "MY_WEB_SERVICE_HOST": "10.96.0.7",
            "MY_WEB_SERVICE_PORT": "80",
            "MY_WEB_PORT": "tcp://10.96.0.7:80",
            "MY_WEB_PORT_80_TCP": "tcp://10.96.0.7:80",
            "MY_WEB_PORT_80_TCP_PROTO": "tcp",
            "MY_WEB_PORT_80_TCP_PORT": "80",
            "MY_WEB_PORT_80_TCP_ADDR": "10.96.0.7",
        },
    ),
    "a named port": (
        service("dns", "10.96.0.10", {"port": 53, "name": "dns-udp", "protocol": "UDP"}),
        {
            "DNS_SERVICE_HOST": "10.96.0.10",
            "DNS_SERVICE_PORT": "53",
            "DNS_SERVICE_PORT_DNS_UDP": "53",
            "DNS_PORT": "udp://10.96.0.10:53",
            "DNS_PORT_53_UDP": "udp://10.96.0.10:53",
            "DNS_PORT_53_UDP_PROTO": "udp",
            "DNS_PORT_53_UDP_PORT": "53",
            "DNS_PORT_53_UDP_ADDR": "10.96.0.10",
        },
    ),
}


@pytest.mark.parametrize(("obj", "expected"), SERVICE_CASES.values(), ids=SERVICE_CASES.keys())
def test_service_variables(obj: Obj, expected: dict[str, str]) -> None:
    assert service_variables([obj]) == expected


AS_ROOT, AS_101, AS_SOMEBODY, AS_UNKNOWN = (
    Image("i", "r", 1, 0),
    Image("i", "r", 1, 101),
    Image("i", "r", 1, None, "app"),
    Image("i", "r", 1),
)
WHO = '(pod: "web_shop(u1)", container: c)'
USERS: dict[str, tuple[Obj, Obj, Image, str]] = {
    "nothing said": ({}, {}, AS_ROOT, ""),
    "root, which nobody minds": ({"runAsUser": 0}, {}, AS_ROOT, ""),
    "not root": ({"runAsNonRoot": True}, {"runAsUser": 1000}, AS_ROOT, ""),
    "the container's word counts": ({"runAsNonRoot": True, "runAsUser": 0}, {"runAsUser": 1000}, AS_ROOT, ""),
    "root, which must not be": ({"runAsNonRoot": True}, {"runAsUser": 0}, AS_101, f"container's runAsUser breaks non-root policy {WHO}"),
    "an image that is root": ({"runAsNonRoot": True}, {}, AS_ROOT, f"container has runAsNonRoot and image will run as root {WHO}"),
    "one that is not": ({"runAsNonRoot": True}, {}, AS_101, ""),
    "one that only has a name": (
        {},
        {"runAsNonRoot": True},
        AS_SOMEBODY,
        f"container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root {WHO}",
    ),
    "one whose user nobody knows": ({"runAsNonRoot": True}, {}, AS_UNKNOWN, ""),
}


@pytest.mark.parametrize(("of_pod", "own", "image", "expected"), USERS.values(), ids=USERS.keys())
def test_check_user(of_pod: Obj, own: Obj, image: Image, expected: str) -> None:
    pod = {**POD, "spec": {"securityContext": of_pod}}
    message = ""
    try:
        check_user(pod, {"name": "c", "securityContext": own}, image)
    except ConfigError as error:
        message = str(error)
    assert message == expected
