"""What a kubelet's server answers over plain HTTP: its health, its pods, what they use, its logs.

Everything is worked out of what the node has reported and measured. Profiles, configz and traces are not there.

Upstream: ``pkg/kubelet/server/server.go``, ``pkg/kubelet/server/stats/``.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import orjson

from cluster.machinery.kubelet_server import HttpReply
from cluster.machinery.measurements import Measurements
from cluster.machinery.meta import Obj, SimTime, timestamp
from cluster.machinery.network import HttpRequest
from cluster.machinery.usage import SYSTEM, Usage

_JSON, _TEXT = "application/json", "text/plain; charset=utf-8"


def answer(node: str, pods: Sequence[Obj], now: SimTime, measurements: Measurements, request: HttpRequest) -> HttpReply:
    """Answer a request. ``pods``: those of the node, as the API server has them; ``measurements``: what their containers use."""
    path = urlsplit(request.path).path.rstrip("/") or "/"
    if request.method not in ("GET", "HEAD"):
        return _text(405, "405: Method Not Allowed")
    if path in ("/healthz", "/healthz/ping", "/healthz/log", "/healthz/syncloop"):
        return _text(200, "ok")
    if path == "/pods":
        return _json({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": list(pods)})
    if path == "/runningpods":
        running = [pod for pod in pods if (pod.get("status") or {}).get("phase") == "Running"]
        return _json({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": running})
    if path == "/stats/summary":
        return _json(summary(node, pods, now, measurements))
    if path == "/metrics":
        return _text(200, metrics(pods))
    if path == "/logs":
        return HttpReply(200, (("content-type", "text/html; charset=utf-8"),), b'<pre>\n<a href="pods/">pods/</a>\n</pre>\n')
    return _text(404, "404 page not found\n")


def summary(node: str, pods: Sequence[Obj], now: SimTime, measurements: Measurements) -> Obj:
    """Return the Summary: what the node and each of its pods use."""
    at = timestamp(now)
    told = [_pod_stats(pod, at, measurements) for pod in pods if (pod.get("status") or {}).get("phase") == "Running"]
    used = SYSTEM
    for pod in told:
        used = used.plus(Usage(pod["cpu"]["usageNanoCores"], pod["memory"]["workingSetBytes"]))
    return {"node": {"nodeName": node, **_usage(used, at)}, "pods": told}


def metrics(pods: Sequence[Obj]) -> str:
    """Return the part of ``/metrics`` that is known."""
    running = sum((pod.get("status") or {}).get("phase") == "Running" for pod in pods)
    lines = ("# HELP kubelet_running_pods [ALPHA] Number of pods that have a running pod sandbox", "# TYPE kubelet_running_pods gauge")
    return "\n".join((*lines, f"kubelet_running_pods {running}", ""))


def _pod_stats(pod: Obj, at: str, measurements: Measurements) -> Obj:
    meta = pod["metadata"]
    uses = measurements.pod(pod, meta.get("annotations") or {})
    total = Usage()
    for usage in uses.values():
        total = total.plus(usage)
    reference = {"name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"]}
    containers = [{"name": name, **_usage(usage, at)} for name, usage in uses.items()]
    return {"podRef": reference, "startTime": (pod.get("status") or {}).get("startTime"), "containers": containers, **_usage(total, at)}


def _usage(usage: Usage, at: str) -> Obj:
    return {"cpu": {"time": at, "usageNanoCores": usage.cpu}, "memory": {"time": at, "workingSetBytes": usage.memory}}


def _json(obj: Obj) -> HttpReply:
    return HttpReply(200, (("content-type", _JSON),), orjson.dumps(obj))


def _text(code: int, text: str) -> HttpReply:
    return HttpReply(code, (("content-type", _TEXT),), text.encode())
