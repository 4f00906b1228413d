"""The images that the simulated registry knows, and what a container made of one does.

Real images hold programs. Here an image is one row: how large it is, how long it takes to pull and to start, whether its
program ends by itself, how it takes SIGTERM and what it writes. Any other name behaves as ``DEFAULT``; a name that
contains ``does-not-exist`` is not in the registry. Tags and digests do not matter, and neither does the registry's host.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cluster.machinery.cri import CriError

NOT_IN_REGISTRY = "does-not-exist"
"""A name that contains this cannot be pulled."""

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class ImageRow:
    """One image. ``exits_after`` in seconds: None runs on. ``stop_seconds``: from SIGTERM to the end; None ignores SIGTERM.

    ``shell``: its program is a shell, so that arguments given to it are a command. ``log``: (seconds after the start, line). Unlike
    the real images, databases start without a password too.
    """

    size: int
    pull_seconds: float
    start_seconds: float = 0.4
    exits_after: float | None = None
    exit_code: int = 0
    stop_seconds: float | None = 0.5
    stop_code: int = 0
    shell: bool = False
    log: tuple[tuple[float, str], ...] = field(default=())
    ports: tuple[int, ...] = ()


DEFAULT = ImageRow(60 * MB, 1.5)

_SHELL = ImageRow(2_200_000, 0.8, 0.2, exits_after=0.0, stop_seconds=None, shell=True)

IMAGES: dict[str, ImageRow] = {
    "nginx": ImageRow(
        72_188_133,
        1.5,
        log=(
            (0.0, "/docker-entrypoint.sh: Configuration complete; ready for start up"),
            (0.1, "[notice] 1#1: start worker processes"),
        ),
        ports=(80,),
    ),
    "httpd": ImageRow(
        45 * MB,
        1.2,
        log=((0.1, "[mpm_event:notice] AH00489: Apache/2.4 (Unix) configured -- resuming normal operations"),),
        ports=(80,),
    ),
    "redis": ImageRow(52 * MB, 1.3, 0.3, log=((0.1, "* Ready to accept connections tcp"),), ports=(6379,)),
    "memcached": ImageRow(32 * MB, 1.0, 0.2, ports=(11211,)),
    "postgres": ImageRow(160 * MB, 3.0, 1.2, log=((1.0, "LOG:  database system is ready to accept connections"),), ports=(5432,)),
    "mysql": ImageRow(
        240 * MB, 4.0, 2.5, stop_seconds=1.5, log=((2.0, "[System] [Server] /usr/sbin/mysqld: ready for connections."),), ports=(3306,)
    ),
    "mariadb": ImageRow(120 * MB, 2.5, 1.5, log=((1.2, "[Note] mariadbd: ready for connections."),), ports=(3306,)),
    "mongo": ImageRow(280 * MB, 4.5, 1.0, log=((0.8, "Waiting for connections"),), ports=(27017,)),
    "busybox": _SHELL,
    "alpine": _SHELL,
    "ubuntu": ImageRow(30 * MB, 1.0, 0.2, exits_after=0.0, stop_seconds=None, shell=True),
    "debian": ImageRow(49 * MB, 1.2, 0.2, exits_after=0.0, stop_seconds=None, shell=True),
    "python": ImageRow(390 * MB, 4.0, 0.5, exits_after=0.0, shell=True),
    "node": ImageRow(400 * MB, 4.0, 0.6, exits_after=0.0, shell=True),
    "hello-world": ImageRow(
        10_072,
        0.5,
        0.2,
        exits_after=0.1,
        log=((0.0, "Hello from Docker!"), (0.0, "This message shows that your installation appears to be working correctly.")),
    ),
    "traefik/whoami": ImageRow(6 * MB, 0.8, 0.2, log=((0.0, "Starting up on port 80"),), ports=(80,)),
    "pause": ImageRow(320_000, 0.3, 0.1, stop_seconds=0.1),
    "e2e-test-images/agnhost": ImageRow(55 * MB, 1.5, 0.3, ports=(8080,)),
    "kube-apiserver": ImageRow(30 * MB, 1.0, 0.5),
    "kube-controller-manager": ImageRow(26 * MB, 1.0, 0.5),
    "kube-scheduler": ImageRow(20 * MB, 1.0, 0.5),
    "kube-proxy": ImageRow(32 * MB, 1.0, 0.4, ports=(10249, 10256)),
    "etcd": ImageRow(58 * MB, 1.2, 0.8),
    "coredns/coredns": ImageRow(20 * MB, 0.9, 0.3, ports=(53, 8080, 8181, 9153)),
}
"""Rows by repository, without host, ``library/``, tag and digest."""


def row(image: str) -> ImageRow:
    """Return the row of an image name as a manifest has it."""
    _, path, _ = parse(image)
    return IMAGES.get(path.removeprefix("library/"), DEFAULT)


def parse(image: str) -> tuple[str, str, str]:
    """Split a name into (host, path, tag or digest with its separator), with Docker's defaults filled in.

    ``nginx`` is ``("docker.io", "library/nginx", ":latest")``.
    """
    name, at, digest = image.partition("@")
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:  # the colon, if any, belongs to the host's port
        repository, tag = name, ""
    host, slash, path = repository.partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost"):
        host, path = "docker.io", repository
    if host == "docker.io" and "/" not in path:
        path = f"library/{path}"
    return host, path, f"@{digest}" if at else f":{tag or 'latest'}"


def normalized(image: str) -> str:
    """Return the full name: ``nginx`` is ``docker.io/library/nginx:latest``."""
    host, path, version = parse(image)
    return f"{host}/{path}{version}"


def digest_ref(image: str) -> str:
    """Return repository and digest; the simulated digest is the SHA-256 of the full name."""
    host, path, version = parse(image)
    if version.startswith("@"):
        return f"{host}/{path}{version}"
    return f"{host}/{path}@sha256:{hashlib.sha256(normalized(image).encode()).hexdigest()}"


def refusal(image: str) -> CriError | None:
    """Return what containerd passes on of a registry that does not have an image; None: it has it.

    Of a repository that does not exist Docker's registry says that access is denied; of a tag, that it is not found.
    """
    if NOT_IN_REGISTRY not in image:
        return None
    name, version = normalized(image), parse(image)[2]
    failed = f'failed to pull and unpack image "{name}": failed to resolve reference "{name}": '
    if NOT_IN_REGISTRY in version:
        return CriError("NotFound", f"{failed}{name}: not found")
    denied = "pull access denied, repository does not exist or may require authorization"
    return CriError("Unknown", f"{failed}{denied}: server message: insufficient_scope: authorization failed")
