"""The way to the API server, as faults leave it: open, broken on the client's side, shut at the server's door, or without etcd behind it.

Stands before the API server's handler for every client, whether it is a component of the simulation or somebody outside. A real client
learns of a broken connection by a timeout, at the latest after 45 s (HTTP/2 pings); here it does so at once. What etcd's absence looks like
depends upstream on which timeout comes first; here it is always etcd's own words.

Upstream: ``staging/src/k8s.io/client-go/rest/request.go``, ``staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from cluster.apiserver.call import HTTP_VERBS
from cluster.apiserver.handler import READS, is_routine
from cluster.apiserver.request import Api, Credentials, Request, Response, Watch, WatchEvent, WatchReady
from cluster.apiserver.watch import failure, farewell
from cluster.engine.trace import Trace
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import SimTime, after, key_of
from cluster.runner.faults.messages import DEADLINE, DELAY, DROP, EVENT_AGAIN, EVENT_LOST, EVENTS, Held, MessageFault, Messages
from cluster.runner.faults.names import API_SERVER, OUTSIDE, is_part
from cluster.runner.faults.record import ETCD, STOPPED, Faults
from cluster.runner.faults.relists import Relists

SERVICE_ADDRESS = "10.96.0.1:443"
"""Where pods find the API server: at its Service."""
SECURE_PORT = 6443
"""Where it listens itself: what kubelets, kube-proxies and the control plane are told by their kubeconfig."""
PODS = ("coredns", "csi-provisioner", "csi-attacher")
"""Components that are pods like any other."""
REFUSED_OUTSIDE = "The connection to the server was refused - did you specify the right host or port?"
"""What kubectl says when nobody listens."""
ETCD_TIMEOUT = "etcdserver: request timed out"
QUIET_SECONDS = 20.0
"""For so long the further vain tries of a client to read are routine."""


def refused(source: str, address: str) -> ApiError:
    """Nobody listens on the API server's port. Clients from outside are told so by what stands before it."""
    if source in OUTSIDE:
        return ApiError(503, "ServiceUnavailable", REFUSED_OUTSIDE)
    return ApiError(503, "ServiceUnavailable", f"dial tcp {address}: connect: connection refused")


def timed_out(address: str) -> ApiError:
    """No packet comes through."""
    return ApiError(503, "ServiceUnavailable", f"dial tcp {address}: i/o timeout")


def without_etcd() -> ApiError:
    """The API server waited for etcd."""
    return ApiError(500, "", ETCD_TIMEOUT)


def lost() -> ApiError:
    """A request got lost, and its client has waited long enough."""
    return ApiError(504, "Timeout", DEADLINE)


def _key_of(request: Request) -> str:
    name = request.name or (
        request.body["metadata"].get("name", "") if isinstance(request.body, dict) and "metadata" in request.body else ""
    )
    return "/".join(filter(None, (request.kind.plural, request.namespace, name, request.subresource)))


