"""Starting a server process: what has to be there first, said in one line when it is not.

Used by the commands ``demo`` (prepares everything itself) and ``serve`` (one of several processes).
"""

from __future__ import annotations

import gc
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from channels.routing import get_default_application
from django.conf import settings

from cluster.container_runtime.image_file import ImageTableError, image_table
from cluster.http import kubeconfig, pki
from cluster.http.kubectl import Kubectl
from cluster.http.pki import Pki
from cluster.http.server import PodiumServer, port_is_free


class CannotServe(Exception):  # noqa: N818
    """Something that the user can change stands in the way; the message says what to do."""


def free_ports(host: str, port: str, api_port: str) -> tuple[int, int]:
    """Return both ports as numbers. Raises CannotServe for one that is taken or is none."""
    page, api = _port("PORT", port), _port("API_PORT", api_port)
    for option, number in (("PORT", page), ("API_PORT", api)):
        if not port_is_free(host, number):
            raise CannotServe(f"port {number} is taken: stop what listens there, or choose another one with {option}={number + 1}")
    if page == api:
        raise CannotServe(f"PORT and API_PORT are both {page}: the page and the API need a port each")
    return page, api


def _port(option: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotServe(f"{option}={text} is no port: choose one from 1024 to 65535")
    return int(text)


def authority(host: str, port: int) -> str:
    """Return a host and a port as URLs have them: an IPv6 address stands in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def prepare_folder(folder: Path) -> Pki:
    """Make the data folder and its credentials. Raises CannotServe when it cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied", str(folder))
        return pki.ensure(folder)
    except OSError as error:
        raise CannotServe(f"the folder {folder} cannot be written to ({error.strerror}): choose another one with DATA=<folder>") from None


def check_images(path: str) -> None:
    """Read the table of simulated images with the file that adds to it. Raises CannotServe when it cannot be used."""
    try:
        image_table(path)
    except ImageTableError as error:
        raise CannotServe(str(error)) from None


def write_kubeconfig(folder: Path, cluster: str, host: str, api_port: int, credentials: Pki) -> Path:
    """Write ``<folder>/kubeconfig`` for a cluster and return its path. Raises CannotServe."""
    path = folder / "kubeconfig"
    try:
        kubeconfig.write(path, kubeconfig.kubeconfig(cluster, f"https://{authority(host, api_port)}", credentials))
    except OSError as error:
        raise CannotServe(f"{path} cannot be written ({error.strerror}): choose another folder with DATA=<folder>") from None
    return path


def run(
    host: str, port: int, api_port: int, credentials: Pki, *, on_ready: Callable[[], None], on_stop: Callable[[], Awaitable[None]]
) -> None:
    """Serve pages, sockets and the API until SIGINT or SIGTERM."""
    nearest = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    kubectl = Kubectl(
        settings.KUBECTL, f"https://{authority(nearest, api_port)}", credentials, credentials.folder.parent / "kubectl" / str(api_port)
    )
    PodiumServer(
        get_default_application(),
        host=host,
        port=port,
        api_port=api_port,
        pki=credentials,
        kubectl=kubectl,
        on_ready=on_ready,
        on_stop=on_stop,
    ).run()
    gc.freeze()  # the process ends: nothing has to be looked through for cycles that is given back anyway
