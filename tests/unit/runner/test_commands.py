"""The commands' one-line answers to what cannot be done."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from cluster.client.client import Client
from cluster.http import pki
from cluster.kubelet.machine import Machine
from cluster.machinery.bootstrap_token import SECRET_PREFIX
from cluster.machinery.kinds.core import NODES
from cluster.machinery.meta import after
from cluster.machinery.quantity import FORMAT_WRONG
from cluster.models import Cluster
from cluster.runner.assembly import Assembly
from cluster.runner.bootstrap import create_cluster
from cluster.runner.kubeadm import ADMIN
from cluster.runner.node_orders import PREFIX

MANIFEST = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: nginx}]}\n"
IDENTITY = "error execution phase preflight: couldn't validate the identity of the API Server: "


@pytest.mark.django_db(transaction=True)
def test_a_cluster_is_created_once() -> None:
    call_command("createcluster", "class-1", workers=2, seed=7)
    assert Cluster.objects.values_list("name", "seed", "pace").get() == ("class-1", 7, "lecture")
    with pytest.raises(CommandError, match="there is a cluster 'class-1' already"):
        call_command("createcluster", "class-1")


@pytest.mark.django_db(transaction=True)
def test_a_machine_joins_with_the_next_address_and_can_come_again() -> None:
    cluster = create_cluster("class-1", seed=7, workers=1)
    call_command("addnode", "class-1", "gpu-1", "--cpu", "8", "--label", "gpu=yes")
    assembly = Assembly(cluster.pk)
    with assembly.store.transaction():
        engine = assembly.start_loops()

        def run() -> list[tuple[str, str, str | None]]:
            engine.run_until(after(engine.clock.now, 30))
            nodes = [kv.obj for kv in assembly.store.list("/registry/minions/").items]
            return [(n["metadata"]["name"], n["status"]["addresses"][0]["address"], n["metadata"]["labels"].get("gpu")) for n in nodes]

        joined = run()
        proxies = [kv.obj["spec"]["nodeName"] for kv in assembly.store.list("/registry/pods/kube-system/kube-proxy-").items]
        Client(assembly.api, "kubectl", ADMIN, engine.checkpoint).delete(NODES, "gpu-1")
        gone = run()
        assembly.join(Machine("gpu-1"))
        again = run()
    others = [("control-plane-1", "192.168.0.10", None), ("worker-1", "192.168.0.11", None)]
    assert (joined, sorted(proxies), gone, again) == (
        [others[0], ("gpu-1", "192.168.0.12", "yes"), others[1]],
        ["control-plane-1", "gpu-1", "worker-1"],
        others,
        [others[0], ("gpu-1", "192.168.0.12", None), others[1]],
    )


@pytest.mark.django_db(transaction=True)
def test_a_machine_joins_with_a_token_where_somebody_signs_its_certificate(capsys: pytest.CaptureFixture[str]) -> None:
    pki.ensure(settings.DATA_DIR)
    cluster = create_cluster("class-1", seed=7, workers=1)
    assembly = Assembly(cluster.pk)
    token = assembly.kubeadm.usable_token()
    call_command("addnode", "class-1", "w9")
    said = capsys.readouterr().out.splitlines()
    assembly.refresh()
    with assembly.store.transaction():
        engine = assembly.start_loops()
        engine.run_until(after(engine.clock.now, 30))
    requests = [kv.obj["spec"]["username"] for kv in assembly.store.list("/registry/certificatesigningrequests/").items]
    proxies = [kv.obj["spec"]["nodeName"] for kv in assembly.store.list("/registry/pods/kube-system/kube-proxy-").items]
    lease = assembly.store.get("/registry/leases/kube-node-lease/w9")
    pin = assembly.kubeadm.ca_cert_hash
    assert (said, requests, sorted(proxies), lease is not None) == (
        [
            f"kubeadm join 192.168.0.10:6443 --token {token} --discovery-token-ca-cert-hash {pin}",
            "w9 joins class-1 as soon as its loops run",
        ],
        [f"system:bootstrap:{str(token)[:6]}"] * 2,
        ["control-plane-1", "w9", "worker-1"],
        True,
    )


@pytest.mark.django_db(transaction=True)
def test_a_machine_that_kubeadm_sends_away_leaves_nothing() -> None:
    pki.ensure(settings.DATA_DIR)
    assembly = Assembly(create_cluster("class-1", seed=7, workers=1).pk)
    before = assembly.store.revision
    refused = []
    for line in (["--token", "abcdef.0123456789abcdef"], ["--discovery-token-ca-cert-hash", "sha256:00"], ["--memory", "lots"]):
        with pytest.raises(CommandError) as refusal:
            call_command("addnode", "class-1", "w9", *line, "--discovery-timeout", "0")
        refused.append(str(refusal.value))
    assembly.refresh()
    assert (refused, assembly.store.revision, assembly.store.list(PREFIX).items) == (
        [
            f'{IDENTITY}could not find a JWS signature in the cluster-info ConfigMap for token ID "abcdef"',
            f'{IDENTITY}invalid discovery token CA certificate hash: invalid hash "sha256:00", '
            "expected a 32 byte SHA-256 hash, found 1 bytes",
            f"memory is 'lots': {FORMAT_WRONG}",
        ],
        before,
        [],
    )


@pytest.mark.django_db(transaction=True)
def test_when_all_tokens_have_expired_a_new_one_is_made_and_waits_for_its_signature() -> None:
    pki.ensure(settings.DATA_DIR)
    assembly = Assembly(create_cluster("class-1", seed=7, workers=1).pk)
    (old,) = assembly.store.list(f"/registry/secrets/kube-system/{SECRET_PREFIX}").items
    assembly.store.put(old.key, None)
    with pytest.raises(CommandError, match="could not find a JWS signature"):
        call_command("addnode", "class-1", "w9", "--discovery-timeout", "0")
    assembly.refresh()
    made = assembly.kubeadm.usable_token()
    with assembly.store.transaction():
        engine = assembly.start_loops()
        engine.run_until(after(engine.clock.now, 1))
    files = assembly.kubeadm.join("w9", str(made), [assembly.kubeadm.ca_cert_hash])
    assert (made is not None, len(files)) == (True, 3)


@pytest.mark.django_db(transaction=True)
def test_what_addnode_refuses() -> None:
    create_cluster("class-1", seed=7, workers=1)
    with pytest.raises(CommandError, match='nodes "worker-1" already exists'):
        call_command("addnode", "class-1", "worker-1")
    with pytest.raises(CommandError, match="there is no cluster 'nowhere'"):
        call_command("addnode", "nowhere", "n1")


@pytest.mark.django_db(transaction=True)
def test_orders_for_machines_are_left_when_they_are_good(tmp_path: Path) -> None:
    assembly = Assembly(create_cluster("class-1", seed=7, workers=1, addons=False).pk)
    (tmp_path / "web.yaml").write_text(MANIFEST)
    call_command("nodeorder", "class-1", "worker-1", "pressure", "memory=6Gi", "pids=31k")
    call_command("nodeorder", "class-1", "worker-1", "write-manifest", "--file", str(tmp_path / "web.yaml"))
    call_command("nodeorder", "class-1", "worker-1", "shutdown", "shutdownGracePeriod=40")
    said = []
    for line in (["pressure", "memory"], ["shutdown", "shutdownGracePeriod=soon"], ["stop", "--file", "nowhere"], ["pressure", "disk=x"]):
        with pytest.raises(CommandError) as refusal:
            call_command("nodeorder", "class-1", "worker-1", *line)
        said.append(str(refusal.value))
    assembly.refresh()
    left = [(order["action"], order["detail"]) for order in (kv.obj for kv in assembly.store.list(PREFIX).items)]
    assert (left, said) == (
        [
            ("pressure", {"memory": "6Gi", "pids": "31k"}),
            ("write-manifest", {"name": "web.yaml", "text": MANIFEST}),
            ("shutdown", {"shutdownGracePeriod": 40.0}),
        ],
        [
            "'memory' is no NAME=VALUE",
            "shutdownGracePeriod is a number of seconds, not 'soon'",
            "nowhere cannot be read: [Errno 2] No such file or directory: 'nowhere'",
            f"disk is 'x': {FORMAT_WRONG}",
        ],
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "workers", "said"),
    [
        pytest.param("a b", 3, "'a b' cannot be a cluster's name", id="a name with a space"),
        pytest.param("x" * 64, 3, "cannot be a cluster's name", id="a name that is too long"),
        pytest.param("ok", 0, "--workers is a number from 1 to 200, not 0", id="no workers"),
        pytest.param("ok", 1000, "--workers is a number from 1 to 200, not 1000", id="too many workers"),
    ],
)
def test_what_createcluster_refuses(name: str, workers: int, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("createcluster", name, workers=workers)


def test_demo_names_the_port_that_is_taken(tmp_path: Path) -> None:
    with override_settings(DATA_DIR=tmp_path), socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"port {port} is taken: .* PORT={port + 1}"):
            call_command("demo", port=str(port), api_port="18766")


@pytest.mark.parametrize(
    ("port", "api_port", "said"),
    [
        ("0", "6443", "PORT=0 is no port"),
        ("18765", "70000", "API_PORT=70000 is no port"),
        ("abc", "6443", "PORT=abc is no port"),
        ("18765", "18765", "PORT and API_PORT are both 18765"),
    ],
)
def test_demo_refuses_ports_that_are_none(tmp_path: Path, port: str, api_port: str, said: str) -> None:
    with override_settings(DATA_DIR=tmp_path), pytest.raises(CommandError, match=said):
        call_command("demo", port=port, api_port=api_port)


def test_demo_names_the_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        override_settings(DATA_DIR=tmp_path / "file" / "data"),
        pytest.raises(CommandError, match=r"cannot be written to .* DATA=<folder>"),
    ):
        call_command("demo", port="18765", api_port="18766")
