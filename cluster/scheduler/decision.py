"""What became of one scheduling cycle: the table that the inspector shows.

Scores are kept as columns (one list per plugin, in the order of ``feasible``), since the table of a large cluster is stored with
every pod; ``node_table`` reads it back by node.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster.machinery.meta import Key, Obj
from cluster.scheduler.interface import CycleState, Status
from cluster.scheduler.node_info import PodInfo
from cluster.scheduler.preemption.candidate import Search, deciding
from cluster.scheduler.preemption.importance import priority


@dataclass(frozen=True, slots=True)
class Rejection:
    """The first plugin that turned a node away, and why."""

    plugin: str
    status: Status


@dataclass(frozen=True, slots=True)
class PluginScores:
    """One plugin's scores of the feasible nodes: as it gave them, and brought into the range 0 to 100."""

    plugin: str
    weight: int
    raw: list[int]
    normalized: list[int]


@dataclass(slots=True)
class Decision:
    """``node`` is empty when there is none; then ``message`` says why. ``totals`` is empty when there was nothing to rank.
    ``nominated``: the node that the pod will have when its ``victims`` are gone; ``gives_up``: an earlier promise is of no use.
    ``search``: what preemption
    has looked at; ``state``: what the plugins remember of the cycle."""

    pod: Key
    node_count: int = 0
    node: str = ""
    message: str = ""
    rejected: dict[str, Rejection] = field(default_factory=dict)
    feasible: list[str] = field(default_factory=list)
    scores: list[PluginScores] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    tied: list[str] = field(default_factory=list)
    nominated: str = ""
    victims: tuple[PodInfo, ...] = ()
    gives_up: bool = False
    search: Search | None = None
    state: CycleState = field(default_factory=CycleState)

    @property
    def rejected_by(self) -> frozenset[str]:
        """The plugins that turned nodes away: only changes that concern them can help the pod."""
        return frozenset(rejection.plugin for rejection in self.rejected.values())

    def filter_detail(self) -> Obj:
        """Return the ``detail`` of the hop to the filter plugins."""
        rejected = {name: {"plugin": r.plugin, "reasons": list(r.status.reasons)} for name, r in self.rejected.items()}
        detail: Obj = {"pod": self.pod, "nodes": self.node_count, "feasible": self.feasible, "rejected": rejected}
        if self.message:
            detail["message"] = self.message
        if self.nominated:
            detail["nominated"] = self.nominated
            detail["victims"] = [victim.key for victim in self.victims]
        if self.search is not None and (self.search.candidates or self.search.reasons):
            detail["preemption"] = preemption_detail(self.nominated, self.search)
        return detail

    def score_detail(self) -> Obj:
        """Return the ``detail`` of the hop to the score plugins."""
        plugins = {s.plugin: {"weight": s.weight, "raw": s.raw, "normalized": s.normalized} for s in self.scores}
        return {
            "pod": self.pod,
            "node": self.node,
            "tied": self.tied,
            "feasible": self.feasible,
            "plugins": plugins,
            "totals": self.totals,
        }


def preemption_detail(nominated: str, search: Search) -> Obj:
    """Return who would have to go where, what that costs, and what decided.

    ``{"node", "decidedBy", "candidates": {<node>: {"victims": [{"pod", "priority"}], "violations", "highestPriority", "prioritySum"}},
    "reasons": {<node>: why nobody's going would help}}``.
    """
    candidates = {
        candidate.node: {
            "victims": [{"pod": victim.key, "priority": priority(victim.pod)} for victim in candidate.victims],
            "violations": candidate.violations,
            "highestPriority": candidate.highest,
            "prioritySum": sum(priority(victim.pod) for victim in candidate.victims),
        }
        for candidate in search.candidates
    }
    return {
        "node": nominated,
        "decidedBy": deciding(search.candidates),
        "candidates": candidates,
        "reasons": dict(search.reasons or {}),
    }


def node_table(filter_detail: Obj, score_detail: Obj | None) -> dict[str, Obj]:
    """Join the two details of one cycle by node.

    A node that was turned away has ``plugin`` and ``reasons``; a ranked one ``scores`` (by plugin: ``raw``, ``normalized``,
    ``weight`` and their product ``score``) and ``total``; one that was the only choice has neither.
    """
    table: dict[str, Obj] = {name: dict(rejection) for name, rejection in filter_detail["rejected"].items()}
    for index, name in enumerate(filter_detail["feasible"]):
        row: Obj = {}
        if score_detail:
            row["scores"] = {
                plugin: {
                    "raw": column["raw"][index],
                    "normalized": column["normalized"][index],
                    "weight": column["weight"],
                    "score": column["normalized"][index] * column["weight"],
                }
                for plugin, column in score_detail["plugins"].items()
            }
            row["total"] = score_detail["totals"][index]
        table[name] = row
    return table
