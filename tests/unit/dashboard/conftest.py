"""The dashboard with a cluster that is a table."""

from __future__ import annotations

import pytest
from django.test import AsyncClient

from dashboard import clusters
from tests.unit.dashboard.fake_host import FakeHost, FakeHosts


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> FakeHost:
    """The cluster ``demo``."""
    demo = FakeHost()
    monkeypatch.setattr(clusters, "hosts", lambda: FakeHosts({"demo": demo}))
    return demo


@pytest.fixture
def client() -> AsyncClient:
    """A browser on this machine."""
    return AsyncClient()
