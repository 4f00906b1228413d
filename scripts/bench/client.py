"""A small client of a running demo: one connection pool, the administrator's token, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import urllib3
import yaml


class Api:
    """``data``: the demo's folder. ``page``: the dashboard's address, to speak without TLS through the other door."""

    def __init__(self, data: Path, page: str = "") -> None:
        config = yaml.safe_load((data / "kubeconfig").read_text())
        server: str = config["clusters"][0]["cluster"]["server"]
        self._base = f"{page}{server[server.index('/clusters/') :]}" if page else server
        self._headers = {"Authorization": f"Bearer {config['users'][0]['user']['token']}", "Content-Type": "application/json"}
        self._pool = urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=str(data / "pki" / "ca.crt"), maxsize=4)

    def send(self, method: str, path: str, content: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Send one request and return the code and the bytes of its answer."""
        given = self._headers | (headers or {})
        answer = self._pool.request(method, self._base + path, body=content, headers=given, timeout=120, retries=False)
        return answer.status, answer.data

    def call(self, method: str, path: str, body: object = None) -> dict[str, object]:
        """Send one request; raises RuntimeError for a refusal."""
        code, content = self.send(method, path, None if body is None else json.dumps(body).encode())
        document: dict[str, object] = json.loads(content)
        if code >= 400:
            raise RuntimeError(f"{method} {path}: {document.get('message')}")
        return document

    def watch(self, path: str) -> Iterator[dict[str, object]]:
        """Yield watch events until the server or the reader ends the watch."""
        answer = self._pool.request("GET", self._base + path, headers=self._headers, preload_content=False, timeout=600, retries=False)
        rest = b""
        for chunk in answer.stream(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            yield from (json.loads(line) for line in lines)


def config_map(name: str) -> dict[str, object]:
    """Return the object that is created, read and changed here."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"k": "v" * 100}}
