"""What a session leaves behind: a page that replays it without a server, and its log as lines of JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cluster.runner.host import Host
from dashboard import forms
from dashboard import log as logs
from dashboard.export import log_lines, recording, single_file
from dashboard.forms import Refusal
from dashboard.views import pages
from dashboard.views.answers import answer, of_cluster

MOST_HOPS = 100_000
"""Hops in one file: more would take a browser minutes to open."""


@require_GET
@of_cluster
async def session(request: HttpRequest, host: Host) -> HttpResponseBase:
    """``export/session.html?from=<seq>&to=<seq>``: the hops between, both included, as one page; without them all.

    With ``check`` only whether it can be had.
    """
    first, last = _stretch(request, host)
    if "check" in request.GET:
        await logs.state_at(host, first - 1)
        return answer({"from": first, "to": last})
    page = render_to_string("stage.html", pages.stage_context(host.name))
    before, behind = single_file.shell(page)

    async def content() -> AsyncIterator[bytes]:
        yield before.encode()
        async for piece in single_file.base64_of(recording.compressed(recording.lines(host, first, last))):
            yield piece
        yield behind.encode()

    return await _download(content(), f"{host.name}-{first}-{last}.html", "text/html; charset=utf-8")


@require_GET
@of_cluster
async def log(request: HttpRequest, host: Host) -> HttpResponseBase:
    """``export/log.jsonl?from=<seq>&to=<seq>``: the same hops and every write behind them, as ``POST /recordings`` takes them."""
    first, last = _stretch(request, host)
    if "check" in request.GET:
        return answer({"from": first, "to": last})
    return await _download(log_lines.lines(host, first, last), f"{host.name}-{first}-{last}.jsonl", "application/x-ndjson")


def _stretch(request: HttpRequest, host: Host) -> tuple[int, int]:
    """Read which hops are meant. Raises Refusal."""
    head = host.position.seq
    first, last = forms.number(request.GET, "from", 1), forms.number(request.GET, "to", head)
    if not 1 <= first <= last <= head:
        message = _("Hops %(first)d to %(last)d are not in the log: it has 1 to %(head)d.") % {"first": first, "last": last, "head": head}
        raise Refusal(400, message, _("Choose a stretch of the timeline."))
    if last - first >= MOST_HOPS:
        raise Refusal(400, _("These are more than %(most)d hops.") % {"most": MOST_HOPS}, _("Choose a stretch of the timeline."))
    return first, last


async def _download(content: AsyncIterator[bytes], name: str, kind: str) -> StreamingHttpResponse:
    """Answer with a file. Its first piece is made before the answer begins, so that a log that is no longer kept is refused."""
    try:
        begun = await anext(content)
        rest = [begun, await anext(content)]
    except StopAsyncIteration:
        rest = [begun]

    async def whole() -> AsyncIterator[bytes]:
        for piece in rest:
            yield piece
        async for piece in content:
            yield piece

    response = StreamingHttpResponse(whole(), content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
