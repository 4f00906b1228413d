"""Reading the log: the state at any hop, stretches of hops, one hop in full. Nothing here changes the cluster."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cluster.runner.host import Host
from dashboard import forms, inspector, log, why
from dashboard.forms import Refusal
from dashboard.views.answers import answer, of_cluster


@require_GET
@of_cluster
async def state(request: HttpRequest, host: Host) -> HttpResponse:
    """``state?at=<seq>``: everything as it was at that hop; without ``at`` as it is now."""
    at = forms.number(request.GET, "at", host.position.seq)
    try:
        return answer(await log.state_at(host, at))
    except LookupError as error:
        raise Refusal(404, _("There is no hop %(seq)d.") % {"seq": at}, _("Go back to the present.")) from error


@require_GET
@of_cluster
async def hops(request: HttpRequest, host: Host) -> HttpResponse:
    """``hops?after=<seq>&limit=<n>``: what came after a hop, at most 1,000; with ``before`` the last before a hop that are no routine."""
    limit = min(forms.number(request.GET, "limit", forms.MAX_HOPS), forms.MAX_HOPS)
    if "before" in request.GET:
        marks = await log.marks_before(host, forms.number(request.GET, "before", 0), limit)
        return answer({"hops": await log.hop_documents(host, marks), "head": host.position.seq})
    after = forms.number(request.GET, "after", 0)
    found = await host.hops(after=after, limit=limit) if limit else []
    head = max(host.position.seq, found[-1].seq if found else 0)
    return answer({"hops": await log.hop_documents(host, found), "head": head})


@require_GET
@of_cluster
async def hop(request: HttpRequest, host: Host, seq: int) -> HttpResponse:
    """``hops/<seq>``: the inspector."""
    found = await log.hop_at(host, seq)
    if found is None:
        raise Refusal(404, _("There is no hop %(seq)d.") % {"seq": seq}, _("Go back to the present."))
    return answer(await inspector.inspect_hop(host, found))


@require_GET
@of_cluster
async def objects(request: HttpRequest, host: Host) -> HttpResponse:
    """``objects?key=<key>&at=<seq>``: one object's manifest, Events and history; without ``at`` as it is now."""
    key = forms.object_key(request.GET.get("key"), host.kinds)
    at = forms.number(request.GET, "at", host.position.seq)
    document = await inspector.inspect_object(host, key, at)
    if document is None:
        message = _("%(key)s does not exist at this moment.") % {"key": str(key)}
        raise Refusal(404, message, _("It may have been deleted meanwhile: look at the diagram."))
    return answer(document)


@require_GET
@of_cluster
async def reason(request: HttpRequest, host: Host) -> HttpResponse:
    """``why?key=<key>&at=<seq>&line=<n>``: what last changed a line of an object's manifest, and what led to that; no line: the object."""
    key = forms.object_key(request.GET.get("key"), host.kinds)
    at = forms.number(request.GET, "at", host.position.seq)
    document = await why.explain(host, key, at, forms.number(request.GET, "line", 0))
    if document is None:
        message = _("%(key)s does not exist at this moment.") % {"key": str(key)}
        raise Refusal(404, message, _("It may have been deleted meanwhile: look at the diagram."))
    return answer(document)
