"""The dashboard with a cluster that is a table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import AsyncClient

from tests.unit.dashboard import fake_host
from tests.unit.dashboard.fake_host import FakeHost


@pytest.fixture
def host(settings: pytest.FixtureRequest) -> Iterator[FakeHost]:
    """The cluster ``demo``."""
    settings.HOSTS = "tests.unit.dashboard.fake_host.current"
    demo = FakeHost()
    fake_host.HOSTS.hosts = {"demo": demo}
    yield demo
    fake_host.HOSTS.hosts = {}


@pytest.fixture
def client() -> AsyncClient:
    """A browser on this machine."""
    return AsyncClient(headers={"host": "127.0.0.1"})
