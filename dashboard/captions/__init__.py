"""Captions: what a class reads under the diagram while a hop is on the screen, in English and Korean.

``caption`` is a pure function of the hop. Sentences are whole in each language, with named placeholders; the words are
those of the course. What Kubernetes itself says (reasons, kinds in English, names) stays as ``kubectl`` shows it.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.engine.trace import Hop
from dashboard.captions import faults, network, replies, requests, runtime, scheduling, stages, storage, watching
from dashboard.captions.names import component
from dashboard.captions.sentence import Caption, say

_AUTHORS: tuple[Callable[[Hop], Caption | None], ...] = (
    faults.caption,
    network.caption,
    replies.caption,
    stages.caption,
    storage.caption,
    watching.caption,
    scheduling.caption,
    runtime.caption,
    requests.caption,
)


def caption(hop: Hop) -> Caption:
    """Return ``{"en": sentence, "ko": sentence}`` for any hop."""
    for author in _AUTHORS:
        found = author(hop)
        if found is not None:
            return found
    return say(
        "{source} sends {target} the message {what}.",
        "{source:이가} {target}에 {what} 메시지를 보냅니다.",
        source=component(hop.source),
        target=component(hop.target),
        what=f"{hop.verb} {hop.key}".strip(),
    )
