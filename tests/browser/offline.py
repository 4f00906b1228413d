"""The page without a server: its real templates and files, answered from here, and a socket that plays a recording."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlparse

import django
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import BrowserContext, Page, Route, WebSocketRoute

from cluster.machinery.meta import Obj
from dashboard import static_files
from dashboard.faults import offers
from dashboard.middleware import CONTENT_SECURITY_POLICY
from dashboard.packing import PLAIN
from dashboard.page_files import STAGE, PageFiles, files_of

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "http://127.0.0.1:9"
CLUSTER = f"{ORIGIN}/clusters/demo/"
CONTROL = {"pace": "lecture", "rate": 1.0, "paused": False}
SAMPLES = [
    {
        "name": "web",
        "title": {"en": "Deployment of two", "ko": "레플리카 두 개 디플로이먼트"},
        "text": "apiVersion: apps/v1\nkind: Deployment\n",
    }
]

STATES = {"pod": ["bound", "running"], "node": ["Ready"]}


def render(template: str, language: str, context: Obj) -> str:
    """A template as the view would render it. Needs ``DJANGO_SETTINGS_MODULE``."""
    if not settings.configured:
        django.setup()
    with translation.override(language):
        return cast(str, render_to_string(template, {"language": language, "csrf_token": "token", **context}))


QUIET: dict[str, Obj] = {
    "breakpoints": {"breakpoints": []},
    "branches": {"branches": [], "made": ""},
    "join": {
        "uses": True,
        "endpoint": "192.168.0.10:6443",
        "token": "abcdef.0123456789abcdef",
        "hash": "sha256:" + "0" * 64,
        "name": "worker-4",
    },
    "etcd": {"lines": [], "status": {"revision": 1280, "compacted": 0, "size": 20480, "inUse": 16384, "snapshots": []}},
    "etcd/keys": {
        "revision": 1280,
        "keys": [{"key": "/registry/pods/a/b", "create": 1, "mod": 9, "version": 2, "size": 300}],
        "remaining": 0,
    },
}
"""What the page asks for by itself, where there is little to tell of it."""


def pack(pods: dict[str, Obj]) -> Obj:
    """Cards of pods as ``dashboard/packing.py`` packs them."""
    shapes: dict[str, int] = {}
    nodes: dict[str, int] = {"": -1}
    shape, node = [], []
    for card in pods.values():
        common = json.dumps({name: value for name, value in card.items() if name not in ("name", "node")})
        shape.append(shapes.setdefault(common, len(shapes)))
        node.append(nodes.setdefault(card["node"], len(nodes) - 1))
    names = [card["name"] for card in pods.values()]
    return {"shapes": [json.loads(each) for each in shapes], "nodes": list(nodes)[1:], "names": names, "shape": shape, "node": node}


@dataclass
class Offline:
    """Answers a page. ``cards``: the cluster at first; ``hops``: the log that ``play`` sends on; ``pages``: others by their path."""

    cards: dict[str, Obj]
    hops: list[Obj]
    language: str = "en"
    view: str = "presenter"
    control: Obj = field(default_factory=lambda: dict(CONTROL))
    sent: int = 0
    received: list[Obj] = field(default_factory=list)
    posted: list[Obj] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answers: dict[str, Obj] = field(default_factory=dict)
    sockets: list[WebSocketRoute] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    files: PageFiles = field(default_factory=lambda: files_of(STAGE))

    def open(self, context: BrowserContext) -> Page:
        """A page that shows the stage. Requests that leave the machine are refused and kept in ``outside``."""
        context.route("**/*", self.answer)
        context.route_web_socket("**/socket*", self.accept)
        page = context.new_page()
        page.goto(CLUSTER)
        return page

    def play(self, count: int | None = None) -> None:
        """Send the next ``count`` hops in one frame, all that are left without a count."""
        last = len(self.hops) if count is None else min(len(self.hops), self.sent + count)
        hops, self.sent = self.hops[self.sent : last], last
        if hops:
            self.send(
                {
                    "type": "frame",
                    "first": hops[0]["seq"],
                    "last": hops[-1]["seq"],
                    "now": hops[-1]["at"],
                    "hops": hops,
                    "control": self.control,
                }
            )

    def send(self, message: Obj) -> None:
        """Send a message to the page."""
        self.sockets[-1].send(json.dumps(message))

    def state(self, seq: int) -> Obj:
        """The state message at a position."""
        cards = dict(self.cards)
        for hop in self.hops[:seq]:
            change = hop["change"]
            if change:
                cards[change["key"]] = change["card"]
        at = self.hops[seq - 1]["at"] if seq else 12.0
        revision = max((hop["revision"] for hop in self.hops[:seq]), default=1280)
        pods = {key: card for key, card in cards.items() if card and card["kind"] == "Pod"}
        packed: Obj = {}
        if len(pods) > PLAIN:
            packed = {"pods": pack(pods)}
            cards = {key: card for key, card in cards.items() if key not in pods}
        position = {"seq": seq, "head": self.sent, "began": self.hops[0]["at"] if self.sent else 0, "now": at, "revision": revision}
        return {"type": "state", **position, "objects": cards, **packed, "control": self.control}

    def accept(self, socket: WebSocketRoute) -> None:
        """Serve one socket of the page."""
        self.sockets.append(socket)
        socket.on_message(lambda message: self.received.append(json.loads(message)))
        after = parse_qs(urlparse(socket.url).query).get("after")
        if after is None:
            self.send(self.state(self.sent))
        else:
            self.sent = min(self.sent, int(after[0]))

    def answer(self, route: Route) -> None:
        """Serve one request of the page."""
        url = urlparse(route.request.url)
        if f"{url.scheme}://{url.netloc}" != ORIGIN:
            self.outside.append(route.request.url)
            route.abort()
        elif route.request.url.startswith(CLUSTER):
            self._cluster(
                route, url.path.removeprefix("/clusters/demo/"), {name: values[0] for name, values in parse_qs(url.query).items()}
            )
        elif url.path.startswith("/static/"):
            file = static_files.answer("GET", url.path.removeprefix("/static/"), {})
            route.fulfill(status=file.status, headers=file.headers, body=file.body)
        elif url.path in self.pages:
            route.fulfill(body=self.pages[url.path], content_type="text/html")
        else:
            route.fulfill(status=404, body="")

    def _cluster(self, route: Route, path: str, query: dict[str, str]) -> None:
        self.asked.append(path)
        if route.request.method == "POST":
            self.posted.append(json.loads(route.request.post_data or "{}"))
            self._json(route, self.answers.get(path, {"documents": [], "message": ""}))
        elif path == "":
            diagram = json.loads((ROOT / "dashboard/diagrams/components.json").read_text())
            data = {"diagram": diagram, "samples": SAMPLES, "states": STATES, "faults": offers()}
            context = {"cluster": "demo", "view": self.view, "files": self.files, **data}
            html = render("stage.html", self.language, context)
            route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})
        elif path == "state":
            self._json(route, self.state(int(query["at"])))
        elif path == "hops" and "before" in query:
            marks = [hop for hop in self.hops[: int(query["before"]) - 1] if not hop["quiet"]]
            self._json(route, {"hops": marks[-int(query["limit"]) :], "head": self.sent})
        elif path == "hops":
            after, limit = int(query["after"]), int(query["limit"])
            self._json(route, {"hops": self.hops[after : min(self.sent, after + limit)], "head": self.sent})
        elif path in QUIET:
            self._json(route, {**QUIET[path], **self.answers.get(path, {})})
        elif path.startswith("hops/"):
            self._json(route, {**self._hop(int(path.removeprefix("hops/"))), **self.answers.get(path, {})})
        else:
            detail = {"key": query.get("key", ""), "manifest": "apiVersion: v1\nkind: Pod\n", "events": [], "history": []}
            self._json(route, {**detail, **self.answers.get(path, {})})

    def _hop(self, seq: int) -> Obj:
        hop = self.hops[seq - 1]
        changes = [{"op": " ", "text": "spec:"}, {"op": "+", "text": "  nodeName: worker-1"}] if hop["change"] else []
        return {"hop": hop, "manifest": "apiVersion: v1\n", "changes": changes, "causes": self.hops[:seq], "table": None, "rules": None}

    def _json(self, route: Route, body: Obj) -> None:
        route.fulfill(body=json.dumps(body), content_type="application/json")
