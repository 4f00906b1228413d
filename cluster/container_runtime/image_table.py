"""What simulated images are and do: one row for each, and the table that finds the row of a name.

Real images hold programs. Here an image is one row: how large it is, how long it takes to pull and to start, which programs it
holds, what its own program writes, answers and uses, and how it ends. Every field is described in ``docs/images.md``. A row may be of
a repository, or of one tag of it. What no row describes behaves as the row ``*``. ``image_file`` reads rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cluster.container_runtime.images import parse

ANY = "*"
Curve = tuple[tuple[float, int], ...]
"""(seconds after the start, amount), straight lines in between."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program answers over HTTP. ``after``, ``until``: seconds since its start; ``cpu``: processor seconds a request costs."""

    path: str = "/*"
    code: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cpu: float = 0.0
    after: float = 0.0
    until: float = float("inf")

    def fits(self, path: str, seconds: float) -> bool:
        """Whether a path is answered so, so many seconds after the start."""
        return self.after <= seconds < self.until and self._takes(path)

    def covers(self, other: Answer) -> bool:
        """Whether a later answer is never reached because of this one."""
        return self.after <= other.after and other.until <= self.until and self._takes(other.path)

    def _takes(self, path: str) -> bool:
        return path == self.path or (self.path.endswith("*") and path.startswith(self.path[:-1]))


@dataclass(frozen=True, slots=True)
class Port:
    """A port on which a program listens. ``serves``: a folder whose files it answers with; ``argument``: the option that moves it."""

    port: int
    answers: tuple[Answer, ...] = ()
    serves: str = ""
    argument: str = ""
    access_log: str = ""
    not_found: str = ""


@dataclass(frozen=True, slots=True)
class ImageRow:
    """One image. ``exits_after`` None: runs on; ``stop_seconds`` None: ignores SIGTERM. ``log``: (seconds after the start, line).

    ``user``: ``uid``, ``uid:gid`` or a name; empty: nobody knows, and it runs as root.
    """

    size: int = 60_000_000
    pull_seconds: float = 1.5
    start_seconds: float = 0.4
    command: tuple[str, ...] = ()
    is_shell: bool = False
    tools: frozenset[str] = frozenset()
    is_busybox: bool = False
    is_open: bool = False
    programs: frozenset[str] = frozenset()
    env: Mapping[str, str] = field(default_factory=dict)
    working_dir: str = "/"
    files: Mapping[str, str] = field(default_factory=dict)
    log: tuple[tuple[float, str], ...] = ()
    ports: tuple[Port, ...] = ()
    cpu: Curve = ()
    memory: Curve = ()
    exits_after: float | None = None
    exit_code: int = 0
    stop_seconds: float | None = 0.5
    stop_code: int = 0
    user: str = "0"


class ImageTable:
    """Rows by ``repository`` or ``repository:tag``, without host and ``library/``."""

    def __init__(self, rows: Mapping[str, ImageRow]) -> None:
        self._rows = dict(rows)

    def row(self, image: str) -> ImageRow:
        """Return the row of an image name as a manifest has it."""
        host, path, version = parse(image)
        name = path.removeprefix("library/")
        for key in (f"{host}/{name}{version}", f"{name}{version}", f"{host}/{name}", name, ANY):
            if key in self._rows:
                return self._rows[key]
        return ImageRow()


def curve_at(curve: Curve, seconds: float) -> int:
    """Return the amount at a moment: straight lines between the points, level before the first and after the last."""
    before = curve[0]
    for point in curve:
        if point[0] >= seconds:
            span = point[0] - before[0]
            share = (seconds - before[0]) / span if span > 0 else 1.0
            return round(before[1] + (point[1] - before[1]) * max(share, 0.0))
        before = point
    return before[1]


def first_moment(curve: Curve, above: int) -> float | None:
    """Return the second in which a curve first goes above an amount; None: it never does."""
    before: tuple[float, int] | None = None
    for point in curve:
        if point[1] > above:
            if before is None or before[1] >= point[1]:
                return point[0]
            return before[0] + (point[0] - before[0]) * (above - before[1]) / (point[1] - before[1])
        before = point
    return None