class Gate:
    """Implements ``request.Api`` before the handler. ``later`` and ``pause``: the engine's; ``node_of``: where a component runs whose name
    does not say it; ``relists``: which lists are shown, None: none."""

    def __init__(
        self,
        api: Api,
        faults: Faults,
        messages: Messages,
        trace: Trace,
        later: Callable[[float, str, Callable[[], None]], object] | None = None,
        pause: Callable[[float, str], None] = lambda seconds, name: None,
        node_of: Callable[[str], str] = lambda component: "",
        relists: Relists | None = None,
    ) -> None:
        self._api, self._faults, self._trace, self._later, self._pause, self._node_of = api, faults, trace, later, pause, node_of
        self._messages, self.relists = messages, relists
        self._watches: dict[GatedWatch, None] = {}
        self._shown_at: dict[str, SimTime] = {}

    @property
    def kinds(self) -> ServedKinds:
        """What the API server serves now."""
        return self._api.kinds

    def serve(self, request: Request) -> Response:
        """Pass a request on if it gets through. Raises ApiError; Held for one from outside that is late."""
        if self._faults.now:
            error = self.broken(request.source)
            if error is not None:
                self._note(request, error, [])
                raise error
            if ETCD in self._faults.now and self._faults.now[ETCD].fault == STOPPED and request.source != API_SERVER:
                error = without_etcd()
                self._note(request, error, [(API_SERVER, ETCD, ETCD_TIMEOUT), (API_SERVER, request.source, "500 InternalError")])
                raise error
        if self.relists is not None:
            request = self.relists.look_at(request)
        if not self._messages.is_awaiting:
            return self._api.serve(request)
        met = self._messages.meet(request.source, API_SERVER, HTTP_VERBS.get(request.verb, ""), _key_of(request))
        if met is not None and met.effect == DROP:
            error = lost()
            self._note(request, error, [])
            raise error
        if met is not None and met.effect == DELAY:
            if request.source in OUTSIDE:
                raise Held(met.name)
            self._pause(met.seconds, request.source)
            self._messages.release(met.name)
            return self._api.serve(request)
        response = self._api.serve(request)
        if met is not None:
            with suppress(ApiError):  # the second one may be refused, and the first one's answer counts
                self._api.serve(request)
        return response

    def is_held(self, name: str) -> bool:
        """Whether the request that has met a fault of this name is late yet."""
        return any(each.name == name for each in self._messages.held)

    def watch(self, request: Request, on_ready: WatchReady) -> Watch:
        """Open a watch that breaks when the connection does. Raises ApiError."""
        error = self.broken(request.source)
        if error is not None:
            self._note(request, error, [])
            raise error
        watch = GatedWatch(self._api.watch(request, on_ready), request, on_ready, self)
        self._watches[watch] = None
        return watch

    def visit(self, credentials: Credentials, verb: str, path: str) -> None:
        """Pass on a request for a path that names no resource. Raises ApiError."""
        error = self.broken("client")
        if error is not None:
            raise error
        self._api.visit(credentials, verb, path)

    def broken(self, source: str) -> ApiError | None:
        """Return why a client cannot speak with the API server; None: it can. The server itself always can."""
        if not self._faults.now or source == API_SERVER:
            return None
        if self._faults.cuts_off(source, self._place_of(source)):
            return timed_out(self._address_for(source))
        if self._faults.has(API_SERVER, STOPPED) or self._faults.has(source, STOPPED):
            return refused(source, self._address_for(source))
        return None

    def _address_for(self, source: str) -> str:
        """Where a client finds the API server."""
        is_pod = any(is_part(source, name) for name in PODS)
        return SERVICE_ADDRESS if is_pod else f"{self._faults.address}:{SECURE_PORT}"

    def _place_of(self, source: str) -> str:
        """The node where a client runs; empty outside."""
        if source.startswith("node/"):
            return source.split("/")[1]
        return self._node_of(source) or ("" if source in OUTSIDE else self._faults.home)

    @property
    def is_shut(self) -> bool:
        """Whether nobody listens on the API server's port: a connection from outside would be refused."""
        return bool(self._faults.now) and self._faults.has(API_SERVER, STOPPED)

    def break_watches(self) -> None:
        """Tell the readers of watches whose connection has broken."""
        for watch in tuple(self._watches):
            watch.break_off()
            if watch.has_more:
                watch.on_ready()

    def lost(self, source: str) -> None:
        """A watch of a client has ended before its time."""
        if self.relists is not None:
            self.relists.lost(source)

    def meet(self, reader: str, event: WatchEvent, plural: str) -> MessageFault | None:
        """Return what becomes of a watch event, and record it."""
        if not self._messages.is_awaiting or event.type not in EVENTS:
            return None
        key = f"{plural}/{key_of(event.value.obj)}"
        met = self._messages.meet(API_SERVER, reader, event.type, key)
        if met is not None and met.effect == DROP:
            with self._trace.caused_by(event.hop):
                self._trace.record(API_SERVER, reader, event.type, key, outcome=f"error: {EVENT_LOST}")
        return met

    def repeat(self, reader: str, event: WatchEvent, plural: str) -> None:
        """Record that a watch event arrives a second time: who knows it already does nothing for it, and so leaves nothing to see."""
        with self._trace.caused_by(event.hop):
            key = f"{plural}/{key_of(event.value.obj)}"
            self._trace.record(API_SERVER, reader, event.type, key, revision=event.value.mod_revision, outcome=EVENT_AGAIN)

    def hold(self, seconds: float, reader: str, release: Callable[[], None]) -> None:
        """Let an event go later; at once where no time passes."""
        if self._later is None:
            release()
        else:
            self._later(seconds, reader, release)

    def forget(self, watch: GatedWatch) -> None:
        """A watch was closed."""
        self._watches.pop(watch, None)

    def _note(self, request: Request, error: ApiError, beyond: Sequence[tuple[str, str, str]]) -> None:
        """Record how far the request came."""
        key = _key_of(request)
        verb = HTTP_VERBS.get(request.verb, request.verb.upper())
        with self._trace.deferred():
            hop = self._trace.record(request.source, API_SERVER, verb, key, outcome="" if beyond else f"error: {error.message}")
            hop.is_routine = is_routine(request) or (request.verb in READS and hop.at < self._shown_at.get(request.source, SimTime(0)))
            if not hop.is_routine:
                self._shown_at[request.source] = after(hop.at, QUIET_SECONDS)
            with self._trace.caused_by(hop.seq):
                for source, target, outcome in beyond:
                    name = "reply" if target == request.source else verb.lower()
                    self._trace.record(source, target, name, key, outcome=outcome).is_routine = hop.is_routine


