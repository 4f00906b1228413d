"""Columns of RoleBindings and ClusterRoleBindings.

Upstream: ``pkg/printers/internalversion/printers.go`` (``printRoleBinding``, ``printClusterRoleBinding``).
"""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(binding: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a binding."""
    role = binding["roleRef"]
    named: dict[str, list[str]] = {"User": [], "Group": [], "ServiceAccount": []}
    for subject in binding.get("subjects") or ():
        name, kind = subject.get("name", ""), subject.get("kind", "")
        if kind in named:
            named[kind].append(f"{subject.get('namespace', '')}/{name}" if kind == "ServiceAccount" else name)
    return [
        binding["metadata"].get("name", ""),
        f"{role.get('kind', '')}/{role.get('name', '')}",
        age(binding, now),
        *(", ".join(names) for names in named.values()),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Role", "The role that is given."),
        AGE,
        Column("Users", "Users that it is given to.", priority=1),
        Column("Groups", "Groups that it is given to.", priority=1),
        Column("ServiceAccounts", "ServiceAccounts that it is given to.", priority=1),
    ),
    cells,
)
