"""Logs that come in: a file becomes a cluster that can be looked at and not changed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cluster.etcd import log_file
from cluster.etcd.log_file import BadLog
from cluster.etcd.log_import import make_recording
from cluster.machinery.meta import Obj
from cluster.models import Cluster
from cluster.runner.family import next_name
from dashboard import cards, keys
from dashboard.views import pages

NAME_LENGTH = 50
TRIES = 5
"""Somebody else may take a name first."""


@require_POST
async def make(request: HttpRequest) -> HttpResponse:
    """POST ``recordings``: the file ``log`` of a form. Leads to the recording, or says on the page which line is wrong."""
    file = request.FILES.get("log")
    if not isinstance(file, UploadedFile):
        return await pages.index_with(request, _("Choose a file with a log."))
    try:
        name = await asyncio.to_thread(_make, file.chunks())
    except BadLog as fault:
        return await pages.index_with(request, sentence(fault))
    return redirect("stage", name)


def _make(pieces: Iterable[bytes]) -> str:
    """Read a file whole, then write it down. Raises BadLog."""
    try:
        log = log_file.read(log_file.lines_of(pieces), can_be_shown)
        for _try in range(TRIES - 1):
            try:
                return make_recording(log, free_name(log.header.name)).name
            except IntegrityError:
                continue
        return make_recording(log, free_name(log.header.name)).name
    finally:
        connection.close()


def can_be_shown(storage_key: str, obj: Obj) -> bool:
    """Whether the page can draw what a log has under a key."""
    key = keys.parse(storage_key)
    if key is None:
        return True
    try:
        cards.card(key.kind, obj)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError):
        return False
    return True


def free_name(wanted: str) -> str:
    """``demo-recording``, or with a number where that is taken."""
    plain = re.sub(r"[^a-z0-9-]+", "-", wanted.lower()).strip("-")[:NAME_LENGTH].rstrip("-") or "log"
    first = f"{plain.removesuffix('-recording')}-recording"
    return next_name(first) if Cluster.objects.filter(name=first).exists() else first


def sentence(fault: BadLog) -> str:
    """Say what is wrong with a file."""
    wrong = {
        "empty": _("The file is empty."),
        "json": _("This is not JSON."),
        "format": _("This is not the log of a cluster."),
        "version": _("Version %(detail)s of the format is not known here."),
        "unknown": _("There is no such line: %(detail)s."),
        "field": _("The field %(detail)s is missing or of another kind."),
        "object": _("This is no object that can be shown: %(detail)s."),
        "order": _("This does not belong here: %(detail)s."),
        "gap": _("Number %(detail)s is missing."),
        "long": _("The line is longer than %(detail)s bytes."),
        "many": _("The file has more than %(detail)s lines."),
        "count": _("There is less, or more, in the file than it says at its end."),
        "cut": _("The file ends here, and its last line is missing: it was cut off."),
    }
    return _("Line %(line)d: %(wrong)s") % {"line": fault.line, "wrong": wrong[fault.fault] % {"detail": fault.detail}}
