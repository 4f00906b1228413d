"""A node's packet rules at work, as the inspector shows them: which chains a packet passed, and among which endpoints was chosen.

What the rules have is what kube-proxy knew; beside it stands what the Service's EndpointSlices said at that moment, so that one sees
who was left out and why, and what rules know that nobody has brought up to date.
"""

from __future__ import annotations

from cluster.engine.trace import Hop
from cluster.machinery.kinds.discovery import ENDPOINTSLICES, SERVICE_NAME
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store
from cluster.runner.host import Host

MAX_ROWS = 50
"""Endpoints that are shown; of a large Service the others are only counted."""


async def rules_of(host: Host, hop: Hop) -> Obj | None:
    """Return what the rules of a node made of a packet, None for a hop that is no packet at a node's rules."""
    if hop.detail is None or "chains" not in hop.detail:
        return None
    _, namespace, service = hop.key.split("/")
    revision = await host.revision_at(hop.seq)
    endpoints = await host.read(lambda store: endpoints_of(store, namespace, service, revision))
    node = hop.target.split("/")[1]
    return table(hop.detail, hop.outcome, endpoints, node)


def endpoints_of(store: Store, namespace: str, service: str, revision: int) -> list[Obj]:
    """Return the endpoints in a Service's slices at a revision."""
    slices = [value.obj for value in store.list(ENDPOINTSLICES.storage_key(namespace, ""), revision=revision).items]
    return [
        endpoint
        for each in slices
        if (each["metadata"].get("labels") or {}).get(SERVICE_NAME) == service
        for endpoint in each.get("endpoints") or ()
    ]


def table(detail: Obj, outcome: str, endpoints: list[Obj], node: str) -> Obj:
    """Return ``{"to", "way", "chains", "choice", "endpoints", "left"}``: whom the rules may choose first, each in their order.

    An endpoint is ``{"address", "pod", "node", "chosen", "why"}``; ``why`` it could not be chosen: ``not-ready``, ``terminating``,
    ``elsewhere`` (only this node's count) or ``not-written`` (no rule has it yet); ``gone``: it can, and is none any more.
    """
    known = {address: endpoint for endpoint in endpoints for address in endpoint["addresses"]}
    written = {address.rpartition(":")[0]: address for address in detail["endpoints"]}
    rows = [_row(address, known.get(ip), address == outcome, "" if ip in known else "gone") for ip, address in written.items()]
    left_out = [(ip, endpoint) for ip, endpoint in known.items() if ip not in written]
    rows += [_row(ip, endpoint, False, _why(endpoint, bool(detail.get("isLocal")), node)) for ip, endpoint in left_out]
    shown = {"to": detail["to"], "way": detail["way"], "chains": detail["chains"], "choice": detail.get("choice", "")}
    return {**shown, "endpoints": rows[:MAX_ROWS], "left": max(len(rows) - MAX_ROWS, 0)}


def _row(address: str, endpoint: Obj | None, is_chosen: bool, why: str) -> Obj:
    found = endpoint or {}
    pod = (found.get("targetRef") or {}).get("name", "")
    return {"address": address, "pod": pod, "node": found.get("nodeName", ""), "chosen": is_chosen, "why": why}


def _why(endpoint: Obj, is_local: bool, node: str) -> str:
    conditions = endpoint.get("conditions") or {}
    if conditions.get("terminating"):
        return "terminating"
    if conditions.get("ready") is False:
        return "not-ready"
    return "elsewhere" if is_local and endpoint.get("nodeName") != node else "not-written"
