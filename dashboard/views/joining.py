"""Machines that join a cluster."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from cluster.runner.host import Host
from dashboard import forms, joining
from dashboard.views.answers import answer, of_cluster


@require_http_methods(["GET", "POST"])
@of_cluster
async def of(request: HttpRequest, host: Host) -> HttpResponse:
    """``join``: what the next machine may join with, ``{"uses", "endpoint", "token", "hash", "name"}``; POST
    ``{"name", "cpu", "memory", "token", "hash"}`` lets one join and answers ``{"message"}``."""
    if request.method == "GET":
        return answer(await joining.offer(host))
    return answer({"message": await joining.join(host, forms.new_machine(forms.json_object(request.body)))})


@require_POST
@of_cluster
async def token(request: HttpRequest, host: Host) -> HttpResponse:
    """``join/token``: makes a token; answers as ``join`` does."""
    return answer(await joining.new_token(host))
