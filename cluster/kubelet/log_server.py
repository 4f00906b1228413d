"""``/containerLogs`` of the kubelet's server: which container's log is meant, and the part of it that was asked for.

The log is a file of the node, but the kubelet asks the runtime about its container first, and again while it follows the file: so there
are no logs while the runtime is down. By then it has begun to answer with 200, so that why not stands where the log would.

Upstream: ``pkg/kubelet/kubelet_pods.go`` (``validateContainerLogStatus``), ``pkg/kubelet/kuberuntime/logs/logs.go``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from cluster.kubelet.mirror_pods import uid_on_node
from cluster.machinery.cri import CriError
from cluster.machinery.errors import bad_request
from cluster.machinery.meta import Obj, nano_timestamp
from cluster.machinery.node_logs import Line, LogFiles, LogOptions

_STATUSES = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
_WHY_WAITING = {"ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image"}


class LogServer:
    """Answers for one node. ``runtime``: why its runtime does not answer, None: it does."""

    def __init__(self, files: LogFiles, runtime: Callable[[], CriError | None] = lambda: None) -> None:
        self._files, self._runtime = files, runtime

    def container_logs(self, pod: Obj, options: LogOptions) -> FileReader:
        """Open a log. Raises ApiError 400 in the words that kubectl shows."""
        container_id = container_of(pod, options.container, previous=options.previous)
        return FileReader(self._files, uid_on_node(pod), container_id, options, self._runtime)


class FileReader:
    """Reads one container's log, from where it left off. Implements ``LogReader``."""

    def __init__(
        self, files: LogFiles, pod_uid: str, container_id: str, options: LogOptions, runtime: Callable[[], CriError | None]
    ) -> None:
        self._files, self._uid, self._options, self._runtime = files, pod_uid, options, runtime
        self._id = container_id.removeprefix("containerd://")
        self._count = 0
        self._left = options.limit_bytes
        self._is_open, self._has_begun = True, False

    @property
    def is_over(self) -> bool:
        """Whether no more will come."""
        return not self._is_open or not self._options.follow or self._left == 0

    def read(self) -> bytes:
        """Return what is new, cut as was asked for; the first time the part of the past that was asked for."""
        file, down = self._files.log(self._uid, self._id), self._runtime()
        if down is not None and self._has_begun:
            self._is_open = False
            return str(down).encode()
        if file is None or down is not None:
            self._is_open = False
            return b"" if self._has_begun else f"unable to retrieve container logs for containerd://{self._id}".encode()
        self._has_begun = True
        self._is_open = file.is_open
        fresh = file.lines[max(self._count - file.gone, 0) :]
        if self._count == 0:
            fresh = chosen(fresh, self._options)
        self._count = file.gone + len(file.lines)
        wanted = self._options.stream
        text = b"".join(_written(line, self._options) for line in fresh if not wanted or line.stream == wanted)
        if self._left is not None:
            text = text[: self._left]
            self._left -= len(text)
        return text


def chosen(lines: Sequence[Line], options: LogOptions) -> Sequence[Line]:
    """Return the lines since a moment, and of these the last ones."""
    if options.since is not None:
        since = options.since
        lines = [line for line in lines if line[0] >= since]
    return lines if options.tail_lines is None else list(deque(lines, options.tail_lines))


def container_of(pod: Obj, name: str, *, previous: bool) -> str:
    """Return the id of the container to read: the one that runs, else the one that ran last; ``previous``: the one before.

    Raises ApiError 400 when there is none yet.
    """
    status = _status_of(pod, name)
    where = f'container "{name}" in pod "{pod["metadata"]["name"]}"'
    if status is None:
        raise bad_request(f"{where} is not available")
    last = (status.get("lastState") or {}).get("terminated") or {}
    state = status.get("state") or {}
    if previous:
        if not last.get("containerID"):
            raise bad_request(f"previous terminated {where} not found")
        return str(last["containerID"])
    if "running" in state:
        return str(status["containerID"])
    ended = state.get("terminated") or last
    if ended.get("containerID"):
        return str(ended["containerID"])
    if "waiting" not in state:
        raise bad_request(f"{where} is waiting to start - no logs yet")
    reason = state["waiting"].get("reason", "")
    raise bad_request(f"{where} is waiting to start: {_WHY_WAITING.get(reason, reason)}")


def _status_of(pod: Obj, name: str) -> Obj | None:
    statuses = [status for field in _STATUSES for status in (pod.get("status") or {}).get(field) or ()]
    return next((status for status in statuses if status["name"] == name), None)


def _written(line: Line, options: LogOptions) -> bytes:
    text = line.text if line.is_partial else f"{line.text}\n"
    return f"{nano_timestamp(line.at)} {text}".encode() if options.timestamps else text.encode()
