"""The pages: the list of clusters and the stage of one cluster.

The language is the browser's, until the page sets Django's language cookie.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from cluster.machinery.meta import Obj
from cluster.runner.conditions import states
from dashboard import clusters, hub, samples
from dashboard.faults import offers
from dashboard.language import language
from dashboard.page_files import COMPARE, STAGE, files_of

DIAGRAMS = Path(__file__).resolve().parent.parent / "diagrams"
VIEWS = ("presenter", "projector")
OPENING_LIMIT = 256 * 1024
"""Bytes of a ``state`` message that a page comes with at most, a cluster of about 500 nodes.

The message in the page saves the first picture a round trip. But a page is made anew at each load, written into the
template and compressed with it, and nothing is drawn before it is read: a cluster of 5,000 nodes is 2.5 MB. The socket
sends one text to all, while the page is already there.
"""
IN_SCRIPT = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})
"""How JSON is written between the tags of a script, as Django's ``json_script`` does it with what is not encoded yet."""


@lru_cache
def diagram(name: str) -> Obj:
    """Return the data of a diagram, ``dashboard/diagrams/<name>.json``."""
    data: Obj = orjson.loads((DIAGRAMS / f"{name}.json").read_bytes())
    return data


@require_GET
@ensure_csrf_cookie
async def index(request: HttpRequest) -> HttpResponse:
    """``/``: which clusters there are; ``?fault=large``: and that the file that was to become one is too large."""
    if request.GET.get("fault") != "large":
        return await index_with(request)
    message = _("The file is larger than %(megabytes)d MB. Export the session again, with fewer steps: choose from which step to which.")
    return await index_with(request, message % {"megabytes": settings.LOG_LIMIT // 1024**2})


async def index_with(request: HttpRequest, fault: str = "") -> HttpResponse:
    """The list of clusters, and what is wrong with a log that was to become one of them."""
    rows = [asdict(each) for each in await clusters.overview()]
    return render(request, "index.html", {"clusters": rows, "language": language(), "fault": fault}, status=400 if fault else 200)


@require_GET
async def compare(request: HttpRequest, name: str, other: str) -> HttpResponse:
    """``/clusters/<name>/compare/<other>/``: two of a family side by side."""
    host = await clusters.find(name)
    family = [] if host is None else [relative.name for relative in await host.family()]
    if other not in family or name == other:
        raise Http404(_("There is no cluster %(name)s.") % {"name": other})
    pair = {side: {"name": each, "address": reverse("stage", args=[each])} for side, each in (("left", name), ("right", other))}
    context = {"pair": pair, "language": language(), "diagram": diagram("components"), "files": files_of(COMPARE)}
    return render(request, "compare.html", context)


@require_GET
@ensure_csrf_cookie
@never_cache
async def stage(request: HttpRequest, name: str) -> HttpResponse:
    """``/clusters/<name>/``: the stage as it is now; ``?view=projector`` without controls.

    It comes with the state that the socket would begin with, so that the first picture does not wait for the socket;
    without it when that is more than ``OPENING_LIMIT``, and the socket begins with it.
    """
    host = await clusters.find(name)
    if host is None:
        raise Http404(_("There is no cluster %(name)s.") % {"name": name})
    context = stage_context(name, request.GET.get("view", ""))
    return render(request, "stage.html", {**context, "files": files_of(STAGE), "opening": in_page(await hub.opening(host))})


def in_page(opening: str) -> str:
    """Return a ``state`` message as it stands between the tags of a script; empty when it is more than ``OPENING_LIMIT``."""
    return mark_safe(opening.translate(IN_SCRIPT)) if len(opening.encode()) <= OPENING_LIMIT else ""


def stage_context(name: str, view: str = "") -> Obj:
    """Return what ``stage.html`` is rendered with; its files as they are written."""
    return {
        "files": STAGE,
        "cluster": name,
        "language": language(),
        "view": view if view in VIEWS else VIEWS[0],
        "diagram": diagram("components"),
        "samples": samples.documents(),
        "states": states(),
        "faults": offers(),
    }
