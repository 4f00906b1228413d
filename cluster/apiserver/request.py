"""What goes into the API server's handler and what comes out: values, whoever asks and however it came.

HTTP requests (``cluster/http``) and components inside the simulation (``cluster/client``) both become a
``Request``; so both pass the same stages. Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.kubelet_server import Session
from cluster.machinery.meta import Obj
from cluster.machinery.network import HttpRequest
from cluster.machinery.node_logs import LogReader
from cluster.machinery.storage import KeyValue


class PatchType(StrEnum):
    """The media types of a PATCH body."""

    JSON = "application/json-patch+json"
    MERGE = "application/merge-patch+json"
    STRATEGIC = "application/strategic-merge-patch+json"
    APPLY = "application/apply-patch+yaml"


@dataclass(frozen=True, slots=True)
class User:
    """Who asks, as authentication found it. ``name`` ``system:anonymous`` when nobody said. ``extra``: what else is known of
    them, sorted by key."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def info(self) -> Obj:
        """Return them as reviews and the audit log show them; what is empty is left out."""
        extra = {key: list(values) for key, values in self.extra}
        told = {"username": self.name, "uid": self.uid, "groups": list(self.groups), "extra": extra}
        return {field: value for field, value in told.items() if value}


@dataclass(slots=True)
class AuditContext:
    """What the API server notes of a request for the audit log. ``user``: who made it, None until that is known; ``impersonated``: in
    whose name; ``annotations``: why it was allowed or not."""

    user: User | None = None
    impersonated: User | None = None
    annotations: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brings to be recognised by. ``component``: a part of the simulation speaks
    (its client certificate is taken as checked); it can not be set over HTTP. ``impersonate``: whom it wants to be taken for.
    ``audit``: where is noted what was found out, when somebody wants to know."""

    token: str = ""
    certificate: bytes = b""  # DER, already verified against the cluster's CA by TLS
    component: User | None = None
    impersonate: User | None = None
    audit: AuditContext | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Options:
    """Query parameters and DeleteOptions. ``None`` means: not given."""

    label_selector: str = ""
    field_selector: str = ""
    limit: int = 0
    continue_token: str = ""
    resource_version: str = ""
    resource_version_match: str = ""
    allow_watch_bookmarks: bool = False
    send_initial_events: bool | None = None
    timeout_seconds: int | None = None
    dry_run: bool = False
    field_manager: str = ""
    field_validation: str = ""
    grace_period_seconds: int | None = None
    propagation_policy: str = ""
    orphan_dependents: bool | None = None
    precondition_uid: str = ""
    precondition_resource_version: str = ""
    force: bool = False


NO_OPTIONS = Options()
"""What a request has that says nothing beyond its body."""


class Request(NamedTuple):
    """One request for a resource. ``verb``: get, list, watch, create, update, patch, delete,
    deletecollection. ``body``: a decoded object, or for a JSON patch its list of operations.
    ``source``: the component that asks, as the trace names it. ``fault``: why it cannot be carried out as it came (its media
    type, its options, its body); said once it is clear that it would be allowed. ``query``: the parameters of a subresource that has
    options of its own. ``user_agent``: what a client from outside calls itself. ``duplicates``: what is wrong with fields that stand in
    the body twice, of which the last one counts. ``repeated``: all values of each parameter in the query of a connection, ``protocol``:
    what it would go on with; ``proxied``: what is to be passed on, of a proxy. ``is_relist``: a component has lost what it knew, and
    reads it anew."""

    verb: str
    kind: Kind
    source: str
    credentials: Credentials
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    body: Obj | list[Obj] | None = None
    patch_type: PatchType | None = None
    options: Options = NO_OPTIONS
    fault: ApiError | None = None
    query: Mapping[str, str] = MappingProxyType({})
    user_agent: str = ""
    duplicates: tuple[str, ...] = ()
    repeated: Mapping[str, Sequence[str]] = MappingProxyType({})
    protocol: str = ""
    proxied: HttpRequest | None = None
    is_relist: bool = False


class Response(NamedTuple):
    """What the handler answers: ``value`` is the object (already encoded in ``value.raw`` where it comes from
    storage), ``items`` with ``list_meta`` a list, for the HTTP layer to write out as JSON or as a Table; ``text`` is no object at
    all, and ``log`` what it goes on with for who follows it. ``session`` is what a connection leads on to, and ``forward`` opens one to a
    port of a pod."""

    code: int
    value: KeyValue | Obj | None = None
    items: Sequence[KeyValue] = ()
    list_meta: Obj | None = None
    warnings: tuple[str, ...] = ()
    text: bytes | None = None
    log: LogReader | None = None
    session: Session | None = None
    forward: Callable[[int], Session] | None = None


class WatchEvent(NamedTuple):
    """``type``: ADDED, MODIFIED, DELETED, BOOKMARK, ERROR, or END when the kind is served no longer (the stream ends without
    it). ``value`` carries the object (shared: never change its ``obj``); ``hop``: the hop that wrote it (0: unknown)."""

    type: str
    value: KeyValue
    hop: int = 0


class Watch(Protocol):
    """An open watch, as the watch cache feeds it. ``on_ready`` of ``Api.watch`` is called when an event arrives
    in an empty watch."""

    def next(self) -> WatchEvent | None:
        """Remove and return the oldest undelivered event, or None."""
        ...

    @property
    def has_more(self) -> bool:
        """Whether ``next`` would return an event."""
        ...

    def stop(self) -> None:
        """Close it; no more events arrive."""
        ...


class WatchReady(Protocol):
    """Called when an event arrives in an empty watch."""

    def __call__(self) -> None: ...


class Api(Protocol):
    """The API server as its clients see it. Implemented by ``apiserver.handler.Handler``."""

    @property
    def kinds(self) -> ServedKinds:
        """What is served now, custom kinds included."""
        ...

    def serve(self, request: Request) -> Response:
        """Run one request through every stage. Raises ApiError with the Status to answer."""
        ...

    def watch(self, request: Request, on_ready: WatchReady) -> Watch:
        """Open a watch (verb ``watch``). Raises ApiError. Of a revision that was compacted, the watch opens and its only
        event is an ERROR whose object is the Status 410 Expired, as upstream answers."""
        ...

    def visit(self, credentials: Credentials, verb: str, path: str) -> None:
        """Authenticate and authorize a request for a path that names no resource (discovery, health, OpenAPI).
        ``verb``: lower case HTTP method. Records no hop. Raises ApiError 401, or 403 as upstream's
        ``forbidden: User "system:anonymous" cannot get path "/api"``."""
        ...
