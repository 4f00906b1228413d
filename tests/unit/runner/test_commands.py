"""The commands' one-line answers to what cannot be done."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from cluster.models import Cluster


@pytest.mark.django_db(transaction=True)
def test_a_cluster_is_created_once() -> None:
    call_command("createcluster", "class-1", workers=2, seed=7)
    assert Cluster.objects.values_list("name", "seed", "pace").get() == ("class-1", 7, "lecture")
    with pytest.raises(CommandError, match="there is a cluster 'class-1' already"):
        call_command("createcluster", "class-1")


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
