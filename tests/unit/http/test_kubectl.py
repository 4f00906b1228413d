"""A program in kubectl's place: what it is told, what it is given, and what becomes of it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
import yaml

from cluster.http import kubectl as room
from cluster.http import pki
from cluster.http.kubectl import Kubectl, NoKubectlError, Output


def _kubectl(folder: Path, script: str) -> Kubectl:
    """A ``kubectl`` that is a Python script."""
    program = folder / "kubectl"
    program.write_text(f"#!{sys.executable}\nimport os, sys, time\n{script}\n")
    program.chmod(0o700)
    return Kubectl(str(program), "https://127.0.0.1:6443", pki.ensure(folder), folder / "home")


def _run(kubectl: Kubectl, *arguments: str) -> Output:
    return asyncio.run(kubectl.run("demo", arguments))


def test_it_has_a_kubeconfig_of_this_cluster_and_a_home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    kubectl = _kubectl(tmp_path, "print(sys.argv[1:], sorted(os.environ), open(os.environ['KUBECONFIG']).read(), sep='\\n')")
    arguments, environment, config = _run(kubectl, "get", "$(id)").text.split("\n", 2)
    home = tmp_path / "home"
    assert (arguments, set(environment[2:-2].split("', '")) - {"LC_CTYPE"}) == ("['get', '$(id)']", {"HOME", "KUBECONFIG", "PATH"})
    assert yaml.safe_load(config)["clusters"][0]["cluster"]["server"] == "https://127.0.0.1:6443/clusters/demo"
    assert [(path.name, path.stat().st_mode & 0o777) for path in home.iterdir()] == [("demo.yaml", 0o600)]


def test_both_streams_are_shown_and_nothing_is_read(tmp_path: Path) -> None:
    kubectl = _kubectl(tmp_path, "print(len(sys.stdin.read()), flush=True); print('no such pod', file=sys.stderr); sys.exit(1)")
    assert _run(kubectl) == Output("0\nno such pod\n", 1, is_cut=False)


def test_much_is_cut(tmp_path: Path) -> None:
    kubectl = _kubectl(tmp_path, "sys.stdout.write('x' * 10**7)")
    assert _run(kubectl) == Output("x" * room.OUTPUT_LIMIT, 0, is_cut=True)


def test_what_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SECONDS", 0.5)
    kubectl = _kubectl(tmp_path, "print(os.getpid(), flush=True); time.sleep(600)")
    output = _run(kubectl)
    assert (output.code, output.is_cut, Path(f"/proc/{int(output.text)}").exists()) == (None, False, False)


@pytest.mark.parametrize(("mode", "why"), [(None, ""), (0o700, "Exec format error")], ids=["there is none", "it is no program"])
def test_without_kubectl(tmp_path: Path, mode: int | None, why: str) -> None:
    program = tmp_path / "kubectl"
    if mode is not None:
        program.write_bytes(b"\x7fELF")
        program.chmod(mode)
    with pytest.raises(NoKubectlError) as fault:
        _run(Kubectl(str(program), "https://127.0.0.1:6443", pki.ensure(tmp_path), tmp_path / "home"))
    assert (why in str(fault.value), bool(str(fault.value))) == (True, mode is not None)
