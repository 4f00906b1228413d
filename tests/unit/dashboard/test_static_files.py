"""Static files in front of Django: what a browser keeps, what it gets smaller, and what nobody gets."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

import pytest
from asgiref.testing import ApplicationCommunicator
from django.templatetags.static import static
from django.test import override_settings

from cluster.machinery.meta import Obj
from dashboard.middleware import HEADERS
from dashboard.static_files import ASK_AGAIN, FOREVER, StaticFiles, answer, shelf, takes_gzip

STATIC = Path(__file__).resolve().parents[3] / "static"
MAIN = (STATIC / "js/main.js").read_bytes()
GZIP = {"accept-encoding": "gzip, deflate, br"}
TEXT = "text/plain; charset=utf-8"


def versioned(path: str) -> str:
    return f"{shelf().version}/{path}"


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("css/tokens.css", 200, "text/css; charset=utf-8"),
        ("js/main.js", 200, "text/javascript; charset=utf-8"),
        ("js/main.joined.js", 200, "text/javascript; charset=utf-8"),
        ("icon.svg", 200, "image/svg+xml; charset=utf-8"),
        ("vendor/pretendard-regular.woff2", 200, "font/woff2"),
        ("js", 404, TEXT),
        ("", 404, TEXT),
        ("../manage.py", 404, TEXT),
        ("js/../../manage.py", 404, TEXT),
        ("/etc/passwd", 404, TEXT),
        ("..\\manage.py", 404, TEXT),
        ("js/main.js\0", 404, TEXT),
    ],
)
@pytest.mark.parametrize("prefix", ["", "0123456789ab/"], ids=["without a version", "with another one"])
@pytest.mark.parametrize("is_debug", [False, True], ids=["served", "while developing"])
def test_only_what_lies_in_the_static_folders_is_served(path: str, status: int, kind: str, prefix: str, is_debug: bool) -> None:
    with override_settings(DEBUG=is_debug):
        got = answer("GET", prefix + path, {})
    if is_debug and path.endswith(".joined.js"):
        status, kind = 404, TEXT
    assert (got.status, got.headers["content-type"], got.headers["content-length"]) == (status, kind, str(len(got.body)))


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "cache", "encoding", "body"),
    [
        pytest.param("GET", "js/main.js", {}, 200, ASK_AGAIN, None, MAIN, id="without a version it is asked for again"),
        pytest.param("GET", "0123456789ab/js/main.js", {}, 200, ASK_AGAIN, None, MAIN, id="of another version as well"),
        pytest.param("GET", "*/js/main.js", {}, 200, FOREVER, None, MAIN, id="of this version it is kept"),
        pytest.param("GET", "*/js/main.js", GZIP, 200, FOREVER, "gzip", gzip.compress(MAIN, mtime=0), id="smaller for who can read it"),
        pytest.param("HEAD", "*/js/main.js", GZIP, 200, FOREVER, "gzip", b"", id="its headers alone"),
        pytest.param("GET", "js/main.js", {"range": "bytes=0-9"}, 200, ASK_AGAIN, None, MAIN, id="a part of it is answered with all"),
        pytest.param("POST", "js/main.js", {}, 405, None, None, b"A file is read with GET or HEAD.", id="nothing is written"),
    ],
)
def test_how_a_file_is_sent(
    method: str, path: str, headers: dict[str, str], status: int, cache: str | None, encoding: str | None, body: bytes
) -> None:
    got = answer(method, path.replace("*", shelf().version), headers)
    assert (got.status, got.headers.get("cache-control"), got.headers.get("content-encoding"), got.body) == (status, cache, encoding, body)


@pytest.mark.parametrize("accepted", [{}, GZIP], ids=["as it is", "gzipped"])
def test_what_a_browser_has_is_not_sent_again(accepted: dict[str, str]) -> None:
    etag = answer("GET", "js/main.js", accepted).headers["etag"]
    told = {"etag": etag, "cache-control": ASK_AGAIN, "vary": "Accept-Encoding"}
    for known in (etag, f'"other", W/{etag}', "*"):
        assert answer("GET", "js/main.js", {**accepted, "if-none-match": known}) == (304, told, b"")
    assert answer("GET", "js/main.js", {**accepted, "if-none-match": '"other"'}).status == 200


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("", False),
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("*", True),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("br, deflate", False),
    ],
)
def test_who_takes_gzip(accepted: str, takes: bool) -> None:
    assert takes_gzip(accepted) is takes


def test_fonts_are_not_made_larger_by_packing_them() -> None:
    assert "content-encoding" not in answer("GET", "vendor/pretendard-regular.woff2", GZIP).headers


def test_addresses_have_a_version_unless_one_develops() -> None:
    assert static("js/main.js") == f"/static/{shelf().version}/js/main.js"
    with override_settings(DEBUG=True):
        assert static("js/main.js") == "/static/js/main.js"


def test_while_developing_a_changed_file_is_there_at_once(tmp_path: Path) -> None:
    file = tmp_path / "new.js"
    seen = []
    with override_settings(DEBUG=True, STATICFILES_DIRS=[tmp_path]):
        for text in (b"one", b"two"):
            file.write_bytes(text)
            got = answer("GET", "new.js", {})
            seen.append((got.body, got.headers["cache-control"], answer("GET", "new.js", {"if-none-match": got.headers["etag"]}).status))
    assert seen == [(b"one", ASK_AGAIN, 304), (b"two", ASK_AGAIN, 304)]


def test_files_go_past_django_and_carry_its_headers_all_the_same() -> None:
    passed: list[str] = []

    async def pages(scope: Obj, receive: object, send: object) -> None:
        passed.append(scope["path"])

    async def ask(path: str) -> Obj:
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [(b"Accept-Encoding", b"gzip")]}
        communicator = ApplicationCommunicator(StaticFiles(pages), scope)
        await communicator.send_input({"type": "http.request", "body": b""})
        start: Obj = await communicator.receive_output(10)
        return start

    start = asyncio.run(ask(f"/static/{versioned('js/main.js')}"))
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    assert (start["status"], headers["content-encoding"], passed) == (200, "gzip", [])
    assert {name: headers[name.lower()] for name in HEADERS} == HEADERS
