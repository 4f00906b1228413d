"""The page's own files, answered before Django is asked: the page must work on a laptop without any network, and come up at once.

A server reads its files once, when it begins. Their addresses name a version, the digest of them all, so that a browser keeps
them and never asks again; modules and styles find each other by relative addresses and so stay within a version. What is
asked for without a version, or with that of another server, is answered as well, and asked for again each time.

Under DEBUG addresses have no version, and every request looks at the file anew: what was changed is there after a reload.

A range of a file is not served: as HTTP allows, whoever asks for one gets all of it.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.exceptions import SuspiciousFileOperation

from cluster.machinery.meta import Obj
from dashboard.limits import Application, Receive, Send
from dashboard.middleware import HEADERS
from dashboard.page_files import joined_files

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("font/woff2", ".woff2")
TEXT_TYPES = ("text/", "application/json", "image/svg+xml")
METHODS = ("GET", "HEAD")
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
_VERSION = re.compile(r"(?P<version>[0-9a-f]{12})/(?P<path>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file ready to be sent. ``gzipped``: the same, empty where that would not be smaller."""

    kind: str
    content: bytes
    gzipped: bytes
    digest: str


class Answer(NamedTuple):
    """What is sent; names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Shelf:
    """Every static file as it was when this was made, and what pages get joined of them. ``version``: their common digest."""

    def __init__(self) -> None:
        contents: dict[str, bytes] = {}
        for finder in finders.get_finders():
            for path, storage in finder.list([]):
                contents.setdefault(path.replace("\\", "/"), Path(storage.path(path)).read_bytes())
        self._contents = {**contents, **joined_files()}
        digests = "".join(f"{path} {_digest(content)}\n" for path, content in sorted(self._contents.items()))
        self.version = _digest(digests.encode())[:12]
        self._ready: dict[str, StaticFile] = {}

    def get(self, path: str) -> StaticFile | None:
        """Return a file by its static path."""
        content = self._contents.get(path)
        if content is None:
            return None
        if path not in self._ready:
            self._ready[path] = _ready(path, content)
        return self._ready[path]


@cache
def shelf() -> Shelf:
    """Return the process's shelf."""
    return Shelf()


class VersionedFiles(StaticFilesStorage):
    """What the templates' ``static`` asks for addresses."""

    def url(self, name: str | None) -> str:
        """Return the address of a static path."""
        return super().url(name if settings.DEBUG else f"{shelf().version}/{name}")


def static_path(path: str) -> tuple[str, str]:
    """Return the version and the static path of what follows STATIC_URL in an address; the version may be empty."""
    found = _VERSION.fullmatch(path)
    return (found["version"], found["path"]) if found else ("", path)


def content_type(path: str) -> str:
    """Return the media type of a file's name; texts are UTF-8."""
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith(TEXT_TYPES) else kind


def answer(method: str, path: str, headers: Mapping[str, str]) -> Answer:
    """Answer a request for ``path``, what follows STATIC_URL; ``headers``: the request's, names in lower case."""
    if method not in METHODS:
        return _plain(405, f"A file is read with {' or '.join(METHODS)}.", {"allow": ", ".join(METHODS)})
    version, path = static_path(path)
    file = _newest(path) if settings.DEBUG else shelf().get(path)
    if file is None:
        return _plain(404, f"There is no file {path}.", {})
    is_gzipped = bool(file.gzipped) and takes_gzip(headers.get("accept-encoding", ""))
    etags = {True: f'"{file.digest}-gzip"', False: f'"{file.digest}"'}
    is_ours = not settings.DEBUG and version == shelf().version
    sent = {"etag": etags[is_gzipped], "cache-control": FOREVER if is_ours else ASK_AGAIN, "vary": "Accept-Encoding"}
    if _is_known(headers.get("if-none-match", ""), etags.values()):
        return Answer(304, sent, b"")
    body = file.gzipped if is_gzipped else file.content
    sent |= {"content-type": file.kind, "content-length": str(len(body)), "accept-ranges": "none"}
    sent |= {"content-encoding": "gzip"} if is_gzipped else {}
    return Answer(200, sent, body if method == "GET" else b"")


def takes_gzip(accept_encoding: str) -> bool:
    """Return whether a client that says so wants gzip: named, or all there is, and not with a weight of nothing."""
    weights = {}
    for each in accept_encoding.lower().split(","):
        name, _, weight = each.partition(";")
        weights[name.strip()] = re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight) is None
    return weights.get("gzip", weights.get("*", False))


class StaticFiles:
    """ASGI application: what lies under STATIC_URL itself, everything else by the application it wraps."""

    def __init__(self, application: Application) -> None:
        self._application = application
        if not settings.DEBUG:
            shelf()  # now, and not while the first page waits

    async def __call__(self, scope: Obj, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or not scope["path"].startswith(settings.STATIC_URL):
            await self._application(scope, receive, send)
            return
        asked = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        status, headers, body = answer(scope["method"], scope["path"].removeprefix(settings.STATIC_URL), asked)
        told = [(name.lower().encode(), value.encode()) for name, value in {**HEADERS, **headers}.items()]
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": body})


def _newest(path: str) -> StaticFile | None:
    """The file as it is now; None also for a path that leads out of the static folders."""
    try:
        found = finders.find(path)
    except (SuspiciousFileOperation, ValueError):
        return None
    return _ready(path, Path(found).read_bytes()) if found and Path(found).is_file() else None


def _ready(path: str, content: bytes) -> StaticFile:
    kind = content_type(path)
    gzipped = gzip.compress(content, mtime=0) if kind.startswith(TEXT_TYPES) else b""
    return StaticFile(kind, content, gzipped if len(gzipped) < len(content) else b"", _digest(content)[:32])


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _is_known(if_none_match: str, etags: Collection[str]) -> bool:
    """Whether a browser has one of these; what a proxy has marked as weak counts as well."""
    known = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return any(each in etags or each == "*" for each in known)


def _plain(status: int, message: str, headers: dict[str, str]) -> Answer:
    body = message.encode()
    return Answer(status, {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body)), **headers}, body)
