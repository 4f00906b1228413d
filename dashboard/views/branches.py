"""The family of a cluster, and new branches of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cluster.machinery.meta import Obj
from cluster.runner.family import Relative
from cluster.runner.host import Host
from dashboard import forms
from dashboard.forms import Refusal
from dashboard.views.answers import answer, of_cluster


@require_http_methods(["GET", "POST"])
@of_cluster
async def of(request: HttpRequest, host: Host) -> HttpResponse:
    """``branches``: the family; POST ``{"at": <seq>}`` makes a branch behind that hop and answers the same, and ``made``: its address."""
    made = ""
    if request.method == "POST":
        seq = forms.place(forms.json_object(request.body))
        try:
            made = reverse("stage", args=[await host.fork(seq)])
        except LookupError as error:
            raise Refusal(404, _("There is no hop %(seq)d.") % {"seq": seq}, _("Go back to the present.")) from error
    return answer({"branches": [_row(host, relative) for relative in await host.family()], "made": made})


def _row(host: Host, relative: Relative) -> Obj:
    return {
        "name": relative.name,
        "parent": relative.parent,
        "began": relative.began,
        "head": relative.head,
        "address": reverse("stage", args=[relative.name]),
        "here": relative.name == host.name,
    }
