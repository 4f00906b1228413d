"""Texts of the table of images that name something of the pod or of a request: ``hello from ${hostname}``."""

from __future__ import annotations

import datetime
import string
from collections.abc import Iterator, Mapping

from cluster.container_runtime.image_table import ImageRow
from cluster.container_runtime.images import parse
from cluster.container_runtime.records import ContainerRecord, LogLine, PodRecord
from cluster.machinery.meta import SECOND, SimTime, after

POD = frozenset({"hostname", "ip", "pod", "namespace", "image", "version", "time"})
EXCHANGE = frozenset({"client", "method", "path", "host", "agent", "body"})
"""Known where a request is."""
REPLY = frozenset({"code", "length"})
"""Known when it has been answered."""
_ENV, _QUERY = "env.", "query."


class _Words(string.Template):
    """``${name}`` with dots in names; ``$${`` is the text itself."""

    idpattern = r"(?a:[A-Za-z_][A-Za-z0-9_.]*)"


def filled(text: str, words: Mapping[str, object]) -> str:
    """Return a text with what is known in it; other names stay as they are."""
    return _Words(text).safe_substitute(words)


def unknown_names(text: str, known: frozenset[str]) -> Iterator[str]:
    """Yield the names in braces that nothing can be put in for. Variables of the environment are known, of a request its query."""
    for match in _Words.pattern.finditer(text):
        name = match["braced"]
        is_free = name and (name.startswith(_ENV) or (name.startswith(_QUERY) and known >= EXCHANGE))
        if name and not is_free and name not in known:
            yield name


def planned_log(pod: PodRecord, container: ContainerRecord, row: ImageRow, ip: str) -> list[LogLine]:
    """Return what an image's own program will write; ``container.started_at`` is set."""
    moments = [(after(container.started_at, seconds), line) for seconds, line in row.log]
    return [[at, filled(line, pod_words(pod, container, row, ip, at)) if "$" in line else line] for at, line in moments]


def pod_words(pod: PodRecord, container: ContainerRecord, row: ImageRow, ip: str, at: SimTime) -> dict[str, object]:
    """Return what is known of a container at a moment. ``ip``: the pod's address."""
    moment = datetime.datetime.fromtimestamp(at / SECOND, datetime.UTC)
    env = {**row.env, **container.config.envs}
    return {
        "hostname": pod.hostname or pod.name,
        "ip": ip,
        "pod": pod.name,
        "namespace": pod.namespace,
        "image": container.config.image,
        "version": parse(container.image)[2].lstrip(":@"),
        "time": f"{moment:%d/%b/%Y:%H:%M:%S +0000}",
        **{f"{_ENV}{name}": value for name, value in env.items()},
    }
