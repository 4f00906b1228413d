"""The control plane's static pods: each is a pod that a kubelet takes, with the flags, probes and volumes of kubeadm."""

from __future__ import annotations

import pytest
import yaml

from cluster.kubeadm.init import write_manifests
from cluster.kubeadm.static_pods import components, manifest
from cluster.kubelet.static_pods import decode_manifest
from cluster.machinery.meta import Obj
from cluster.machinery.node_files import StoredFiles
from tests.unit.node_room import Disk

NODE, ADDRESS = "control-plane-1", "192.168.0.10"
MANIFESTS = {component.name: manifest(component) for component in components(NODE, ADDRESS)}
Row = tuple[str, str, str, str, tuple[str, int], list[str]]
CASES: dict[str, Row] = {
    "etcd": ("100m", "/livez", "/readyz", "/readyz", ("127.0.0.1", 2381), ["etcd-certs", "etcd-data"]),
    "kube-apiserver": (
        "250m",
        "/livez",
        "/readyz",
        "/livez",
        (ADDRESS, 6443),
        ["ca-certs", "etc-ca-certificates", "k8s-certs", "usr-local-share-ca-certificates", "usr-share-ca-certificates"],
    ),
    "kube-controller-manager": (
        "200m",
        "/healthz",
        "",
        "/healthz",
        ("127.0.0.1", 10257),
        [
            "ca-certs",
            "etc-ca-certificates",
            "flexvolume-dir",
            "k8s-certs",
            "kubeconfig",
            "usr-local-share-ca-certificates",
            "usr-share-ca-certificates",
        ],
    ),
    "kube-scheduler": ("100m", "/livez", "/readyz", "/livez", ("127.0.0.1", 10259), ["kubeconfig"]),
}


def row(pod: Obj) -> Row:
    (container,) = pod["spec"]["containers"]
    paths = [container.get(probe, {}).get("httpGet", {}).get("path", "") for probe in ("livenessProbe", "readinessProbe", "startupProbe")]
    place = (container["livenessProbe"]["httpGet"]["host"], container["ports"][0]["containerPort"])
    return container["resources"]["requests"]["cpu"], *paths, place, [volume["name"] for volume in pod["spec"]["volumes"]]


@pytest.mark.parametrize(("name", "expected"), CASES.items(), ids=CASES.keys())
def test_static_pods(name: str, expected: Row) -> None:
    assert row(MANIFESTS[name]) == expected


def test_flags_come_in_the_order_of_the_alphabet() -> None:
    commands = [pod["spec"]["containers"][0]["command"] for pod in MANIFESTS.values()]
    assert [command[1:] for command in commands] == [sorted(command[1:]) for command in commands]


def test_what_is_written_is_what_a_kubelet_reads() -> None:
    files = StoredFiles(Disk())
    write_manifests(files, NODE, ADDRESS)
    folder = "/etc/kubernetes/manifests"
    read = {name: files.read(f"{folder}/{name}") or b"" for name in files.names(folder) or ()}
    pods = [decode_manifest(text, name, NODE) for name, text in read.items()]
    assert ([pod["metadata"]["name"] for pod in pods], [yaml.safe_load(text) for text in read.values()]) == (
        [f"{name}-{NODE}" for name in CASES],
        list(MANIFESTS.values()),
    )
