"""The page's own files, served by the same process: the page must work on a laptop without any network.

Django's own handler serves static files only while DEBUG is on and streams them in a way that blocks an ASGI server.
This one finds the files as Django does, answers from memory and lets the browser ask whether its copy is still good.
"""

from __future__ import annotations

import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from asgiref.sync import sync_to_async
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.exceptions import SuspiciousFileOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound, HttpResponseNotModified
from django.http.response import HttpResponseBase

from dashboard.middleware import with_headers

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("font/woff2", ".woff2")
TEXT_TYPES = ("text/", "application/json", "image/svg+xml")


@lru_cache(maxsize=512)
def _read(path: Path, modified_ns: int) -> tuple[bytes, str]:
    content = path.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _find(path: str) -> Path | None:
    """The file of a path; None also for a path that leads out of the static folders."""
    try:
        found = finders.find(path)
    except SuspiciousFileOperation:
        return None
    return Path(found) if found and Path(found).is_file() else None


def content_type(path: str) -> str:
    """Return the media type of a file's name; texts are UTF-8."""
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith(TEXT_TYPES) else kind


def static_response(method: str, path: str, if_none_match: str) -> HttpResponse:
    """Answer a request for the static file ``path`` (relative to the static folders)."""
    if method not in ("GET", "HEAD"):
        return with_headers(HttpResponseNotAllowed(("GET", "HEAD")))
    found = _find(path)
    if found is None:
        return with_headers(HttpResponseNotFound(f"There is no file {path}.", content_type="text/plain; charset=utf-8"))
    content, etag = _read(found, found.stat().st_mtime_ns)
    response: HttpResponse
    if etag in (tag.strip() for tag in if_none_match.split(",")):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type=content_type(path))
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    return with_headers(response)


class StaticFiles(ASGIStaticFilesHandler):
    """ASGI application: static files itself, everything else by the application it wraps."""

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request whose path lies under STATIC_URL."""
        path = self.file_path(request.path).replace("\\", "/")
        return await sync_to_async(static_response, thread_sensitive=False)(
            request.method or "GET", path, request.headers.get("If-None-Match", "")
        )
