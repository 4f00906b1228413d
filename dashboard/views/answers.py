"""How views answer in JSON: documents, and refusals with what to try next."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Compacted, FutureRevision
from cluster.runner.host import Host
from dashboard import clusters
from dashboard.forms import Refusal
from dashboard.refusals import worded

HostView = Callable[..., Coroutine[None, None, HttpResponseBase]]


def answer(document: Obj, *, code: int = 200) -> HttpResponse:
    """Return a document as JSON; it describes a moment, so nobody may keep it."""
    response = HttpResponse(orjson.dumps(document), content_type="application/json", status=code)
    response.headers["Cache-Control"] = "no-store"
    return response


def refuse(code: int, message: str, hint: str = "") -> HttpResponse:
    """Return ``{"message", "try"}``."""
    return answer({"message": message, "try": hint}, code=code)


def of_cluster(view: HostView) -> HostView:
    """Let an asynchronous view be called with the cluster's host instead of its name, and turn refusals into answers."""

    @wraps(view)
    async def found(request: HttpRequest, name: str, **kwargs: object) -> HttpResponseBase:
        try:
            return await view(request, await host_named(name), **kwargs)
        except Refusal as refusal:
            return refuse(refusal.code, refusal.message, refusal.hint)
        except ApiError as error:
            return refuse(error.code, *worded(error))
        except Compacted:
            return refuse(410, _("The history of that moment is no longer kept."), _("Choose a later moment of the timeline."))
        except FutureRevision:
            return refuse(404, _("That moment has not come yet."), _("Go back to the present."))

    return found


async def host_named(name: str) -> Host:
    """Return the host of a cluster. Raises Refusal 404."""
    host = await clusters.find(name)
    if host is None:
        raise Refusal(404, _("There is no cluster %(name)s.") % {"name": name}, _("Choose one from the list of clusters."))
    return host
