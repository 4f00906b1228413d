"""What is broken in a cluster on purpose."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from cluster.runner.host import Host
from dashboard import faults, forms
from dashboard.views.answers import answer, of_cluster


@require_POST
@of_cluster
async def of(request: HttpRequest, host: Host) -> HttpResponse:
    """``faults``: ``{"target", "fault", "seconds"}`` breaks a component, an empty ``fault`` mends it, and an empty ``target`` all of them;
    answers ``{"message"}``."""
    return answer({"message": await faults.change(host, forms.fault_change(forms.json_object(request.body)))})


@require_POST
@of_cluster
async def messages(request: HttpRequest, host: Host) -> HttpResponse:
    """``messages``: ``{"effect", "source", "target", "verb", "key", "seconds"}`` loses, repeats or delays the next message that matches;
    answers ``{"message"}``."""
    return answer({"message": await faults.change_message(host, forms.message_fault(forms.json_object(request.body)))})
