"""One server for all tests of this ring; each test has a namespace of its own."""

from __future__ import annotations

import itertools
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.server import Server, kubectl_path, running_demo

_numbers = itertools.count(1)
_DISCARDED = re.compile(r"^E\d{4} .*websocket.go:\d+\] Unknown stream id \d, discarding message\n", re.MULTILINE)
"""What kubectl says when the empty message that opens a session comes before it is ready for its streams, as it may from any server."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo at instant pace."""
    with running_demo(tmp_path_factory.mktemp("parity") / "data") as running:
        yield running


@dataclass(frozen=True, slots=True)
class Kubectl:
    """The real kubectl, pointed at the server and at one namespace. ``cache``: of what it has discovered, since the
    definitions of an earlier test are gone; its own when None."""

    program: str
    kubeconfig: Path
    namespace: str
    cache: Path | None = None

    def __call__(self, *arguments: str, stdin: str = "", ok: bool = True, context: str = "") -> str:
        """Run it and return what it printed (stdout, then stderr); fails the test when its exit code surprises."""
        result = self.run(*arguments, stdin=stdin, context=context)
        assert (result.returncode == 0) is ok, f"kubectl {' '.join(arguments)}: exit {result.returncode}\n{result.stdout}{result.stderr}"
        return result.stdout + _DISCARDED.sub("", result.stderr)

    def run(self, *arguments: str, stdin: str = "", context: str = "") -> subprocess.CompletedProcess[str]:
        """Run it and return everything."""
        return subprocess.run(
            self.command(*arguments, context=context), input=stdin, capture_output=True, text=True, timeout=90, check=False
        )

    def command(self, *arguments: str, context: str = "") -> list[str]:
        """The command line."""
        chosen = ["--context", context] if context else []
        cached = ["--cache-dir", str(self.cache)] if self.cache else []
        where = ["--kubeconfig", str(self.kubeconfig), *cached, "--namespace", self.namespace]
        return [self.program, *where, *chosen, *arguments]


@pytest.fixture
def kubectl(server: Server, tmp_path: Path) -> Iterator[Kubectl]:
    """kubectl in a fresh namespace."""
    subject = Kubectl(kubectl_path(), server.kubeconfig, f"parity-{next(_numbers)}", tmp_path / "cache")
    subject("create", "namespace", subject.namespace)
    yield subject
    subject("delete", "namespace", subject.namespace, "--wait=false")


@pytest.fixture
def applied(kubectl: Kubectl) -> Callable[[str], str]:
    """Apply a manifest and return what kubectl said."""
    return lambda manifest: kubectl("apply", "-f", "-", stdin=manifest)
