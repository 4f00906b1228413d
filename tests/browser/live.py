"""A viewer of a real server: the page as a person uses it, and everything that went wrong in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlparse

from playwright.sync_api import Browser, BrowserContext, Page, expect

from cluster.machinery.meta import Obj
from tests.browser.measure import FORGET
from tests.parity.conftest import Kubectl
from tests.server import Server

TOP_RATE = "8×"
ROLLOUT_MS = 120_000
PATIENCE_MS = 60_000
POLL_MS = 100

# What the page tells nobody: every caption that was shown, when Apply was pressed and the first hop came, and what
# the content policy refused.
WITNESS = """
window.witness = { captions: [], applied: 0, hop: 0 };
document.addEventListener("securitypolicyviolation", (event) => console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`));
document.addEventListener("DOMContentLoaded", () => {
  const witness = window.witness;
  const caption = document.getElementById("caption-text");
  if (!caption) return;
  const told = () => {
    witness.captions.push(caption.textContent);
    witness.hop ||= performance.now();
  };
  new MutationObserver(told).observe(caption, { childList: true, characterData: true, subtree: true });
  document.getElementById("manifest-apply").addEventListener("click", () => {
    witness.applied = performance.now();
    witness.hop = 0;
  }, { capture: true });
});
"""

BOTH_RUN = """(name) => document.querySelectorAll(`.pod[data-key^="pods/default/${name}-"][data-state=running]`).length === 2"""

IS_SETTLED = """async () => {
  const shown = Number(document.getElementById("caption-number").textContent || 0);
  const { hops } = await (await fetch(`hops?after=${shown}&limit=1000`)).json();
  return hops.every((hop) => hop.quiet) && shown === Number(document.getElementById("caption-number").textContent || 0);
}"""

TO_THE_PRESENT = "() => document.querySelector('[data-command=live]').click()"
"""Leaves out what is still to be played: at instant pace that may be ten seconds."""

PODS = """() => Object.fromEntries([...document.querySelectorAll(".pod")].map((pod) => {
  const label = pod.getAttribute("aria-label");
  return [pod.dataset.key, [label.slice(label.indexOf(" ") + 1), pod.closest(".node").dataset.actor.replace("node/", "")]];
}))"""


@dataclass
class Viewer:
    """One open page. ``complaints``: its console errors and what it raised; ``requests``: every address it asked."""

    page: Page
    server: Server
    kubectl: Kubectl
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    @property
    def outside(self) -> list[str]:
        """Requests that left the machine, or went to another server on it."""
        home = urlparse(self.server.page).netloc
        return [url for url in self.requests if urlparse(url).scheme not in ("data", "blob") and urlparse(url).netloc != home]

    def text(self, selector: str) -> str:
        """The text in an element, shown or not."""
        return self.page.locator(selector).text_content() or ""

    def until(self, script: str, argument: object = None, *, timeout: float = PATIENCE_MS) -> None:
        """Wait until a JavaScript function returns something true."""
        self.page.wait_for_function(script, arg=argument, timeout=timeout, polling=POLL_MS)

    def soon(self, script: str, argument: object = None) -> None:
        """Wait until a JavaScript function returns something true, and leave out what is still to be played until then."""

        def is_so() -> bool:
            self.page.evaluate(TO_THE_PRESENT)
            return bool(self.page.evaluate(script, argument))

        wait_until(self, is_so, f"this does not come about: {script} {argument or ''}", seconds=PATIENCE_MS / 1000)

    def catch_up(self) -> int:
        """Come to the last step that the server has made, and leave out what is still to be played; returns its number."""
        self.soon(IS_SETTLED)
        return int(self.text("#caption-number") or 0)

    def expect_badge(self, state: str) -> None:
        """Wait for the badge's state: live, paused, rewound."""
        expect(self.page.locator("#badge")).to_have_attribute("data-state", state, timeout=PATIENCE_MS)

    def settle(self, *, seconds: float = 30) -> int:
        """Wait until the last step that the server has made is on the screen; returns its number."""
        wait_until(self, lambda: bool(self.page.evaluate(IS_SETTLED)), "the page does not show the last step", seconds=seconds)
        return int(self.text("#caption-number") or 0)

    def run(self, *, pace: str, rate: str = TOP_RATE) -> None:
        """Let the cluster run at this pace, by the page's own controls; ``rate``: of a lecture, or of real time."""
        self.page.locator("#pace").select_option(pace)
        self.page.locator("#pace").blur()
        self.until("(pace) => document.getElementById('pace').value === pace", pace)
        if self.page.locator("#badge").get_attribute("data-state") == "paused":
            self.page.keyboard.press("Space")
        self.expect_badge("live")
        while pace != "instant" and (shown := self.text("#rate")) != rate:
            self.page.keyboard.press("]")
            self.until("(shown) => document.getElementById('rate').textContent !== shown", shown)

    def clean(self) -> None:
        """Take away what earlier tests left in the cluster, and open the page anew, so that it has not to play how that went."""
        left = objects(self.kubectl, "pods", "deployments", "nodes")
        if any(each["spec"].get("unschedulable") for each in left):
            self.kubectl("uncordon", "-l", "!node-role.kubernetes.io/control-plane")
        if all(each["kind"] == "Node" for each in left):
            return
        self.kubectl("delete", "deployments,replicasets,pods", "--all")
        wait_until(self, lambda: not objects(self.kubectl, "pods", "deployments"), "what earlier tests left does not go away")
        self.page.reload()
        self.expect_badge("live")
        self.settle()

    def apply_form(self, **fields: str) -> None:
        """Fill in the guided form and apply it."""
        self.page.keyboard.press("m")
        for name, value in fields.items():
            if name == "kind":
                self.page.locator("[name=kind]").select_option(value)
            else:
                self.page.fill(f"[name={name}]", value)
        self.page.click("#manifest-apply")
        expect(self.page.locator("#manifest")).to_be_hidden(timeout=PATIENCE_MS)

    def open_log(self) -> None:
        """Unfold the list of all steps, and give the keys back to the page."""
        self.page.locator(".inspector-log > summary").click()
        self.page.locator(".inspector-log > summary").blur()

    def log(self) -> list[tuple[int, str]]:
        """The steps that the page has listed: number and sentence, in the order in which they were shown."""
        lines = self.page.locator("#log > li").evaluate_all("(lines) => lines.map((line) => [line.value, line.textContent])")
        return [(seq, sentence) for seq, sentence in lines]

    def wait_for_line(self, pattern: str, *, timeout: float = ROLLOUT_MS) -> None:
        """Wait until the list of steps has a sentence that matches."""
        script = "(pattern) => [...document.querySelectorAll('#log > li')].some((line) => new RegExp(pattern).test(line.textContent))"
        self.until(script, pattern, timeout=timeout)

    def wait_for_rollout(self, name: str) -> None:
        """Wait until a Deployment of two is on the screen in full, and there, as kubectl says, and until all of it is told."""
        self.until(BOTH_RUN, name, timeout=ROLLOUT_MS)
        wait_until(self, lambda: self._is_available(name), f"the Deployment {name} does not become available", seconds=ROLLOUT_MS / 1000)
        self.settle(seconds=ROLLOUT_MS / 1000)

    def skip_rollout(self, name: str) -> None:
        """Wait until a Deployment of two is there, as kubectl says, and on the screen in full, however it came about."""
        self.soon(BOTH_RUN, name)
        wait_until(self, lambda: self._is_available(name), f"the Deployment {name} does not become available", seconds=ROLLOUT_MS / 1000)
        self.catch_up()

    def _is_available(self, name: str) -> bool:
        (found,) = [item for item in objects(self.kubectl, "deployments") if item["metadata"]["name"] == name]
        status = found["status"]
        return bool(status.get("availableReplicas") == 2 and status.get("observedGeneration") == found["metadata"]["generation"])

    def hops(self, first: int, last: int) -> list[Obj]:
        """The server's visible hops from ``first`` to ``last``."""
        found: list[Obj] = []
        after = first - 1
        while after < last:
            answer = self.page.request.get(f"{self.server.stage}hops?after={after}&limit=1000").json()
            if not answer["hops"]:
                break
            found += [hop for hop in answer["hops"] if hop["seq"] <= last and not hop["quiet"]]
            after = answer["hops"][-1]["seq"]
        return found

    def pods(self) -> dict[str, tuple[str, str]]:
        """The cells on the diagram: key to STATUS and node."""
        return {key: (status, node) for key, (status, node) in self.page.evaluate(PODS).items()}

    def inspect(self, key: str) -> None:
        """Click an object on the diagram and wait for its panel."""
        self.page.locator(f"[data-key='{key}'] > rect").first.click()
        expect(self.page.locator(".inspector-object .inspector-title")).to_have_text(key.rsplit("/", 1)[-1])

    def workloads(self) -> list[str]:
        """What a click on the controllers lists: ``Deployment web 1/2``, sorted."""
        self.page.locator("[data-actor='kube-controller-manager'] > .actor-label").click()
        labels = self.page.locator(".inspector-component .objects button").all_text_contents()
        self.page.locator("#follow").click()
        return sorted(labels)


def objects(kubectl: Kubectl, *what: str) -> list[Obj]:
    """What ``kubectl get`` shows as JSON."""
    items: list[Obj] = json.loads(kubectl("get", ",".join(what), "-o", "json"))["items"]
    return items


def wait_until(viewer: Viewer, is_so: Callable[[], bool], sentence: str, *, seconds: float = 30) -> None:
    """Ask again and again, while the page goes on; fails with the sentence."""
    for _ in range(round(seconds * 1000 / POLL_MS)):
        if is_so():
            return
        viewer.page.wait_for_timeout(POLL_MS)
    raise AssertionError(sentence)


@contextmanager
def viewing(chromium: Browser, server: Server, kubectl: Kubectl, *, query: str = "", **options: object) -> Iterator[Viewer]:
    """Open the stage in a context of its own; at the end nothing may have gone wrong in the page."""
    with page_of(chromium, **options) as page, watching(page, server, kubectl, query=query) as viewer:
        yield viewer


@contextmanager
def page_of(chromium: Browser, **options: object) -> Iterator[Page]:
    """A page in a context of its own, with the witness in it."""
    context = chromium.new_context(**{"viewport": {"width": 1920, "height": 1080}, **options})  # type: ignore[arg-type]
    context.add_init_script(WITNESS)
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def watching(page: Page, server: Server, kubectl: Kubectl, *, query: str = "") -> Iterator[Viewer]:
    """Open the stage; at the end nothing may have gone wrong in the page, and it remembers nothing."""
    viewer = Viewer(page, server, kubectl)
    listeners = {
        "console": lambda message: viewer.complaints.append(message.text) if message.type in ("error", "warning") else None,
        "pageerror": lambda error: viewer.complaints.append(str(error)),
        "request": lambda request: viewer.requests.append(request.url),
        "websocket": lambda socket: viewer.requests.append(re.sub("^ws", "http", socket.url)),
    }
    for event, listener in listeners.items():
        page.on(event, listener)  # type: ignore[call-overload]
    try:
        page.goto(f"{server.stage}{query}")
        expect(page.locator("#badge")).to_have_attribute("data-state", re.compile("live|paused"), timeout=PATIENCE_MS)
        yield viewer
        assert viewer.complaints == [], f"the page complained: {viewer.complaints}"
        assert viewer.outside == [], f"requests left the server: {viewer.outside}"
    finally:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
        page.unroute_all()
        page.evaluate(FORGET)
        page.context.clear_cookies()
        page.goto("about:blank")
