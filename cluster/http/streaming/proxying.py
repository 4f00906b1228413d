"""A request that is passed on to something in the cluster: what goes on with it, and what comes back.

Links in pages that come back are left as they are; upstream rewrites them for pods and services.
Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/proxy/{upgradeaware,transport}.go``.
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.subresources.proxy import unreachable
from cluster.http.answer import Answer
from cluster.http.streaming.carrier import Carrier
from cluster.machinery.kubelet_server import HttpReply, Session
from cluster.runner.host import Host

_OF_THE_CONNECTION = ("connection", "content-length", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade")
_NOT_PASSED_ON = frozenset((*_OF_THE_CONNECTION, "authorization", "proxy-authenticate", "proxy-authorization"))
_CREDENTIALS = "impersonate-"
_WRITTEN_ANEW = frozenset(("audit-id", "cache-control", "connection", "content-length", "content-type", "transfer-encoding"))


def headers_for(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    """Return the headers that go on: none that are about this connection, or say who asks."""
    named = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items()}
    return {name: value for name, value in named.items() if name not in _NOT_PASSED_ON and not name.startswith(_CREDENTIALS)}


async def pass_on(host: Host, session: Session, answer: Answer) -> int:
    """Answer with what comes back; return how many bytes it was. Raises ApiError 503 when nothing does."""
    async with Carrier(host, session) as carrier:
        outputs, ending = await carrier.receive()
    reply = next((output for output in outputs if isinstance(output, HttpReply)), None)
    if reply is None:
        raise unreachable("EOF" if ending is None else ending.error or ending.lost or ending.refusal)
    named = {name.lower(): value for name, value in reply.headers}
    more = [(name.encode(), value.encode("latin-1", "replace")) for name, value in named.items() if name not in _WRITTEN_ANEW]
    await answer.write(reply.code, named.get("content-type", "text/plain; charset=utf-8"), reply.body, headers=more)
    return len(reply.body)
