"""What Django itself refuses, said as the other views say it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dashboard.views.answers import refuse


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a write that does not come from a page of this server."""
    return refuse(403, _("This request does not come from a page of this server."), _("Reload the page and try again."))
