"""What listens in the sandboxes of a node, as the network finds it. Implements ``PodServer``.

Real programs open sockets. Here an image's row says on which ports its own program listens and what it answers; tools such as
``nc -l`` say it in their process; a component of the cluster (``Daemons``) answers itself. An image whose row names no ports listens on
those that its container declares, and answers 200 to everything. A connection is one request of HTTP after the other.

Upstream: the kernel's socket(7); ``net/http`` (the form of HTTP/1.1).
"""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import inf
from urllib.parse import parse_qs, urlsplit

from cluster.container_runtime.image_table import Answer, Port
from cluster.container_runtime.linux.files import FileError, FileSystem
from cluster.container_runtime.linux.process import Process
from cluster.container_runtime.metadata import Metadata
from cluster.container_runtime.records import PodRecord
from cluster.container_runtime.stream import HttpStream
from cluster.container_runtime.task import Task, argv_of
from cluster.container_runtime.tasks import Tasks
from cluster.container_runtime.texts import filled, pod_words
from cluster.engine.engine import Engine
from cluster.machinery.daemons import Daemon
from cluster.machinery.meta import SECOND
from cluster.machinery.network import (
    Connection,
    DnsAnswer,
    DnsQuestion,
    Failure,
    HttpRequest,
    HttpResponse,
    NetworkError,
    Peer,
    show_certificate,
)

NO_SANDBOX_SECONDS = 3.0
"""Until ARP has found nobody with an address of the node's own range."""
_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain",
    ".json": "application/json",
    ".css": "text/css",
    ".js": "application/javascript",
}


@dataclass(frozen=True, slots=True)
class _Listening:
    """Somebody on a port: a component (``daemon``), the image's own program (``port``), or a process."""

    task: Task
    port: Port | None = None
    process: Process | None = None
    daemon: Daemon | None = None


