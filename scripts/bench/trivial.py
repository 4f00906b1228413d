"""The demo's URLs and one view more, that does nothing: what a GET of the API is compared with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def trivial(request: HttpRequest) -> HttpResponse:
    """Answer with two letters."""
    return HttpResponse("ok")


urlpatterns = [path("trivial", trivial), path("", include("dashboard.urls"))]
