"""What is said about where a server listens."""

from __future__ import annotations

import pytest

from cluster.http.serving import authority


@pytest.mark.parametrize(
    ("host", "expected"), [("127.0.0.1", "127.0.0.1:6443"), ("podium.example", "podium.example:6443"), ("::1", "[::1]:6443")]
)
def test_an_address_is_written_as_urls_have_it(host: str, expected: str) -> None:
    assert authority(host, 6443) == expected
