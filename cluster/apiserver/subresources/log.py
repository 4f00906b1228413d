"""``pods/log``: a container's log, fetched from the kubelet of its node.

The API server holds no logs: it finds out which node the pod is on and passes the question on to port 10250 there.

Upstream: ``pkg/registry/core/pod/rest/log.go``, ``pkg/registry/core/pod/strategy.go`` (``LogLocation``),
``pkg/apis/core/validation/validation.go`` (``ValidatePodLogOptions``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cluster.apiserver.call import Call
from cluster.apiserver.registry.reading import get_object
from cluster.apiserver.request import Response
from cluster.apiserver.rest import Installation
from cluster.machinery.errors import ApiError, FieldError, bad_request, forbidden_field, invalid, not_supported, unprocessable
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kubelet_server import KubeletServers
from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp
from cluster.machinery.node_logs import LogOptions

KUBELET_PORT = 10250
_AT_LEAST_0, _ABOVE_0 = "must be greater than or equal to 0", "must be greater than 0"
_ONE_SINCE = "at most one of `sinceTime` or `sinceSeconds` may be specified"
_FALSE = ("0", "false", "f")
_STREAMS = ("All", "Stdout", "Stderr")


class LogRest:
    """Serves ``get``. ``request.query``: the parameters of PodLogOptions."""

    def __init__(self, installation: Installation) -> None:
        self._pods, self._clock = installation.registry(PODS), installation.clock
        self._kubelets: KubeletServers = installation.kubelets

    def serve(self, call: Call) -> Response:
        """Answer with what the log has, and with its reader when it is to be followed. Raises ApiError 400, 404, 422, 500."""
        request = call.request
        options = read_options(request.name, request.query, self._clock.now)
        pod = get_object(self._pods.store, PODS, request.namespace, request.name, request.options).obj
        options = replace(options, container=container_name(pod, options.container))
        node = pod["spec"].get("nodeName", "")
        if not node:
            return Response(204, text=b"")
        try:
            with call.ask(f"node/{node}/kubelet", "containerLogs"):
                reader = self._kubelets.connect(node).container_logs(pod, options)
        except OSError as error:
            raise ApiError(500, "", f'Get "{self._url(pod, node, options.container)}": {error}') from None
        text = reader.read()
        return Response(200, text=text, log=None if reader.is_over else reader)

    def _url(self, pod: Obj, node: str, container: str) -> str:
        address = (pod.get("status") or {}).get("hostIP") or node
        meta = pod["metadata"]
        return f"https://{address}:{KUBELET_PORT}/containerLogs/{meta['namespace']}/{meta['name']}/{container}"


def container_name(pod: Obj, wanted: str) -> str:
    """Return which container is meant. Raises ApiError 400 when there are several, or none of that name."""
    name, spec = pod["metadata"]["name"], pod["spec"]
    main, first, later = (
        [container["name"] for container in spec.get(field) or ()] for field in ("containers", "initContainers", "ephemeralContainers")
    )
    if wanted:
        if wanted not in (*main, *first, *later):
            raise bad_request(f"container {wanted} is not valid for pod {name}")
        return wanted
    if len(main) == 1:
        return str(main[0])
    message = f"a container name must be specified for pod {name}, choose one of: [{' '.join(main)}]"
    for what, names in (("init", first), ("ephemeral", later)):
        if names:
            message += f" or one of the {what} containers: [{' '.join(names)}]"
    raise bad_request(message)


def read_options(pod: str, query: Mapping[str, str], now: SimTime) -> LogOptions:
    """Read PodLogOptions. Raises ApiError 400 for a number or a moment that is none, 422 for one that makes no sense."""
    tail, limit, seconds = (_number(query, name) for name in ("tailLines", "limitBytes", "sinceSeconds"))
    faults: list[FieldError] = []
    if tail is not None and tail < 0:
        faults.append(invalid("tailLines", tail, _AT_LEAST_0))
    if limit is not None and limit < 1:
        faults.append(invalid("limitBytes", limit, _ABOVE_0))
    if seconds is not None and "sinceTime" in query:
        faults.append(forbidden_field("", _ONE_SINCE))
    elif seconds is not None and seconds < 1:
        faults.append(invalid("sinceSeconds", seconds, _ABOVE_0))
    stream = query.get("stream") or "All"
    if stream not in _STREAMS:
        faults.append(not_supported("stream", stream, _STREAMS, in_order=True))
    elif stream != "All" and tail is not None:
        faults.append(forbidden_field("", "`tailLines` and specific `stream` are mutually exclusive for now"))
    if faults:
        raise unprocessable("", "PodLogOptions", pod, faults)
    since = SimTime(now - seconds * SECOND) if seconds is not None else _moment(query.get("sinceTime", ""))
    return LogOptions(
        query.get("container", ""),
        previous=_is_true(query, "previous"),
        follow=_is_true(query, "follow"),
        timestamps=_is_true(query, "timestamps"),
        since=since,
        tail_lines=tail,
        limit_bytes=limit,
        stream="" if stream == "All" else stream.lower(),
    )


def _is_true(query: Mapping[str, str], name: str) -> bool:
    return name in query and query[name].lower() not in _FALSE


def _number(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        return int(text)
    except ValueError:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None


def _moment(text: str) -> SimTime | None:
    try:
        return parse_timestamp(text) if text else None
    except ValueError:
        raise bad_request(f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": cannot parse "{text}" as "2006"') from None
