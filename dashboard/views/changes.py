"""What browsers change: manifests that are submitted, and actions on objects of the diagram."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from cluster.runner.host import Host
from dashboard import actions, forms
from dashboard import manifests as submissions
from dashboard.views.answers import answer, of_cluster


@require_POST
@of_cluster
async def manifests(request: HttpRequest, host: Host) -> HttpResponse:
    """``manifests``: ``{"text", "dryRun"}``; answers 200 with what became of each document, its errors included."""
    wanted = forms.submission(forms.json_object(request.body))
    return answer({"documents": await submissions.submit(host, wanted.text, dry_run=wanted.is_dry_run)})


@require_POST
@of_cluster
async def act(request: HttpRequest, host: Host) -> HttpResponse:
    """``actions``: ``{"action", "key", ...}``; answers ``{"message"}``."""
    wanted = forms.action(forms.json_object(request.body), host.kinds)
    return answer({"message": await actions.perform(host, wanted)})
