"""The streams of a process over a WebSocket: each message begins with the number of its channel.

In the base64 protocols the number is a digit and the rest is base64, for clients that can handle text only. ``v5`` adds the
message 255 by which a client closes a channel.

Upstream: ``staging/src/k8s.io/streaming/pkg/httpstream/wsstream/conn.go``,
``staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go``.
"""

from __future__ import annotations

import base64
import binascii

import orjson

from cluster.machinery.kubelet_server import Input
from cluster.machinery.meta import Obj

STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255
V5, V4, OLD = "v5.channel.k8s.io", "v4.channel.k8s.io", "channel.k8s.io"
V4_BASE64, OLD_BASE64 = "v4.base64.channel.k8s.io", "base64.channel.k8s.io"
PROTOCOLS = (V5, V4, V4_BASE64, OLD, OLD_BASE64, "")
BASE64 = (V4_BASE64, OLD_BASE64)


def message(channel: int, content: bytes, protocol: str) -> bytes:
    """Return a message for the client."""
    return b"%d" % channel + base64.b64encode(content) if protocol in BASE64 else bytes([channel]) + content


def split(received: bytes, protocol: str) -> tuple[int, bytes] | None:
    """Return channel and content of a message from the client; None for one that is nothing."""
    if not received:
        return None
    if protocol not in BASE64:
        return received[0], received[1:]
    try:
        return received[0] - ord("0"), base64.b64decode(received[1:], validate=True)
    except binascii.Error:
        return None


def input_in(received: bytes, protocol: str) -> Input | None:
    """Return what a message means for a process; None: nothing."""
    parts = split(received, protocol)
    if parts is None:
        return None
    channel, content = parts
    if channel == STDIN:
        return Input(content) if content else None
    if channel == RESIZE:
        return resize_in(content)
    if protocol == V5 and channel == CLOSE and content[:1] == bytes([STDIN]):
        return Input(is_end=True)
    return None


def resize_in(content: bytes) -> Input | None:
    """Return the size of a terminal as clients tell it: ``{"Width": 80, "Height": 24}``."""
    try:
        size = orjson.loads(content)
        return Input(size=(int(size["Width"]), int(size["Height"])))
    except (ValueError, KeyError, TypeError):
        return None


def final_message(status: Obj, protocol: str) -> bytes:
    """Return what the error channel says at the end: a Status, in the older protocols only its message and only of a failure."""
    if protocol in (V5, V4, V4_BASE64):
        return orjson.dumps(status)
    return str(status.get("message", "")).encode() if status["status"] != "Success" else b""
