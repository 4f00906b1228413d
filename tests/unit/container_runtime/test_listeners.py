"""What answers in sandboxes, and what clients in containers say of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cluster.container_runtime.linux.sockets import ResolvConf, candidates
from cluster.machinery.cri import ContainerConfig, DnsConfig, Mount, PodSandboxConfig
from cluster.machinery.daemons import Daemon, DaemonError, DaemonPlace
from cluster.machinery.network import (
    Connection,
    DnsAnswer,
    DnsCode,
    DnsQuestion,
    DnsRecord,
    Failure,
    HttpRequest,
    HttpResponse,
    NetworkError,
    Peer,
    show_certificate,
)
from tests.unit.container_runtime.room import Node
from tests.unit.node_room import engine

PEER = Peer("n2", "10.244.1.9", "default/client")
SERVICES = {"web": "10.96.0.20", "lost": "10.96.0.21", "shut": "10.96.0.22", "api": "10.96.0.1"}
NAMES = {f"{name}.default.svc.cluster.local.": address for name, address in SERVICES.items()}
DNS = DnsConfig(("10.96.0.10",), ("default.svc.cluster.local", "svc.cluster.local", "cluster.local"), ("ndots:5",))


class World:
    """A network with a DNS server, a web server (self-signed), one that is silent, one that is closed, and the API server."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def http(self, peer: Peer, address: str, port: int, request: HttpRequest) -> HttpResponse:
        if address == "10.96.0.21":
            raise NetworkError(Failure.TIMED_OUT, float("inf"))
        show_certificate(request, is_of_cluster=address == SERVICES["api"])
        if address not in (SERVICES["web"], SERVICES["api"]):
            raise NetworkError(Failure.REFUSED)
        if request.path == "/missing":
            return HttpResponse(404, b"no\n")
        if request.path == "/moved":
            return HttpResponse(302, b"", {"location": "/"})
        seconds = 2.0 if request.path == "/slow" else 0.0
        body = f"{request.method} {request.path} {request.body.decode()} {request.headers.get('x-a', '')}".strip()
        return HttpResponse(200, f"{body}\n".encode(), {"content-type": "text/plain"}, seconds)

    def connect(self, peer: Peer, address: str, port: int) -> Connection:
        raise NetworkError(Failure.REFUSED)

    def lookup(self, peer: Peer, server: str, question: DnsQuestion) -> DnsAnswer:
        self.asked.append(question.name)
        if question.name not in NAMES:
            return DnsAnswer(DnsCode.NXDOMAIN)
        return DnsAnswer(DnsCode.NOERROR, (DnsRecord(question.name, "A", 30, NAMES[question.name]),))


def client() -> tuple[Node, str]:
    node = Node(network=World())
    config = ContainerConfig("c", "curlimages/curl", args=("sleep", "3600"))
    made = node.launch(config, PodSandboxConfig("default", "client", "u1", dns=DNS))
    node.run(1)
    return node, made


def run_in(node: Node, made: str, text: str, seconds: float = 300) -> tuple[str, str, int, float]:
    """Output, error output, exit code and how long it took."""
    node.told.clear()
    began = (node.engine.clock.now,)
    reply = node.reply("exec")
    node.runtime.exec_sync(made, ["sh", "-c", text], 0, reply)
    node.run(seconds)
    result = reply.result
    took = node.told[0][0] - (began[0] - 1_767_225_600_000_000) / 1_000_000
    return result.stdout.decode(), result.stderr.decode(), result.exit_code, round(took, 1)  # type: ignore[attr-defined]