class GatedWatch:
    """A Watch whose connection may break: its reader gets an ERROR then (outside: its stream ends), and nothing more.

    Single events may get lost, come twice or late. One connection keeps its order: what follows a late one waits behind it.
    """

    def __init__(self, watch: Watch, request: Request, on_ready: WatchReady, gate: Gate) -> None:
        self.on_ready = on_ready
        self._watch, self.source, self._plural, self._gate = watch, request.source, request.kind.plural, gate
        self._again: WatchEvent | None = None
        self._error: ApiError | None = None
        self._is_over = self._is_held = self._is_twice = False

    def break_off(self) -> ApiError | None:
        """Break if the connection has, whoever finds that out first, and return why. It stays broken when the way is free again."""
        if self._error is None:
            self._error = self._gate.broken(self.source)
            if self._error is not None:
                self._gate.lost(self.source)
        return self._error

    def next(self) -> WatchEvent | None:
        """Remove and return the oldest event."""
        if self._is_over:
            return None
        error = self.break_off()
        if error is not None:
            self._is_over = True
            self.stop()
            return farewell() if self.source in OUTSIDE else failure(error)
        if self._is_held:
            return None
        again, self._again = self._again, None
        if again is not None and self._is_twice:
            self._is_twice = False
            self._gate.repeat(self.source, again, self._plural)
        return again or self._pass(self._watch.next())

    @property
    def has_more(self) -> bool:
        """Whether an event waits, or the connection has broken."""
        if self._is_over:
            return False
        waits = self._again is not None or self._watch.has_more
        return (waits and not self._is_held) or self._error is not None or self._gate.broken(self.source) is not None

    def stop(self) -> None:
        """Close it."""
        self._watch.stop()
        self._gate.forget(self)

    def _pass(self, event: WatchEvent | None) -> WatchEvent | None:
        if event is not None and event.type == "ERROR":
            self._gate.lost(self.source)
        met = None if event is None or self.source == API_SERVER else self._gate.meet(self.source, event, self._plural)
        if met is None:
            return event
        if met.effect == DROP:
            return self._pass(self._watch.next())
        self._again = event
        if met.effect == DELAY:
            self._is_held = True
            self._gate.hold(met.seconds, self.source, self._release)
            return None
        self._is_twice = True
        return event

    def _release(self) -> None:
        self._is_held = False
        self.on_ready()
