"""Where processes under test keep their data: an SQLite file, or PostgreSQL with Redis when there are servers to try.

``PODIUM_TEST_POSTGRESQL`` and ``PODIUM_TEST_REDIS`` name them. Without them a test says that it was skipped;
``PODIUM_REQUIRE_SERVICES=1`` turns that into a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
KINDS = [
    pytest.param("sqlite", id="on one SQLite file"),
    pytest.param("postgresql", id="on PostgreSQL", marks=[pytest.mark.postgresql]),
]


def service(variable: str) -> str:
    """Return a server's address from the environment; without it the test is skipped, or fails where it must not be."""
    address = os.environ.get(variable, "")
    if not address:
        message = f"no server to try: set {variable}"
        if os.environ.get("PODIUM_REQUIRE_SERVICES") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return address


def redis_of_this_worker() -> str:
    """Return the address of a Redis database that no other process of pytest uses: ``gw1`` takes the first one's next."""
    address = urlsplit(service("PODIUM_TEST_REDIS"))
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return address._replace(path=f"/{int(address.path.strip('/') or 0) + worker}").geturl()


@dataclass
class Site:
    """One database and folder, and the processes that were started on it."""

    folder: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a Python process of the project; its output goes to a file in the folder."""
        log = (self.folder / f"process-{len(self.processes)}.log").open("w")
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
        log.close()
        self.processes.append(process)
        return process

    def run(self, *arguments: str, **environment: str) -> None:
        """Run a Python process of the project to its end; it must succeed."""
        process = self.start(*arguments, **environment)
        assert process.wait(timeout=280) == 0, self.output()

    def stop(self) -> None:
        """End what still runs."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()

    def output(self) -> str:
        """Return the end of what every process said."""
        logs = sorted(self.folder.glob("process-*.log"))
        return "\n".join(f"--- {path.name}\n{path.read_text()[-3000:]}" for path in logs)


@contextmanager
def site(kind: str, folder: Path) -> Iterator[Site]:
    """A database of its own, which the first process migrates; with PostgreSQL goes a Redis."""
    environment = {"PODIUM_DATA": str(folder), "PODIUM_DATABASE": f"sqlite:///{folder / 'podium.sqlite3'}", "PODIUM_SUPERVISOR": "worker"}
    if kind == "postgresql":
        server = service("PODIUM_TEST_POSTGRESQL")
        name = f"podium_{os.getpid()}_{abs(hash(folder))}"
        environment["PODIUM_DATABASE"] = f"{server.rpartition('/')[0]}/{name}"
        environment["PODIUM_REDIS"] = redis_of_this_worker()
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    made = Site(folder, environment)
    try:
        yield made
    finally:
        made.stop()
        if kind == "postgresql":
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
