"""Which protocol a connection into a pod goes on with.

Upstream: ``staging/src/k8s.io/streaming/pkg/httpstream/httpstream.go`` (``Handshake``), ``.../wsstream/conn.go``,
``staging/src/k8s.io/apiserver/pkg/util/proxy/upgradeaware.go``.
"""

from __future__ import annotations

from cluster.http import upgrade
from cluster.http.streaming import channel_forward, channels, ends, port_forward
from cluster.http.upgrade import SPDY, Asked
from cluster.machinery.errors import ApiError, bad_request

_SERVED = {
    (True, True): (*ends.SPDY_PROTOCOLS, ""),
    (True, False): (*channels.PROTOCOLS,),
    (False, True): (port_forward.PROTOCOL, ""),
    (False, False): (port_forward.TUNNEL, *channel_forward.PROTOCOLS),
}
"""By whether it is about a process (or about ports), and whether over SPDY."""


def protocol_for(question: Asked, subresource: str) -> str:
    """Return the protocol, empty for a client that names none. Raises ApiError: 403 over SPDY, 400 over WebSocket, when there is none."""
    is_spdy = question.kind == SPDY
    served = _SERVED[subresource != "portforward", is_spdy]
    chosen = upgrade.choose(question.protocols, served)
    if chosen is not None:
        return chosen
    named = [name for name in served if name]
    said = f"client supports [{' '.join(question.protocols)}], server accepts [{' '.join(named)}]"
    if is_spdy:
        raise ApiError(403, "Forbidden", f"unable to upgrade: unable to negotiate protocol: {said}")
    raise bad_request(f"websocket: unable to negotiate protocol: {said}")
