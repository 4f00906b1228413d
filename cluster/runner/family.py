"""A cluster with its branches, and the branches of those: what a timeline has rows for."""

from __future__ import annotations

from dataclasses import dataclass

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
    """Make a branch at a hop and return its name. Raises LookupError for no such hop, Compacted."""
    return branch(cluster_id, seq, _free_name(cluster_id)).name


def _free_name(cluster_id: int) -> str:
    """``demo-2`` for the first branch of ``demo``, counted on over the whole family."""
    first = family_of(cluster_id)[0].name
    taken = set(Cluster.objects.filter(name__startswith=first[: NAME_LENGTH - 6]).values_list("name", flat=True))
    number = 2
    while (name := f"{first[: NAME_LENGTH - 6]}-{number}") in taken:
        number += 1
    return name