class Listeners:
    """The receiving end of one node's network. ``node_ip``: the address of pods on the host's network."""

    def __init__(self, name: str, engine: Engine, metadata: Metadata, tasks: Tasks, node_ip: Callable[[], str]) -> None:
        self._name, self._engine, self._metadata, self._tasks, self._node_ip = name, engine, metadata, tasks, node_ip

    def http(self, ip: str, port: int, peer: Peer, request: HttpRequest) -> HttpResponse:
        """Let what listens on a port of the sandbox with this address answer. Raises NetworkError."""
        found = self._find(ip, port)
        if found.task.is_hung:
            raise NetworkError(Failure.TIMED_OUT, inf)
        show_certificate(request)
        if found.daemon is not None:
            return found.daemon.http(port, request)
        if found.process is not None:
            return self._of_process(found.task, found.process, peer, request)
        if found.port is None or not (found.port.answers or found.port.serves):
            raise NetworkError(Failure.RESET)
        return self._of_image(found.task, found.port, peer, request)

    def connect(self, ip: str, port: int, peer: Peer) -> Connection:
        """Accept a TCP connection. Raises NetworkError."""
        self._find(ip, port)
        return HttpStream(lambda request: self.http(ip, port, peer, request))

    def lookup(self, ip: str, peer: Peer, question: DnsQuestion) -> DnsAnswer:
        """Let what listens on UDP port 53 answer. Raises NetworkError."""
        for task in self._running(ip):
            answer = task.daemon.lookup(question) if task.daemon is not None and not task.is_hung else None
            if answer is not None:
                return answer
        raise NetworkError(Failure.REFUSED)

    def _find(self, ip: str, port: int) -> _Listening:
        for task in self._running(ip):
            if task.daemon is not None:
                if port in task.daemon.ports():
                    return _Listening(task, daemon=task.daemon)
            elif task.is_image:
                for each in task.row.ports:
                    if _port_of(each, task) == port:
                        return _Listening(task, each)
                if not task.row.ports and port in task.container.config.ports:
                    return _Listening(task, Port(port, (Answer(),)))
            for process in task.kernel.alive() if task.kernel is not None else ():
                if process.state.get("listen", {}).get("port") == port:
                    return _Listening(task, process=process)
        raise NetworkError(Failure.REFUSED)

    def _running(self, ip: str) -> Iterator[Task]:
        """Raises NetworkError when there is no such sandbox."""
        pods = self._metadata.at("" if ip == self._node_ip() else ip)
        if not pods and ip != self._node_ip():
            raise NetworkError(Failure.NO_ROUTE, NO_SANDBOX_SECONDS)
        for pod in pods:
            for container in pod.containers:
                task = self._tasks.get(container.id)
                if task is not None:
                    yield task

    def _of_image(self, task: Task, port: Port, peer: Peer, request: HttpRequest) -> HttpResponse:
        age = (self._engine.clock.now - task.container.started_at) / SECOND
        path = urlsplit(request.path).path or "/"
        answer = next((a for a in port.answers if a.fits(path, age)), None)
        if answer is not None:
            body = self._filled(answer.body, task, peer, request, {})
            code, headers, seconds, cpu = answer.code, dict(answer.headers), answer.delay, answer.cpu
            headers.setdefault("content-type", "text/plain; charset=utf-8")
        else:
            code, body, headers = served(self._tasks.kernel(task).files, port.serves, path) if port.serves else (404, b"", {})
            seconds = cpu = 0.0
            if code == 404 and port.not_found:
                body, headers = port.not_found.encode(), {"content-type": "text/html"}
        headers["content-length"] = str(len(body))
        line = self._filled(port.access_log, task, peer, request, {"code": code, "length": len(body)}).decode()
        self._tasks.access(task, line, cpu)
        return HttpResponse(code, b"" if request.method == "HEAD" else body, headers, seconds, task.pod.key)

    def _of_process(self, task: Task, process: Process, peer: Peer, request: HttpRequest) -> HttpResponse:
        listen = process.state["listen"]
        if listen["kind"] == "files":
            code, body, headers = served(self._tasks.kernel(task).files, listen["root"], urlsplit(request.path).path)
            if listen.get("log"):
                self._tasks.access(task, f'{peer.ip} - - "{request.method} {request.path} HTTP/1.1" {code} -', 0.0)
            return HttpResponse(code, body, {**headers, "content-length": str(len(body))}, 0.0, task.pod.key)
        if process.state.get("served"):
            raise NetworkError(Failure.REFUSED)
        lines = [f"{request.method} {request.path} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers.items()), "", ""]
        received = "\r\n".join(lines).encode() + request.body
        process.state.update(served=True, received=base64.b64encode(received).decode())
        process.wait = None
        self._engine.after(0, self._name, lambda: self._tasks.run(task))
        return _read_response(str(process.state.get("answer", "")), task.pod)

    def _filled(self, text: str, task: Task, peer: Peer, request: HttpRequest, more: Mapping[str, object]) -> bytes:
        if "$" not in text:
            return text.encode()
        words = pod_words(task.pod, task.container, task.row, task.pod.ip or self._node_ip(), self._engine.clock.now)
        words |= {
            "client": peer.ip,
            "method": request.method,
            "path": request.path,
            "host": request.headers.get("host", ""),
            "agent": request.headers.get("user-agent", "-"),
            "body": request.body.decode(errors="replace"),
            **{f"query.{name}": values[0] for name, values in parse_qs(urlsplit(request.path).query).items()},
            **more,
        }
        return filled(text, words).encode()


def served(files: FileSystem, root: str, path: str) -> tuple[int, bytes, dict[str, str]]:
    """Return what a web server answers with a file of a folder: code, body, headers."""
    place = posixpath.normpath(posixpath.join(root, path.lstrip("/")))
    if place != root and not place.startswith(posixpath.join(root, "")):
        return 400, b"", {}
    if files.is_folder(place):
        place = posixpath.join(place, "index.html")
        if files.size(place) is None:
            is_empty = not files.exists(place)
            return (403 if is_empty else 404), _page(403, "Forbidden"), {"content-type": "text/html"}
    try:
        body = files.read(place)
    except FileError:
        return 404, _page(404, "Not Found"), {"content-type": "text/html"}
    return 200, body, {"content-type": _TYPES.get(posixpath.splitext(place)[1], "application/octet-stream")}


def _page(code: int, phrase: str) -> bytes:
    title = f"{code} {phrase}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n".encode()
    )


def _port_of(port: Port, task: Task) -> int:
    """Return where a program listens: its row's port, unless its command line moves it."""
    if port.argument:
        argv = argv_of(task.container.config, task.row)
        for number, argument in enumerate(argv):
            name, _, value = argument.partition("=")
            if name.lstrip("-") == port.argument.lstrip("-"):
                text = value or (argv[number + 1] if number + 1 < len(argv) else "")
                return int(text) if text.isdigit() else port.port
    return port.port


def _read_response(text: str, pod: PodRecord) -> HttpResponse:
    """Return the answer that somebody has typed into ``nc -l``; text without a status line is none."""
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    status = re.match(r"HTTP/\d\.\d (\d{3})", head)
    if status is None:
        raise NetworkError(Failure.RESET)
    fields = (line.partition(":") for line in head.split("\n")[1:])
    return HttpResponse(int(status[1]), body.encode(), {name.lower(): value.strip() for name, _, value in fields}, 0.0, pod.key)
