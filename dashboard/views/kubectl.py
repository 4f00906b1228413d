"""The line of the page that runs the real ``kubectl``."""

from __future__ import annotations

from typing import cast

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cluster.http.kubectl import SECONDS, Kubectl, NoKubectlError, Output
from cluster.runner.host import Host
from dashboard import forms, kubectl_line
from dashboard.forms import Refusal
from dashboard.views.answers import answer, of_cluster


@require_POST
@of_cluster
async def run(request: HttpRequest, host: Host) -> HttpResponse:
    """``kubectl``: POST ``{"line", "isPast"}`` answers ``{"text", "code", "changes"}``: what the command has printed, its exit code (null
    when it did not end), and whether it was more than a question. ``isPast``: the viewer looks back, so that only questions are
    run (``text`` is null for others).
    """
    body = forms.json_object(request.body)
    line, is_past = body.get("line"), body.get("isPast", False)
    if not isinstance(line, str) or not isinstance(is_past, bool):
        raise Refusal(400, _("line must be a text, and isPast true or false."))
    command = kubectl_line.read(line)
    if command.changes and is_past:
        return answer({"text": None, "code": None, "changes": True})
    kubectl = cast("ASGIRequest", request).scope.get("extensions", {}).get("kubectl")
    if not isinstance(kubectl, Kubectl):
        raise Refusal(503, _("This server runs no kubectl: it has no Kubernetes API beside its pages."), _("Start it with make demo."))
    try:
        output = await kubectl.run(host.name, command.arguments)
    except NoKubectlError as fault:
        raise Refusal(
            503, _no_kubectl(str(fault)), _("Install it (https://kubernetes.io/docs/tasks/tools/), or name it by PODIUM_KUBECTL.")
        ) from None
    return answer({"text": _whole(output), "code": output.code, "changes": command.changes})


def _whole(output: Output) -> str:
    """Return what was printed, and what became of the rest."""
    if output.is_cut:
        return f"{output.text}\n... " + _("more than can be shown here")
    if output.code is None:
        return f"{output.text}\n... " + _("ended by the page: it took more than %(seconds)d seconds") % {"seconds": SECONDS}
    return output.text


def _no_kubectl(why: str) -> str:
    if why:
        return _("kubectl cannot be started on the machine that runs Podium: %(why)s.") % {"why": why}
    return _("There is no kubectl on the machine that runs Podium.")
