"""The demo's URLs and two views more: one that does nothing, which a GET of the API is compared with, and the loop's heartbeat."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from scripts.bench.heartbeat import longest_stall


def trivial(request: HttpRequest) -> HttpResponse:
    """Answer with two letters."""
    return HttpResponse("ok")


urlpatterns = [path("trivial", trivial), path("stall", longest_stall), path("", include("dashboard.urls"))]
