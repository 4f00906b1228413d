"""A cluster with its branches, and the branches of those: what a timeline has rows for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from cluster.etcd.branching import branch
from cluster.models import Cluster

NAME_LENGTH = 63


@dataclass(frozen=True, slots=True)
class Relative:
    """One of a family. ``parent``: empty for the first one; ``began``: the hop at which it left its parent; ``head``: its last hop."""

    name: str
    parent: str
    began: int
    head: int


def family_of(cluster_id: int) -> tuple[Relative, ...]:
    """Return all clusters that share a first hop with this one: each before its branches, branches in the order in which they were made."""
    rows = Cluster.objects.order_by("pk").values_list("pk", "name", "parent_id", "forked_hop", "hop_seq")
    known = {pk: (name, parent, began, head) for pk, name, parent, began, head in rows}
    first = cluster_id
    while (parent := known[first][1]) is not None:
        first = parent
    found: list[Relative] = []

    def add(pk: int) -> None:
        name, parent, began, head = known[pk]
        found.append(Relative(name, "" if parent is None else known[parent][0], began, head))
        for child, (_, its_parent, _, _) in known.items():
            if its_parent == pk:
                add(child)

    add(first)
    return tuple(found)


def fork(cluster_id: int, seq: int) -> str:
    """Make a branch at a hop and return its name: ``demo-2`` for the first of ``demo``, counted on over the whole family.

    Raises LookupError for no such hop, Compacted."""
    return branch(cluster_id, seq, next_name(family_of(cluster_id)[0].name[: NAME_LENGTH - 6])).name


def next_name(first: str) -> str:
    """Return the first of ``<first>-2``, ``<first>-3`` and so on that no cluster has."""
    taken = set(Cluster.objects.filter(name__startswith=f"{first}-").values_list("name", flat=True))
    return next(name for number in count(2) if (name := f"{first}-{number}") not in taken)
