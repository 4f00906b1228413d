"""Which styles and scripts a page consists of, and the two ways in which it gets them.

Under DEBUG a page loads its modules and styles one by one, as they are written, and names all of them at once. Otherwise it loads
one script and one style that are joined of them when the server begins: a browser takes longer to ask for a hundred files than to
read them. The modules are there in both cases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from django.conf import settings

from dashboard.export.bundle import bundle
from dashboard.modules import modules_of, text_of

EDITOR = "js/panels/manifest.js"
"""What the stage's script loads when somebody wants to write: its own modules joined, and CodeMirror as it is."""
CODEMIRROR = "vendor/codemirror.js"


@dataclass(frozen=True, slots=True)
class PageFiles:
    """Static paths. ``modules``: what the page names beforehand because the script will need it."""

    styles: tuple[str, ...]
    script: str
    modules: tuple[str, ...] = ()


STAGE = PageFiles(
    (
        "css/tokens.css",
        "css/page.css",
        "css/strip.css",
        "css/stage.css",
        "css/lanes.css",
        "css/caption.css",
        "css/timeline.css",
        "css/inspector.css",
        "css/manifest.css",
        "css/breakpoints.css",
        "css/branches.css",
        "css/faults.css",
        "css/etcd.css",
        "css/join.css",
        "css/kubectl.css",
        "css/why.css",
        "css/export.css",
        "css/projector.css",
        "css/phone.css",
    ),
    "js/main.js",
)
COMPARE = PageFiles(
    ("css/tokens.css", "css/page.css", "css/stage.css", "css/timeline.css", "css/faults.css", "css/why.css", "css/compare.css"),
    "js/compare.js",
)


def files_of(page: PageFiles) -> PageFiles:
    """Return what a page is served with."""
    if settings.DEBUG:
        return replace(page, modules=modules_of(page.script))
    return PageFiles((_style_of(page),), joined_path(page.script))


def joined_files() -> dict[str, bytes]:
    """Return what is made of the written files, by its static path."""
    made = {joined_path(EDITOR): bundle(EDITOR, text_of, apart={CODEMIRROR: CODEMIRROR})}
    for page in (STAGE, COMPARE):
        made[joined_path(page.script)] = bundle(page.script, text_of, apart={EDITOR: joined_path(EDITOR)})
        made[_style_of(page)] = "\n".join(map(text_of, page.styles))
    return {path: text.encode() for path, text in made.items()}


def joined_path(path: str) -> str:
    """Return the path of what is made of a file and all that it needs: beside the file, so that relative addresses in it hold."""
    stem, _, kind = path.rpartition(".")
    return f"{stem}.joined.{kind}"


def _style_of(page: PageFiles) -> str:
    return joined_path(f"css/{PurePosixPath(page.script).stem}.css")