HOW_TO_TRUST = (
    "More details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\n"
    "establish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the webpage mentioned "
    "above.\n"
)
CA = "echo '-----BEGIN CERTIFICATE-----' > /ca"
CLOSED = "wget: can't connect to remote host (10.96.0.22): Connection refused\n"
CLIENTS: dict[str, tuple[str, tuple[str, str, int, float]]] = {
    "wget of a Service": ("wget -qO- http://web", ("GET /\n", "", 0, 0)),
    "wget with a body": ("wget -qO- --post-data=x --header 'X-A: b' http://web/p", ("POST /p x b\n", "", 0, 0)),
    "wget of what is missing": (
        "wget http://web/missing",
        ("", "Connecting to web (10.96.0.20:80)\nwget: server returned error: HTTP/1.1 404 Not Found\n", 1, 0),
    ),
    "wget of a name that is not known": ("wget -qO- http://nobody", ("", "wget: bad address 'nobody'\n", 1, 0)),
    "wget of a closed port": (
        "wget -qO- http://shut:81",
        ("", CLOSED, 1, 0),
    ),
    "wget that waits no longer": ("wget -qO- -T 3 http://lost", ("", "wget: download timed out\n", 1, 3)),
    "wget with several headers": ("wget -qO- --header 'X-B: c' --header 'X-A: b' http://web", ("GET /  b\n", "", 0, 0)),
    "wget believes everybody": ("wget -qO- https://web", ("GET /\n", "wget: note: TLS certificate validation not implemented\n", 0, 0)),
    "wget that is told not to look": ("wget -qO- --no-check-certificate https://web", ("GET /\n", "", 0, 0)),
    "curl believes no authority that it does not know": (
        "curl https://api",
        ("", f"curl: (60) SSL certificate problem: unable to get local issuer certificate\n{HOW_TO_TRUST}", 60, 0),
    ),
    "curl believes nobody's own word": (
        "curl -sS https://web",
        ("", f"curl: (60) SSL certificate problem: self-signed certificate in certificate chain\n{HOW_TO_TRUST}", 60, 0),
    ),
    "curl that says nothing": ("curl -s https://web", ("", "", 60, 0)),
    "curl that is told not to look": ("curl -sk https://web", ("GET /\n", "", 0, 0)),
    "curl with the authority's certificate": (f"{CA}; curl -s --cacert /ca https://api", ("GET /\n", "", 0, 0)),
    "curl with the certificate of another": (f"{CA}; curl -s --cacert /ca https://web", ("", "", 60, 0)),
    "curl with a file that is none": (
        "curl --cacert /none https://api",
        ("", "curl: (77) error setting certificate file: /none\n", 77, 0),
    ),
    "curl": ("curl -s http://web/a?b=1", ("GET /a?b=1\n", "", 0, 0)),
    "curl with method, header and data": ("curl -s -X PUT -H 'X-A: h' -d 1 web", ("PUT / 1 h\n", "", 0, 0)),
    "curl takes the time of the answer": ("curl -s web/slow", ("GET /slow\n", "", 0, 2)),
    "curl shows the code": ("curl -s -o /dev/null -w '%{http_code}\\n' web/missing", ("404\n", "", 0, 0)),
    "curl fails on errors": ("curl -sSf web/missing", ("", "curl: (22) The requested URL returned error: 404\n", 22, 0)),
    "curl follows": ("curl -sL web/moved", ("GET /\n", "", 0, 0)),
    "curl shows headers": ("curl -si web", ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nGET /\n", "", 0, 0)),
    "curl of a name that is not known": ("curl nobody", ("", "curl: (6) Could not resolve host: nobody\n", 6, 0)),
    "curl of a closed port": (
        "curl shut",
        ("", "curl: (7) Failed to connect to shut port 80 after 0 ms: Could not connect to server\n", 7, 0),
    ),
    "curl of a silent one": ("curl -m 2 lost", ("", "curl: (28) Connection timed out after 2000 milliseconds\n", 28, 2)),
    "curl with an option that is none": (
        "curl --nosuch web",
        ("", "curl: option --nosuch: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n", 2, 0),
    ),
    "nslookup": (
        "nslookup web",
        ("Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.96.0.20\n\n", "", 0, 0),
    ),
    "nslookup of a name that is not known": (
        "nslookup nobody",
        ("Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n** server can't find nobody: NXDOMAIN\n\n", "", 1, 0),
    ),
    "nc to a closed port": ("nc -zv 10.1.1.1 80", ("", "nc: 10.1.1.1 (10.1.1.1:80): Connection refused\n", 1, 0)),
}


@pytest.mark.parametrize(("text", "expected"), CLIENTS.values(), ids=CLIENTS.keys())
def test_clients(text: str, expected: tuple[str, str, int, float]) -> None:
    assert run_in(*client(), text) == expected


CANDIDATES = {
    "a short name": ("web", 5, ["web.a.b.", "web.b.", "web."]),
    "a name with enough dots": ("a.b.c", 2, ["a.b.c.", "a.b.c.a.b.", "a.b.c.b."]),
    "a full name": ("web.a.", 5, ["web.a."]),
}


@pytest.mark.parametrize(("name", "ndots", "expected"), CANDIDATES.values(), ids=CANDIDATES.keys())
def test_search_list(name: str, ndots: int, expected: list[str]) -> None:
    assert candidates(name, ResolvConf((), ("a.b", "b"), ndots)) == expected


def serving(image: str, **fields: object) -> tuple[Node, str]:
    node = Node()
    made = node.launch(ContainerConfig("c", image, **fields))  # type: ignore[arg-type]
    node.run(1)
    return node, made


def get(node: Node, path: str = "/", port: int = 80) -> tuple[int, str]:
    response = node.runtime.http("10.244.0.2", port, PEER, HttpRequest(path=path, headers={"host": "web", "user-agent": "test"}))
    return response.code, response.body.decode()


def test_nginx_answers_with_files_and_logs_requests() -> None:
    node, made = serving("nginx")
    welcome, missing = get(node), get(node, "/none")
    node.execute(made, "sh", "-c", "echo mine > /usr/share/nginx/html/index.html")
    node.run(2)
    assert ("Welcome to nginx!" in welcome[1], welcome[0], missing[0], get(node), node.log(made)[2:5]) == (
        True,
        200,
        404,
        (200, "mine\n"),
        [
            '10.244.1.9 - - [01/Jan/2026:00:00:06 +0000] "GET / HTTP/1.1" 200 245 "-" "test" "-"',
            '10.244.1.9 - - [01/Jan/2026:00:00:06 +0000] "GET /none HTTP/1.1" 404 153 "-" "test" "-"',
            '10.244.1.9 - - [01/Jan/2026:00:00:08 +0000] "GET / HTTP/1.1" 200 5 "-" "test" "-"',
        ],
    )


def test_a_volume_is_what_nginx_answers_with_and_a_read_only_one_refuses() -> None:
    node = Node()
    node.files.write("/volumes/html/index.html", b"from a volume\n")
    mount = Mount("/usr/share/nginx/html", "/volumes/html", readonly=True)
    made = node.launch(ContainerConfig("c", "nginx", mounts=(mount,)))
    node.run(1)
    refused = node.execute(made, "sh", "-c", "echo x > /usr/share/nginx/html/index.html")
    assert (get(node), get(node, "/none")[0], refused) == (
        (200, "from a volume\n"),
        404,
        ("", "sh: can't create /usr/share/nginx/html/index.html: Read-only file system\n", 1),
    )


def test_containers_share_what_is_mounted() -> None:
    node = Node()
    mount = Mount("/data", "/volumes/shared")
    writer = node.launch(ContainerConfig("w", "busybox", command=("sh", "-c", "echo hi > /data/f; sleep 99"), mounts=(mount,)))
    reader = node.launch(ContainerConfig("r", "busybox", args=("sleep", "99"), mounts=(mount,)), PodSandboxConfig("default", "b", "u2"))
    node.run(1)
    assert (node.execute(reader, "cat", "/data/f"), node.execute(writer, "ls", "/data")) == (("hi\n", "", 0), ("f\n", "", 0))


def test_answers_change_with_time() -> None:
    node, _ = serving("podium/sickens")
    before = get(node, "/healthz", 8080)
    node.run(60)
    assert (before, get(node, "/healthz", 8080), get(node, "/", 8080)) == ((200, "ok\n"), (500, "sick\n"), (200, "hello from web\n"))


def test_requests_use_a_processor() -> None:
    node, made = serving("registry.k8s.io/hpa-example")
    idle = node.runtime.container_stats(made)
    for _ in range(50):
        get(node)
    busy = node.runtime.container_stats(made)
    node.run(30)
    assert idle is not None
    assert busy is not None
    assert (idle.cpu, busy.cpu, node.runtime.container_stats(made)) == (1_000_000, 201_000_000, idle)


NOBODY = {
    "a port on which nobody listens": ("10.244.0.2", 81, Failure.REFUSED),
    "an address that nobody has": ("10.244.0.99", 80, Failure.NO_ROUTE),
}


@pytest.mark.parametrize(("ip", "port", "failure"), NOBODY.values(), ids=NOBODY.keys())
def test_nobody_answers(ip: str, port: int, failure: Failure) -> None:
    node, _ = serving("nginx")
    with pytest.raises(NetworkError) as caught:
        node.runtime.http(ip, port, PEER, HttpRequest())
    assert caught.value.failure == failure


def test_a_container_that_has_ended_listens_no_longer() -> None:
    node, _ = serving("nginx")
    node.runtime.kill("u1", "c")
    with pytest.raises(NetworkError, match="connection refused"):
        get(node)


def test_an_argument_moves_the_port() -> None:
    node, _ = serving("traefik/whoami", args=("--port=8081",))
    assert get(node, "/health", 8081) == (200, "")


def test_nc_answers_one_request_after_the_other() -> None:
    text = r"while true; do printf 'HTTP/1.1 200 OK\r\n\r\nhello\n' | nc -l -p 8080; done"
    node, _ = serving("busybox", command=("sh", "-c", text))
    first = get(node, "/", 8080)
    node.run(1)
    assert (first, get(node, "/", 8080)) == ((200, "hello\n"), (200, "hello\n"))


def test_a_folder_is_served() -> None:
    node, _ = serving("python", command=("sh", "-c", "mkdir /www; echo page > /www/index.html; cd /www; python3 -m http.server 8000"))
    assert (get(node, "/", 8000), get(node, "/../etc/passwd", 8000)[0]) == ((200, "page\n"), 400)


def test_port_forwarding_carries_http() -> None:
    node, _ = serving("traefik/whoami")
    sandbox = node.runtime.pod_sandbox_status("u1")
    assert sandbox is not None
    connection, refused = node.runtime.port_forward(sandbox.id, 80), node.runtime.port_forward(sandbox.id, 81)
    connection.send(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")  # type: ignore[union-attr]
    head = connection.read().split(b"\r\n")[0]  # type: ignore[union-attr]
    assert (head, connection.is_open, "connection refused" in str(refused)) == (b"HTTP/1.1 200 OK", False, True)  # type: ignore[union-attr]


class Component:
    """A component that answers on a port and about names."""

    def __init__(self) -> None:
        self.is_stopped = False

    def stop(self) -> None:
        self.is_stopped = True

    def ports(self) -> tuple[int, ...]:
        return (8181,)

    def http(self, port: int, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, b"OK")

    def lookup(self, question: DnsQuestion) -> DnsAnswer | None:
        return DnsAnswer(DnsCode.NXDOMAIN)


class Components:
    """Starts ``coredns``."""

    def __init__(self) -> None:
        self.started: list[tuple[str, DaemonPlace, Component]] = []

    def start(self, repository: str, place: DaemonPlace) -> Daemon | None:
        if repository != "coredns/coredns":
            return None
        component = Component()
        self.started.append((repository, place, component))
        return component


def test_a_component_starts_with_its_container_and_ends_with_it() -> None:
    components = Components()
    node = Node(daemons=components)
    mounts = (Mount("/etc/coredns", "/volumes/config"),)
    node.launch(
        ContainerConfig("coredns", "registry.k8s.io/coredns/coredns:v1.12.1", args=("-conf", "/etc/coredns/Corefile"), mounts=mounts)
    )
    node.run(1)
    ((_, place, component),) = components.started
    ready = get(node, "/ready", 8181)
    answer = node.runtime.lookup("10.244.0.2", PEER, DnsQuestion("web.", "A"))
    node.runtime.kill("u1", "coredns")
    wanted: Mapping[str, str] = {"/etc/coredns": "/volumes/config"}
    assert (place, ready, answer.code, component.is_stopped) == (
        DaemonPlace("n1", "default", "web", "10.244.0.2", ("-conf", "/etc/coredns/Corefile"), wanted),
        (200, "OK"),
        DnsCode.NXDOMAIN,
        True,
    )


class Misconfigured:
    """Nobody can be started."""

    def start(self, repository: str, place: DaemonPlace) -> Daemon | None:
        raise DaemonError("Corefile:1 - Error during parsing")


def test_a_component_that_cannot_be_started_ends_its_container_with_the_reason_in_the_log() -> None:
    node = Node(daemons=Misconfigured())
    made = node.launch(ContainerConfig("coredns", "registry.k8s.io/coredns/coredns:v1.12.1"))
    node.run(1)
    assert (node.log(made), node.ending(made)) == (["Corefile:1 - Error during parsing"], ("EXITED", 1, "Error"))


def test_a_component_that_was_found_running_starts_again_and_listens_where_it_says_and_nowhere_else() -> None:
    node = Node(daemons=Components())
    node.launch(ContainerConfig("coredns", "registry.k8s.io/coredns/coredns:v1.12.1", ports=(53,)))
    node.run(1)
    again = node.restarted(Components())
    with pytest.raises(NetworkError) as refused:
        get(again, "/", 53)
    assert (get(again, "/ready", 8181), refused.value.failure) == ((200, "OK"), Failure.REFUSED)


def test_a_component_that_was_found_running_and_cannot_be_started_any_more_ends_its_container() -> None:
    node = Node(daemons=Components())
    made = node.launch(ContainerConfig("coredns", "registry.k8s.io/coredns/coredns:v1.12.1"))
    node.run(1)
    again = node.restarted(Misconfigured())
    again.run(1)
    assert (again.log(made), again.ending(made)) == (["Corefile:1 - Error during parsing"], ("EXITED", 1, "Error"))


def test_requests_are_written_down_within_a_second_or_when_somebody_may_look() -> None:
    node = Node()
    made = node.launch(ContainerConfig("web", "nginx"))
    node.run(2)
    seen = []
    for path in ("/first", "/second"):
        get(node, path)
        seen.append(kept_requests(node, made))
    node.runtime.write_back()
    seen.append(kept_requests(node, made))
    assert seen == [["/first"], ["/first"], ["/first", "/second"]]


def kept_requests(node: Node, container_id: str) -> list[str]:
    """The requests in the log as another process finds it."""
    other = Node(node.disk, engine(node.engine.clock.now))
    other.runtime.start()
    return [line.split()[6] for line in other.log(container_id) if "GET" in line]
