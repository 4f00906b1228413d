"""Lists of amounts by resource name, and what is done with them.

Upstream: ``staging/src/k8s.io/apiserver/pkg/quota/v1/resources.go``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cluster.machinery.quantity import Quantity, parse_quantity

Amounts = Mapping[str, Quantity]
ONE = Quantity(10**9)


def amounts(resources: Mapping[str, str] | None) -> dict[str, Quantity]:
    """Read a resource list. Raises QuantityError."""
    return {name: parse_quantity(text) for name, text in (resources or {}).items()}


def texts(values: Amounts) -> dict[str, str]:
    """Write a resource list."""
    return {name: str(amount) for name, amount in values.items()}


def added(left: Amounts, right: Amounts) -> dict[str, Quantity]:
    """Return the sum by name; what only one side has is kept."""
    total = dict(left)
    for name, amount in right.items():
        total[name] = total[name].add(amount) if name in total else amount
    return total


def increase(new: Amounts, old: Amounts) -> dict[str, Quantity]:
    """Return by how much ``new`` exceeds ``old``, by name; zero where it does not."""
    rest = {name: amount.subtract(old[name]) if name in old else amount for name, amount in new.items()}
    return {name: amount if amount.sign >= 0 else Quantity() for name, amount in rest.items()}


def without_zeros(values: Amounts) -> dict[str, Quantity]:
    """Return what is not nothing."""
    return {name: amount for name, amount in values.items() if amount.sign}


def masked(values: Amounts, names: Collection[str]) -> dict[str, Quantity]:
    """Return the amounts of some names only."""
    return {name: amount for name, amount in values.items() if name in names}


def exceeding(values: Amounts, bounds: Amounts) -> list[str]:
    """Return the names, sorted, whose amount is over its bound."""
    return sorted(name for name, amount in values.items() if name in bounds and amount.compare(bounds[name]) > 0)


def is_equal(left: Amounts, right: Amounts) -> bool:
    """Whether two lists say the same, however it is written."""
    return left.keys() == right.keys() and all(amount.compare(right[name]) == 0 for name, amount in left.items())


def printed(values: Amounts) -> str:
    """Write amounts as refusals do: ``cpu=1,pods=2``."""
    return ",".join(f"{name}={amount}" for name, amount in sorted(values.items()))
