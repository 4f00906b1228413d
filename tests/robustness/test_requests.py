"""10,000 requests of every sort: none crashes the server, every refusal is a Status, and no 5xx but upstream's own."""

from __future__ import annotations

import re

import orjson
import pytest

from tests.robustness.author import Asked, Author
from tests.unit.apiserver.rig import Rig
from tests.unit.http.door import Door, Reply

IN_A_ROW = 8
"""Requests to one cluster: what one has left behind meets the next."""
PARTS, CLUSTERS = 25, 50
"""Parts of the whole, so that they are spread, and clusters in each."""

UPSTREAMS_OWN = (
    re.compile(r"resourceVersion should not be set on objects to be created"),
    re.compile(r"strconv.ParseUint: parsing .*: (invalid syntax|value out of range)"),
    re.compile(r"^\[?(metadata|target)\.\w+: "),  # of a Binding
    re.compile(r"^failed to create typed patch object"),
    re.compile(r"does not contain declared merge key: \w+"),  # this and what follows of strategic merge patches
    re.compile(r"^expected a (\[\]|map\[string\])interface \{\}, but received a "),
    re.compile(r"^unknown patch type: "),
    re.compile(r"^merging lists cannot yet be specified in the patch$"),
    re.compile(r"^error trying to reach service: "),  # of a proxy, whose far end is not there
    re.compile(r"Timeout: Too large resource version: \d+, current: \d+"),
)
"""What a real API server answers with 5xx, too: errors of the storage layer that are no API errors, and of what it passes on."""


def complaint(reply: Reply) -> str:
    """Return what is wrong with an answer; an empty string when nothing is."""
    if reply.code < 400 or not reply.content:
        return ""  # to HEAD nothing more is said
    if reply.headers["content-type"].startswith("text/plain"):
        return "" if (reply.code, reply.content) == (404, b"404 page not found\n") else "a refusal in plain text"
    if reply.headers["content-type"] == "application/yaml":
        return "" if b"\nkind: Status\n" in reply.content else "a refusal that is no Status"
    status = orjson.loads(reply.content)
    if (status.get("kind"), status.get("code"), status.get("status")) != ("Status", reply.code, "Failure"):
        return "a refusal that is no Status"
    if reply.code >= 500 and not any(pattern.search(status["message"]) for pattern in UPSTREAMS_OWN):
        return f"{reply.code}: {status['message']}"
    return ""


def _faults(seed: int) -> list[tuple[str, Asked]]:
    door, author = Door(Rig()), Author(seed)
    found = []
    for _ in range(IN_A_ROW):
        asked = author.request()
        wrong = complaint(door.ask(asked.method, asked.path, asked.body, asked.headers))
        if wrong:
            found.append((wrong, asked))
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_is_asked_is_answered_properly(part: int) -> None:
    assert [fault for seed in range(part * CLUSTERS, (part + 1) * CLUSTERS) for fault in _faults(seed)] == []
