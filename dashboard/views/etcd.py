"""etcd made visible: its keys, one key's value and history, and what an administrator does with ``etcdctl``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cluster.runner.etcd_admin import MOST_SNAPSHOTS, Refused, TooManySnapshots
from cluster.runner.host import Host
from dashboard import etcd, forms
from dashboard.forms import Refusal
from dashboard.views.answers import answer, of_cluster


@require_http_methods(["GET", "POST"])
@of_cluster
async def status(request: HttpRequest, host: Host) -> HttpResponse:
    """``etcd``: revisions, sizes, snapshots; POST ``{"action", "name", "revision"}`` works on it; answers ``{"lines", "status"}``."""
    lines: list[str] = []
    if request.method == "POST":
        try:
            lines = await etcd.work(host, forms.etcd_work(forms.json_object(request.body)))
        except TooManySnapshots as error:
            message = _("There are %(most)d snapshots already.") % {"most": MOST_SNAPSHOTS}
            raise Refusal(409, message, _("Give the name of one of them: it is replaced.")) from error
        except Refused as refused:
            lines = [f"Error: {refused}"]
    return answer({"lines": lines, "status": await etcd.status(host)})


@require_GET
@of_cluster
async def keys(request: HttpRequest, host: Host) -> HttpResponse:
    """``etcd/keys?prefix=/registry/&at=<seq>&after=<key>``: keys in order, as they were at a hop."""
    at = forms.number(request.GET, "at", host.position.seq)
    return answer(await etcd.keys_at(host, request.GET.get("prefix") or "/registry/", at, request.GET.get("after", "")))


@require_GET
@of_cluster
async def key(request: HttpRequest, host: Host) -> HttpResponse:
    """``etcd/key?key=&at=<seq>``: one key with its value and its history."""
    name, at = request.GET.get("key", ""), forms.number(request.GET, "at", host.position.seq)
    found = await etcd.key_at(host, name, at)
    if found is None:
        raise Refusal(404, _("%(key)s does not exist at this moment.") % {"key": name[:200]}, _("Choose another key, or another moment."))
    return answer(found)
