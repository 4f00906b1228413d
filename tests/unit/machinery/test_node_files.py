"""Files of a node: what was written is read, folders are what paths say."""

from __future__ import annotations

import pytest

from cluster.machinery.node_files import MountedFiles, StoredFiles
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


@pytest.fixture
def mounted(files: StoredFiles) -> MountedFiles:
    found = MountedFiles(files)
    found.mount("/run/token", lambda: {"token": b"abc", "more/ca.crt": b"xyz"})
    found.mount("/var/none", dict)
    return found


@pytest.mark.parametrize(
    ("path", "content", "names"),
    [
        pytest.param("/run/token", None, ["more", "token"], id="a mounted folder shows what is worked out"),
        pytest.param("/run/token/token", b"abc", None, id="a file in it"),
        pytest.param("/run/token/more", None, ["ca.crt"], id="a folder in it"),
        pytest.param("/run/token/other", None, None, id="what is not worked out is not there"),
        pytest.param("/var/none", None, [], id="a mounted folder may be empty"),
        pytest.param("/etc/app", None, ["conf.d", "config.yaml"], id="the disk beside it stays as it is"),
    ],
)
def test_a_mount(mounted: MountedFiles, path: str, content: bytes | None, names: list[str] | None) -> None:
    assert (mounted.read(path), mounted.names(path)) == (content, names)


def test_what_is_written_into_a_mount_is_beside_what_is_worked_out(mounted: MountedFiles) -> None:
    mounted.write("/run/token/mine", b"1")
    assert (mounted.names("/run/token"), mounted.read("/run/token/mine")) == (["mine", "more", "token"], b"1")
    mounted.write("/run/token/token", b"2")
    assert mounted.read("/run/token/token") == b"2"
    mounted.remove("/run/token/token")
    assert mounted.read("/run/token/token") == b"abc"
    mounted.unmount("/run/token")
    assert (mounted.names("/run/token"), mounted.read("/run/token/token")) == (["mine"], None)


def test_a_watch_hears_of_its_folder_until_it_ends(mounted: MountedFiles) -> None:
    heard: list[str] = []
    end = mounted.watch("/etc/app", lambda: heard.append("changed"))
    mounted.write("/etc/app/conf.d/a", b"1")
    mounted.remove("/etc/app/conf.d/a")
    mounted.write("/etc/apple", b"1")
    end()
    mounted.write("/etc/app/b", b"1")
    assert heard == ["changed", "changed"]
