"""What the editor asks for while a manifest is written."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cluster.runner.host import Host
from dashboard.fields import fields_at, kinds_of
from dashboard.forms import Refusal
from dashboard.views.answers import answer, of_cluster


@require_GET
@of_cluster
async def fields(request: HttpRequest, host: Host) -> HttpResponse:
    """``fields?apiVersion=&kind=&path=spec.template``: the fields at a place of a kind; without a kind the kinds there are."""
    api_version, name = request.GET.get("apiVersion", ""), request.GET.get("kind", "")
    if not name:
        return answer({"kinds": kinds_of(host.kinds)})
    kind = host.kinds.by_kind(api_version, name)
    if kind is None:
        message = _("This cluster serves no %(kind)s of %(version)s.") % {"kind": name, "version": api_version}
        raise Refusal(404, message, _("Choose one of the kinds that the editor proposes."))
    path = request.GET.get("path", "")
    return answer({"fields": fields_at(host.kinds, kind, path.split(".") if path else [])})
