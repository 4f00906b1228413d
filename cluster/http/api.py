"""The Kubernetes API as an ASGI application: which cluster a request is for, and who answers what belongs to none.

It authenticates nobody and decides nothing. The TLS door serves the API alone, as a real API server's port does; the other door serves
pages beside it. Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers``.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import NotRequired, TypedDict

from cluster.http import body, health, routes
from cluster.http.answer import TEXT, Send
from cluster.http.audit.audited import Arrival
from cluster.http.audit.trail import AuditTrail
from cluster.http.back_pressure import KeepsUp, always
from cluster.http.body import Receive
from cluster.http.exchange import Exchange
from cluster.http.kubectl import Kubectl
from cluster.http.load import Load
from cluster.http.metrics import Metrics
from cluster.http.upgrade import Takeover
from cluster.machinery.errors import ApiError, internal
from cluster.runner.host import Host, Hosts

logger = logging.getLogger(__name__)


class TlsExtension(TypedDict):
    """``client_certificate``: DER, empty when none was shown."""

    client_certificate: bytes


class Extensions(TypedDict, total=False):
    """``tls``: of a request that came through the TLS door; ``takeover``: the way to the connection, of one that wants to go on with
    another protocol; ``back_pressure``: see ``back_pressure.py``; ``kubectl``: of a request through the pages' door."""

    tls: TlsExtension
    takeover: Takeover
    back_pressure: KeepsUp
    kubectl: Kubectl


class Scope(TypedDict):
    """What the application reads of an ASGI HTTP scope."""

    method: str
    raw_path: bytes
    query_string: bytes
    headers: list[tuple[bytes, bytes]]
    extensions: Extensions
    client: NotRequired[tuple[str, int] | None]


class KubernetesApi:
    """Serves ``/clusters/<name>/{api,apis,openapi,version,healthz,livez,readyz,metrics}``; everything else goes to ``pages``.

    Behind TLS nothing is a page, and a path that names no cluster is for the only one there is: ``kubectl get --raw`` leaves the
    path of its server's address away. The server's own health is answered without a cluster, too, for whoever runs it.
    """

    def __init__(self, hosts: Callable[[], Hosts], pages: Callable[..., Awaitable[None]], audit: AuditTrail | None = None) -> None:
        self._hosts, self._pages, self._audit = hosts, pages, audit
        self._load = Load()
        self._metrics: dict[str, Metrics] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        extensions = scope.get("extensions") or Extensions()
        tls = extensions.get("tls")
        split = routes.split_cluster(scope["raw_path"])
        if tls is None and (split is None or not routes.is_api_path(split[1])) and not _is_servers_health(scope["raw_path"]):
            await self._pages(scope, receive, send)
            return
        certificate = b"" if tls is None else tls["client_certificate"]
        takeover, keeps_up = extensions.get("takeover"), extensions.get("back_pressure", always)
        exchange = Exchange(scope["method"], scope["query_string"], scope["headers"], certificate, receive, send, takeover, keeps_up)
        try:
            if tls is None and split is None:
                await exchange.answer.write(200, TEXT, b"ok")
                return
            name, path = split or await self._only_cluster(scope["raw_path"])
            hosts = self._hosts()
            host = await hosts.get(name)
            if host is None:
                raise ApiError(404, "NotFound", f'there is no cluster "{name}"; this server has: {", ".join(await hosts.names())}')
            serve = exchange.serve(host, path, self._load, self._metrics.setdefault(name, Metrics()))
            await (serve if self._audit is None else self._audited(self._audit, exchange, scope, host, path, serve))
        except ApiError as error:
            await exchange.refuse(error)
        except body.Disconnected:
            return
        except Exception as error:
            logger.exception("%s %r failed", scope["method"], scope["raw_path"])
            await exchange.refuse(internal(str(error)))

    async def _audited(self, audit: AuditTrail, exchange: Exchange, scope: Scope, host: Host, path: str, serve: Awaitable[None]) -> None:
        """Serve a request and write into the audit log what comes of it."""
        query = scope["query_string"].decode("latin-1")
        client = scope.get("client")
        agent = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"user-agent"), "")
        uri = f"{path}?{query}" if query else path
        audited = audit.begin(
            Arrival(exchange.answer.audit_id, scope["method"], path, uri, client[0] if client else "", agent, host.position.now)
        )
        exchange.follow(audited)
        try:
            await serve
        except ApiError as error:
            await exchange.refuse(error)
        except body.Disconnected:
            raise
        except Exception as error:
            audited.panicked(host.position.now, error)
            raise
        audited.completed(host.position.now, exchange.answer.code, exchange.outcome)

    async def _only_cluster(self, raw_path: bytes) -> tuple[str, str]:
        """Return the only cluster's name, and the path. Raises ApiError 404 when there are several, or none."""
        names = await self._hosts().names()
        if len(names) != 1:
            raise ApiError(404, "NotFound", f"say which cluster: /clusters/<name>/...; this server has: {', '.join(names)}")
        return names[0], raw_path.decode("ascii", "replace")


def _is_servers_health(raw_path: bytes) -> bool:
    return raw_path.decode("ascii", "replace") in {f"/{endpoint}" for endpoint in health.ENDPOINTS}
