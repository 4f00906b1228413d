"""How long each hop is on the screen: the table behind the lecture pace, pure.

Every message between two components is shown equally long, whatever its simulated latency; an API server's stages pass
quickly; routine is not shown at all, only counted. No upstream counterpart: real components wait for nobody.
"""

from __future__ import annotations

from cluster.client.informer import NO_WORK
from cluster.engine.trace import Hop

MESSAGE_MS = 900
"""A message from one component to another."""
STAGE_MS = 200
"""A stage inside a component, and the answer to a request; not what a pod or a DNS server answers, which a class waits for."""

ROUTINE = frozenset({"events", "leases"})
"""Resources that are written all the time and change nothing in the cluster: news of them are routine, too."""


def is_quiet(hop: Hop) -> bool:
    """Whether a hop is routine: hidden behind the counter of the stage, waited for by nobody."""
    return hop.is_routine or hop.outcome == NO_WORK or resource_of(hop.key) in ROUTINE


def duration_ms(hop: Hop) -> int:
    """Return how long a hop is on the screen at rate 1, in milliseconds; 0 for a quiet one."""
    if is_quiet(hop):
        return 0
    return STAGE_MS if _is_stage(hop) or (hop.verb == "reply" and not _is_from_pod(hop)) else MESSAGE_MS


def resource_of(key: str) -> str:
    """Return the resource that a hop's key names: ``pods`` of ``pods/default/web`` and of ``/registry/pods/default/web``."""
    return key.removeprefix("/registry/").split("/", 1)[0]


def _is_stage(hop: Hop) -> bool:
    return hop.target.startswith("kube-apiserver/") or hop.source.startswith("kube-apiserver/")


def _is_from_pod(hop: Hop) -> bool:
    return hop.source.startswith("coredns/") or "/pod/" in hop.source
