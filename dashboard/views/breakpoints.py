"""Where a cluster pauses by itself, and where in its log it would have."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cluster.runner.host import Host
from dashboard import breakpoints, forms
from dashboard.forms import Refusal
from dashboard.views.answers import answer, of_cluster


@require_http_methods(["GET", "POST"])
@of_cluster
async def of(request: HttpRequest, host: Host) -> HttpResponse:
    """``breakpoints``: what is set; POST ``{"text", "set"}`` sets one, or with ``"set": false`` takes it away, and answers the same."""
    if request.method == "POST":
        condition, is_set = forms.breakpoint_change(forms.json_object(request.body))
        try:
            await host.set_breakpoint(condition, is_set=is_set)
        except ValueError as error:
            raise Refusal(409, _("There are too many breakpoints."), _("Take one away first.")) from error
    return answer(await breakpoints.document(host))
