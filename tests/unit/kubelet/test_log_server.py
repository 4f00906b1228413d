"""Which container's log is meant, and which part of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cluster.kubelet.log_server import LogServer, container_of
from cluster.machinery.cri import CriError
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.node_logs import Line, LogFile, LogOptions

START = SimTime(1_767_225_600 * SECOND)
"""2026-01-01T00:00:00Z."""
LINES = [Line(SimTime(START + second * SECOND), f"line {second}") for second in range(3)]
LINES.append(Line(SimTime(START + 3 * SECOND), "line 3", "stderr"))
ALL = LogOptions("c")


class Files:
    """One container that has written some lines."""

    def __init__(self, count: int = 4, *, is_open: bool = False) -> None:
        self.count, self.is_open = count, is_open

    def log(self, pod_uid: str, container_id: str) -> LogFile | None:
        """The lines so far, of the container ``1`` of the pod ``uid``."""
        return LogFile(LINES[: self.count], self.is_open) if (pod_uid, container_id) == ("uid", "1") else None


def pod(state: Obj, last: Obj | None = None, *, container_id: str = "containerd://1") -> Obj:
    status = {"name": "c", "state": state, "lastState": last or {}, "containerID": container_id}
    return {"metadata": {"name": "web", "uid": "uid"}, "status": {"containerStatuses": [status]}}


RUNNING = pod({"running": {}})
CRASHED = {"terminated": {"containerID": "containerd://0"}}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param(ALL, b"line 0\nline 1\nline 2\nline 3\n", id="everything"),
        pytest.param(replace(ALL, tail_lines=2), b"line 2\nline 3\n", id="the last lines"),
        pytest.param(replace(ALL, tail_lines=0), b"", id="no line of the past"),
        pytest.param(replace(ALL, since=LINES[3][0]), b"line 3\n", id="since a moment"),
        pytest.param(replace(ALL, stream="stderr"), b"line 3\n", id="standard error alone"),
        pytest.param(replace(ALL, stream="stdout"), b"line 0\nline 1\nline 2\n", id="standard output alone"),
        pytest.param(replace(ALL, limit_bytes=9), b"line 0\nli", id="so many bytes"),
        pytest.param(
            replace(ALL, timestamps=True, tail_lines=1), b"2026-01-01T00:00:03.000000000Z line 3\n", id="with the moment of each line"
        ),
    ],
)
def test_a_part_of_a_log(options: LogOptions, expected: bytes) -> None:
    reader = LogServer(Files()).container_logs(RUNNING, options)
    assert (reader.read(), reader.is_over) == (expected, True)


def test_a_log_is_followed_until_its_container_ends() -> None:
    files = Files(1, is_open=True)
    reader = LogServer(files).container_logs(RUNNING, replace(ALL, follow=True))
    read = [(reader.read(), reader.is_over)]
    for count, is_open in ((1, True), (3, True), (4, False)):
        files.count, files.is_open = count, is_open
        read.append((reader.read(), reader.is_over))
    assert read == [(b"line 0\n", False), (b"", False), (b"line 1\nline 2\n", False), (b"line 3\n", True)]


def test_the_limit_of_bytes_counts_for_all_that_is_followed() -> None:
    files = Files(1, is_open=True)
    reader = LogServer(files).container_logs(RUNNING, replace(ALL, follow=True, limit_bytes=10))
    first = reader.read()
    files.count = 4
    assert (first, reader.read(), reader.is_over) == (b"line 0\n", b"lin", True)


def test_the_log_of_a_container_that_has_been_removed_cannot_be_read() -> None:
    reader = LogServer(Files()).container_logs(pod({"running": {}}, container_id="containerd://gone"), ALL)
    assert (reader.read(), reader.is_over) == (b"unable to retrieve container logs for containerd://gone", True)


def test_a_log_cannot_be_read_while_the_runtime_is_down_and_who_follows_it_is_told_why() -> None:
    down: list[CriError] = []
    logs = LogServer(Files(1, is_open=True), lambda: down[0] if down else None)
    followed = logs.container_logs(RUNNING, replace(ALL, follow=True))
    read = [(followed.read(), followed.is_over)]
    down.append(CriError("Unavailable", "connection error"))
    read += [(reader.read(), reader.is_over) for reader in (followed, logs.container_logs(RUNNING, ALL))]
    assert read == [
        (b"line 0\n", False),
        (b"rpc error: code = Unavailable desc = connection error", True),
        (b"unable to retrieve container logs for containerd://1", True),
    ]


@pytest.mark.parametrize(
    ("found", "previous", "expected"),
    [
        pytest.param(RUNNING, False, "containerd://1", id="the one that runs"),
        pytest.param(pod({"terminated": {"containerID": "containerd://1"}}), False, "containerd://1", id="the one that has ended"),
        pytest.param(pod({"waiting": {"reason": "CrashLoopBackOff"}}, CRASHED), False, "containerd://0", id="the one before the back-off"),
        pytest.param(pod({"running": {}}, CRASHED), True, "containerd://0", id="the one before"),
    ],
)
def test_which_container_is_read(found: Obj, previous: bool, expected: str) -> None:
    assert container_of(found, "c", previous=previous) == expected


@pytest.mark.parametrize(
    ("found", "previous", "message"),
    [
        pytest.param(RUNNING, True, 'previous terminated container "c" in pod "web" not found', id="there was none before"),
        pytest.param({"metadata": {"name": "web"}}, False, 'container "c" in pod "web" is not available', id="no status yet"),
        pytest.param(
            pod({"waiting": {"reason": "ContainerCreating"}}),
            False,
            'container "c" in pod "web" is waiting to start: ContainerCreating',
            id="it is being made",
        ),
        pytest.param(
            pod({"waiting": {"reason": "ImagePullBackOff"}}),
            False,
            'container "c" in pod "web" is waiting to start: trying and failing to pull image',
            id="its image does not come",
        ),
        pytest.param(
            pod({"waiting": {"reason": "ErrImagePull"}}),
            False,
            'container "c" in pod "web" is waiting to start: image can\'t be pulled',
            id="its image cannot be had",
        ),
        pytest.param(pod({}), False, 'container "c" in pod "web" is waiting to start - no logs yet', id="nothing is known of it"),
    ],
)
def test_there_is_nothing_to_read_yet(found: Obj, previous: bool, message: str) -> None:
    with pytest.raises(ApiError) as refusal:
        container_of(found, "c", previous=previous)
    assert (refusal.value.code, refusal.value.reason, refusal.value.message) == (400, "BadRequest", message)
