"""The pages: the list of clusters and the stage of one cluster; and the language they speak."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from cluster.machinery.kinds import NODES
from cluster.machinery.meta import Obj
from dashboard import clusters, samples
from dashboard.forms import Refusal, json_object
from dashboard.views.answers import refuse

DIAGRAMS = Path(__file__).resolve().parent.parent / "diagrams"
VIEWS = ("presenter", "projector")


@lru_cache
def diagram(name: str) -> Obj:
    """Return the data of a diagram, ``dashboard/diagrams/<name>.json``."""
    data: Obj = orjson.loads((DIAGRAMS / f"{name}.json").read_bytes())
    return data


def language() -> str:
    """Return the language of the running request: ``ko`` or ``en``."""
    return "ko" if (get_language() or "").startswith("ko") else "en"


@require_GET
async def index(request: HttpRequest) -> HttpResponse:
    """``/``: which clusters there are."""
    rows = []
    for name in await clusters.names():
        host = await clusters.find(name)
        if host is not None:
            nodes = await host.read(lambda store: len(store.list(NODES.storage_key("", "")).items))
            rows.append({"name": name, "nodes": nodes, "revision": host.position.revision})
    return render(request, "index.html", {"clusters": rows, "language": language()})


@require_GET
@ensure_csrf_cookie
async def stage(request: HttpRequest, name: str) -> HttpResponse:
    """``/clusters/<name>/``: the stage; ``?view=projector`` without controls."""
    if await clusters.find(name) is None:
        raise Http404(_("There is no cluster %(name)s.") % {"name": name})
    view = request.GET.get("view", "")
    context = {
        "cluster": name,
        "language": language(),
        "view": view if view in VIEWS else VIEWS[0],
        "diagram": diagram("components"),
        "samples": samples.documents(),
    }
    return render(request, "stage.html", context)


@require_POST
async def set_language(request: HttpRequest) -> HttpResponse:
    """``/language``: ``{"language": "ko" | "en"}`` is remembered in a cookie; answers 204."""
    try:
        wanted = json_object(request.body).get("language")
    except Refusal as refusal:
        return refuse(refusal.code, refusal.message, refusal.hint)
    if wanted not in dict(settings.LANGUAGES):
        return refuse(400, _("This language is not spoken here."), _("Choose en or ko."))
    response = HttpResponse(status=204)
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, str(wanted), max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax")
    return response
