"""A page and everything that it needs in one file: scripts, styles, fonts, and the data that it shows.

The file asks nobody for anything. Its policy forbids every request and names the one script and the one style that may take effect by their
hashes, so that nothing that stands in the data, a name or a line of a log, can run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from dashboard.export.bundle import bundle
from dashboard.static_files import content_type, static_path

ENTRY = "js/main.js"
REPLACED = {"js/panels/manifest.js": "js/replay/manifest.js"}
"""What makes no sense without a server, and weighs more than all the rest: the editor of manifests."""
DATA = "recording"
"""The id of the element that holds the data."""
_MARK = "<!-- the recording -->"

_STYLE = re.compile(r'<link rel="stylesheet" href="(?P<url>[^"]+)">\s*')
_DROPPED = re.compile(r'<link rel="(?:icon|preload)"[^>]*>\s*|<meta name="csrf-token"[^>]*>\s*')
_BASE = re.compile(r'data-base="[^"]*"')
_SCRIPT = re.compile(r'<script type="module" src="(?P<url>[^"]+)"></script>')
_URL = re.compile(r'url\("(?P<path>[^"]+)"\)')


def shell(page: str) -> tuple[str, str]:
    """Return what stands before and behind the data in the file of ``page``, a page as the server would send it."""
    styles = "\n".join(_style(found["url"]) for found in _STYLE.finditer(page))
    script = bundle(ENTRY, lambda path: _found(path).read_text(), REPLACED)
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(styles)}'; font-src data:; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n  <style>{styles}</style>\n'
    page = _DROPPED.sub("", _STYLE.sub("", _SCRIPT.sub("", page)))
    page = page.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n  {head}', 1).replace("<html ", "<html data-file ", 1)
    page = _BASE.sub('data-base=""', page, count=1)
    data = f'<script type="text/plain" id="{DATA}">{_MARK}</script>\n'
    page = page.replace("</body>", f'{data}<script type="module">{script}</script>\n</body>', 1)
    before, _, behind = page.partition(_MARK)
    return before, behind


async def base64_of(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Encode a stream; every piece but the last is a multiple of three bytes, so that the whole is one text."""
    left = b""
    async for piece in pieces:
        left += piece
        whole = len(left) - len(left) % 3
        if whole:
            yield base64.b64encode(left[:whole])
            left = left[whole:]
    if left:
        yield base64.b64encode(left)


def _style(url: str) -> str:
    path = _path(url)
    folder = path.rpartition("/")[0]
    return _URL.sub(lambda found: f'url("{_data_url(_joined(folder, found["path"]))}")', _found(path).read_text())


def _joined(folder: str, path: str) -> str:
    parts = folder.split("/")
    for part in path.split("/"):
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _data_url(path: str) -> str:
    return f"data:{content_type(path)};base64,{base64.b64encode(_found(path).read_bytes()).decode()}"


def _path(url: str) -> str:
    return static_path(url.removeprefix(str(settings.STATIC_URL)))[1]


def _found(path: str) -> Path:
    found = finders.find(path)
    if not found:
        raise FileNotFoundError(path)
    return Path(found)


def _digest(text: str) -> str:
    """How a policy names a text."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
