"""The stage in a browser without a GPU: ``python -m scripts.bench.frames``. The first picture, and at three scales frame times while
hops move.

Frame times are those of the browser's own callbacks; beside them stands the processor's time of all its processes for a frame, which
a busy machine changes less.
"""

from __future__ import annotations

import gzip
import os
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402 - after the settings

from dashboard.modules import text_of  # noqa: E402
from dashboard.page_files import CODEMIRROR, EDITOR, STAGE, files_of, joined_files, joined_path  # noqa: E402
from scripts.bench.lifecycle import demo  # noqa: E402
from scripts.bench.report import figure  # noqa: E402
from tests.browser.crowd import busy, crowd  # noqa: E402
from tests.browser.measure import FRAMES  # noqa: E402
from tests.browser.offline import Offline  # noqa: E402
from tests.server import chromium_path  # noqa: E402

SCALES = ((3, 12), (100, 1_500), (5_000, 50_000))
"""Nodes and pods."""
TRAFFIC = (("lecture", 1.0, 10), ("at rate 4", 4.0, 60), ("flood", 40.0, 4_000))
"""Rate, and the hops that come."""
SCREEN = {"width": 1920, "height": 1080}
WATCHED = 4_000
"""Milliseconds."""
OPENED = 10
PICTURE = """() => new Promise((done) => {
  const look = () => (document.querySelector('#stage .node') ? done(performance.now()) : requestAnimationFrame(look));
  look();
})"""
TICKS = os.sysconf("SC_CLK_TCK")


def first_pictures(browser: Browser) -> tuple[list[float], list[float]]:
    """Return the milliseconds from the navigation to the first frame with nodes on it, of a demo on loopback: in browsers that have
    nothing of it yet, and the second time in each."""
    seen: tuple[list[float], list[float]] = [], []
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder) / "data") as (server, _):
        for _ in range(OPENED):
            context = browser.new_context(viewport=SCREEN)
            for times in seen:
                page = context.new_page()
                page.goto(server.stage, wait_until="commit")
                times.append(page.evaluate(PICTURE))
                page.close()
            context.close()
    return seen


def at_scale(browser: Browser, nodes: int, pods: int) -> None:
    """Print frame times of a cluster of that size, the server's side played from here."""
    context = browser.new_context(viewport=SCREEN)
    server = Offline(crowd(nodes, pods), busy(nodes, 250))
    page = server.open(context)
    page.wait_for_selector("#badge[data-state=live]")
    page.evaluate(FRAMES, 1_000)
    for name, rate, hops in TRAFFIC:
        server.control["rate"] = rate
        server.play(hops)
        _watch(page, f"{nodes:,} nodes, {pods:,} pods, {name}:")
    context.close()


def _watch(page: Page, name: str) -> None:
    begun = sum(_cpu_seconds(os.getpid()))
    gaps = sorted(page.evaluate(FRAMES, WATCHED)["gaps"])
    spent = sum(_cpu_seconds(os.getpid())) - begun
    p50, p95, p99 = (gaps[min(len(gaps) - 1, int(len(gaps) * share))] for share in (0.5, 0.95, 0.99))
    long = sum(1 for gap in gaps if gap > 1000 / 30 + 1)
    print(
        f"{name:<44} {1000 / statistics.mean(gaps):>5.0f} frames/s  p50 {p50:.1f}  p95 {p95:.1f}  p99 {p99:.1f} ms  "
        f"over 34 ms: {long} of {len(gaps)}  CPU {1000 * spent / len(gaps):.1f} ms a frame",
        flush=True,
    )


def _cpu_seconds(parent: int) -> Iterator[float]:
    """The processor's time of each process of the browser: of all descendants of this one that are called so."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        fields = rest.split()
        if int(fields[1]) != parent:
            continue
        if "chrom" in name:
            yield (int(fields[11]) + int(fields[12])) / TICKS
        yield from _cpu_seconds(int(stat.parent.name))


def main() -> None:
    """Print all of it."""
    joined = joined_files()
    stage = len(gzip.compress(joined[files_of(STAGE).script]))
    editor = sum(map(len, map(gzip.compress, (joined[joined_path(EDITOR)], text_of(CODEMIRROR).encode()))))
    print(f"JavaScript of the stage, gzipped: {stage / 1000:.0f} kB; when the editor is opened, {editor / 1000:.0f} kB more", flush=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"])
        first, again = first_pictures(browser)
        figure("first picture of a demo, from the navigation on", "ms", first)
        figure("the same, in a browser that has been there", "ms", again)
        for nodes, pods in SCALES:
            at_scale(browser, nodes, pods)
        browser.close()


if __name__ == "__main__":
    main()
