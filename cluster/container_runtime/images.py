"""Names of images: their parts, their full form, their digest, and what a registry says of those that it does not have.

Upstream: ``github.com/distribution/reference``; containerd, ``core/remotes/docker/resolver.go`` (the words of refusals).
"""

from __future__ import annotations

import functools
import hashlib

from cluster.machinery.cri import CriError

NOT_IN_REGISTRY = "does-not-exist"
"""A name that contains this cannot be pulled."""


@functools.lru_cache(maxsize=1024)
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
