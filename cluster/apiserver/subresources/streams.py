"""``pods/exec``, ``pods/attach`` and ``pods/portforward``: into a pod, by way of the kubelet of its node.

The API server finds out which node and which container is meant, and whether whoever asks may go there; then it stays in between. A
client over WebSocket comes with a GET: it needs the verb ``create`` as well, as one over SPDY does, whose POST is that already.

Upstream: ``pkg/registry/core/pod/rest/{subresources,authorization}.go``, ``pkg/registry/core/pod/strategy.go`` (``streamLocation``),
``staging/src/k8s.io/apiserver/pkg/util/proxy/streamtranslator.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from cluster.apiserver.call import Call
from cluster.apiserver.registry.reading import get_object
from cluster.apiserver.request import Request, Response
from cluster.apiserver.rest import Installation
from cluster.apiserver.subresources.log import KUBELET_PORT, container_name
from cluster.machinery.errors import ApiError, bad_request, forbidden
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kubelet_server import Answered, Ending, KubeletServer, Session, StreamOptions
from cluster.machinery.meta import Obj

TRANSLATED = ("v5.channel.k8s.io", "SPDY/3.1+portforward.k8s.io")
"""Protocols that the API server itself speaks with the client: what goes wrong beyond it is said over them, not instead of them."""
_FALSE = ("0", "false")


class StreamRest:
    """Serves ``get`` and ``create`` of ``exec`` and ``attach``."""

    def __init__(self, installation: Installation, open_session: Callable[[KubeletServer, Obj, StreamOptions], Session]) -> None:
        self._pods, self._kubelets = installation.registry(PODS), installation.kubelets
        self._open = open_session

    def serve(self, call: Call) -> Response:
        """Answer with the session. Raises ApiError 400, 403, 404, 500."""
        request = call.request
        _demand_create(call)
        pod = get_object(self._pods.store, PODS, request.namespace, request.name, request.options).obj
        options = read_options(request.repeated)
        container = container_name(pod, options.container)
        node = _node_of(pod)
        check_streams(options)
        _demand_upgrade(request)
        try:
            options = replace(options, container=container, stderr=options.stderr and not options.tty)  # a terminal has one output
            with call.ask(f"node/{node}/kubelet", request.subresource):
                session = self._open(self._kubelets.connect(node), pod, options)
        except OSError as error:
            if request.protocol not in TRANSLATED:
                raise ApiError(500, "", f"error dialing backend: {error}") from None
            session = Answered(Ending(lost=f'error sending request: Post "{_url(request, pod, node, container, options)}": {error}'))
        return Response(101, session=session)


def exec_rest(installation: Installation) -> StreamRest:
    """Return what serves ``pods/exec``."""
    return StreamRest(installation, lambda kubelet, pod, options: kubelet.exec(pod, options))


def attach_rest(installation: Installation) -> StreamRest:
    """Return what serves ``pods/attach``."""
    return StreamRest(installation, lambda kubelet, pod, options: kubelet.attach(pod, options))


class PortForwardRest:
    """Serves ``get`` and ``create``."""

    def __init__(self, installation: Installation) -> None:
        self._pods, self._kubelets = installation.registry(PODS), installation.kubelets

    def serve(self, call: Call) -> Response:
        """Answer with what opens connections to the pod's ports. Raises ApiError 400, 403, 404, 500."""
        request = call.request
        _demand_create(call)
        pod = get_object(self._pods.store, PODS, request.namespace, request.name, request.options).obj
        node = _node_of(pod)
        _demand_upgrade(request)
        try:
            with call.ask(f"node/{node}/kubelet", request.subresource):
                forward = self._kubelets.connect(node).port_forward(pod)
        except OSError as error:
            raise ApiError(500, "", f"error dialing backend: {error}") from None
        return Response(101, forward=forward)


def read_options(query: Mapping[str, Sequence[str]]) -> StreamOptions:
    """Read PodExecOptions or PodAttachOptions from a query."""
    return StreamOptions(
        query.get("container", ("",))[0],
        tuple(query.get("command", ())),
        stdin=_is_true(query, "stdin"),
        stdout=_is_true(query, "stdout"),
        stderr=_is_true(query, "stderr"),
        tty=_is_true(query, "tty"),
    )


def check_streams(options: StreamOptions) -> None:
    """Refuse who wants none of the streams, as the kubelet does. Raises ApiError 400."""
    if not (options.stdin or options.stdout or options.stderr):
        raise bad_request("you must specify at least 1 of stdin, stdout, stderr")


def _demand_create(call: Call) -> None:
    if call.request.verb != "create":
        decision = call.may("create")
        if not decision.is_allowed:
            raise forbidden("", PODS.plural, call.request.name, decision.reason)


def _demand_upgrade(request: Request) -> None:
    if not request.protocol:
        raise bad_request("Upgrade request required")


def _node_of(pod: Obj) -> str:
    node = pod["spec"].get("nodeName", "")
    if not node:
        raise bad_request(f"pod {pod['metadata']['name']} does not have a host assigned")
    return str(node)


def _is_true(query: Mapping[str, Sequence[str]], name: str) -> bool:
    return name in query and query[name][0].lower() not in _FALSE


def _url(request: Request, pod: Obj, node: str, container: str, options: StreamOptions) -> str:
    """Return where on the kubelet it would have been. The parameters have names of their own there."""
    meta = pod["metadata"]
    flags = {"error": options.stderr, "input": options.stdin, "output": options.stdout, "tty": options.tty}
    query = [("command", word) for word in options.command] + [(name, "1") for name, is_wanted in flags.items() if is_wanted]
    where = f"https://{node}:{KUBELET_PORT}/{request.subresource}/{meta['namespace']}/{meta['name']}/{container}"
    return f"{where}?{urlencode(query)}" if query else where
