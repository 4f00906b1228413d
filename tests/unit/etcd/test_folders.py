"""Keys are found by what they begin with, in order, however they lie in folders."""

from __future__ import annotations

import pytest

from cluster.etcd.folders import Folders, bounds

KEYS = [
    "/node/n1/pods/p1",
    "/registry/pods-of-old/a/x",
    "/registry/pods/a/x",
    "/registry/pods/a/y",
    "/registry/pods/b/x",
    "/registry/widgets",
    "short",
]


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        pytest.param("/registry/pods/", KEYS[2:5], id="a folder"),
        pytest.param("/registry/pods/a/", KEYS[2:4], id="a part of one"),
        pytest.param("/registry/pods", KEYS[1:5], id="what only begins a folder's name may mean several"),
        pytest.param("/registry/", KEYS[1:6], id="a folder of folders"),
        pytest.param("", KEYS, id="everything"),
        pytest.param("/registry/nothing/", [], id="a folder that does not exist"),
    ],
)
def test_keys_are_found_by_what_they_begin_with(prefix: str, found: list[str]) -> None:
    made = Folders(reversed(KEYS))
    grown = Folders()
    for key in KEYS[::2] + KEYS[1::2] + ["/registry/gone/x"]:
        grown.add(key)
    grown.remove("/registry/gone/x")
    for folders in (made, grown):
        keys = folders.may_begin_with(prefix)
        first, end = bounds(keys, prefix, "")
        assert keys[first:end] == found
