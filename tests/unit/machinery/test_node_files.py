"""Files of a node: what was written is read, folders are what paths say."""

from __future__ import annotations

import pytest

from cluster.machinery.node_files import StoredFiles
from tests.unit.node_room import Disk


@pytest.fixture
def files() -> StoredFiles:
    found = StoredFiles(Disk())
    found.write("/etc/app/config.yaml", b"color: blue\n")
    found.write("/etc/app/conf.d/binary", b"\xff\x00")
    found.make_folder("/var/empty")
    return found


@pytest.mark.parametrize(
    ("path", "content"),
    [
        pytest.param("/etc/app/config.yaml", b"color: blue\n", id="text comes back as it was written"),
        pytest.param("/etc/app/conf.d/binary", b"\xff\x00", id="bytes that are no text come back as they were written"),
        pytest.param("/etc/app", None, id="a folder has no content"),
        pytest.param("/var/empty", None, id="an empty folder has no content"),
        pytest.param("/etc/app/other", None, id="what was not written is not there"),
    ],
)
def test_read(files: StoredFiles, path: str, content: bytes | None) -> None:
    assert files.read(path) == content


@pytest.mark.parametrize(
    ("path", "names"),
    [
        pytest.param("/", ["etc", "var"], id="the root has what paths begin with"),
        pytest.param("/etc/app", ["conf.d", "config.yaml"], id="files and folders, sorted"),
        pytest.param("/var/empty", [], id="an empty folder is there"),
        pytest.param("/etc/ap", None, id="the beginning of a name is no folder"),
        pytest.param("/etc/app/config.yaml", None, id="a file is no folder"),
    ],
)
def test_names(files: StoredFiles, path: str, names: list[str] | None) -> None:
    assert files.names(path) == names


def test_a_folder_goes_with_all_that_is_in_it(files: StoredFiles) -> None:
    files.remove("/etc/app")
    assert (files.names("/etc/app"), files.names("/"), files.read("/etc/app/config.yaml")) == (None, ["var"], None)


def test_writing_the_same_again_writes_nothing() -> None:
    disk = Disk()
    StoredFiles(disk).write("/a", b"1")
    writes = disk.writes
    StoredFiles(disk).write("/a", b"1")
    assert disk.writes == writes
