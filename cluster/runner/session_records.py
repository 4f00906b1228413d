"""Sessions in the store: how what is asked for, what goes in and what comes out is written down.

``/runner/sessions/<id>`` says what is wanted of which node, ``.../in`` and ``.../out`` are the mailboxes of the two sides. Like orders
to machines they lie beside the cluster's state, so that any process can hold a session whose process runs where the loops run, and what
was typed into a container belongs to the recorded history. What is only carried through (``kubectl cp``) does not: each piece is written
several times while it is under way, and nobody goes back to it, since a session ends with the loops that it was begun by. So of a
session that has carried much no pieces are kept once it is over.
"""

from __future__ import annotations

import base64
from dataclasses import asdict

from cluster.machinery.kubelet_server import Ending, HttpReply, Input, Output
from cluster.machinery.meta import Obj
from cluster.machinery.network import HttpRequest
from cluster.machinery.storage import Store

PREFIX = "/runner/sessions/"
IN, OUT = "/in", "/out"
MUCH = 64 * 1024
"""Characters from which on a session's pieces are forgotten when it is over."""
ABRIDGED: Obj = {"abridged": True}
"""What history has of a mailbox whose pieces were forgotten."""


def end_session(store: Store, key: str, *, has_carried_much: bool) -> None:
    """Remove what is written down of a session: the other side leaves, too. Harmless when done before."""
    keys = (key, key + IN, key + OUT)
    with store.transaction():
        for each in keys:
            if store.get(each) is not None:
                store.put(each, None)
    if has_carried_much:
        for mailbox in keys[1:]:
            store.abridge(mailbox, ABRIDGED)


def input_obj(piece: Input) -> Obj:
    """Write an Input."""
    return _without_empty({"data": _text(piece.data), "isEnd": piece.is_end, "size": list(piece.size or ())})


def input_of(obj: Obj) -> Input:
    """Read an Input."""
    size = obj.get("size")
    return Input(_bytes(obj.get("data", "")), obj.get("isEnd", False), (size[0], size[1]) if size else None)


def output_obj(piece: Output | HttpReply) -> Obj:
    """Write what comes out."""
    if isinstance(piece, HttpReply):
        return {"code": piece.code, "headers": [list(pair) for pair in piece.headers], "body": _text(piece.body)}
    return _without_empty({"stdout": _text(piece.stdout), "stderr": _text(piece.stderr)})


def output_of(obj: Obj) -> Output | HttpReply:
    """Read what has come out."""
    if "code" in obj:
        return HttpReply(obj["code"], tuple((name, value) for name, value in obj["headers"]), _bytes(obj["body"]))
    return Output(_bytes(obj.get("stdout", "")), _bytes(obj.get("stderr", "")))


def request_obj(request: HttpRequest) -> Obj:
    """Write an HttpRequest."""
    about = {"method": request.method, "path": request.path, "headers": dict(request.headers), "tls": request.tls}
    return {**about, "body": _text(request.body)}


def request_of(obj: Obj) -> HttpRequest:
    """Read an HttpRequest."""
    return HttpRequest(obj["method"], obj["path"], obj["headers"], _bytes(obj["body"]), obj["tls"])


def ending_obj(ending: Ending) -> Obj:
    """Write an Ending."""
    return asdict(ending)


def ending_of(obj: Obj) -> Ending:
    """Read an Ending."""
    return Ending(**obj)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


def _without_empty(obj: Obj) -> Obj:
    return {name: value for name, value in obj.items() if value}
