"""Routes of the pages. Those of the sockets are in ``routing.py``."""

from __future__ import annotations

from django.urls import path

from dashboard.views import branches, breakpoints, changes, etcd, exports, faults, fields, history, joining, kubectl, pages, recordings

urlpatterns = [
    path("", pages.index, name="index"),
    path("recordings", recordings.make, name="recordings"),
    path("clusters/<slug:name>/", pages.stage, name="stage"),
    path("clusters/<slug:name>/compare/<slug:other>/", pages.compare, name="compare"),
    path("clusters/<slug:name>/state", history.state, name="state"),
    path("clusters/<slug:name>/hops", history.hops, name="hops"),
    path("clusters/<slug:name>/hops/<int:seq>", history.hop, name="hop"),
    path("clusters/<slug:name>/objects", history.objects, name="objects"),
    path("clusters/<slug:name>/why", history.reason, name="why"),
    path("clusters/<slug:name>/manifests", changes.manifests, name="manifests"),
    path("clusters/<slug:name>/fields", fields.fields, name="fields"),
    path("clusters/<slug:name>/branches", branches.of, name="branches"),
    path("clusters/<slug:name>/etcd", etcd.status, name="etcd"),
    path("clusters/<slug:name>/etcd/keys", etcd.keys, name="etcd-keys"),
    path("clusters/<slug:name>/etcd/key", etcd.key, name="etcd-key"),
    path("clusters/<slug:name>/breakpoints", breakpoints.of, name="breakpoints"),
    path("clusters/<slug:name>/faults", faults.of, name="faults"),
    path("clusters/<slug:name>/messages", faults.messages, name="messages"),
    path("clusters/<slug:name>/export/session.html", exports.session, name="export-session"),
    path("clusters/<slug:name>/export/log.jsonl", exports.log, name="export-log"),
    path("clusters/<slug:name>/kubectl", kubectl.run, name="kubectl"),
    path("clusters/<slug:name>/join", joining.of, name="join"),
    path("clusters/<slug:name>/join/token", joining.token, name="join-token"),
    path("clusters/<slug:name>/actions", changes.act, name="actions"),
]
