"""The control columns of a cluster's row: how it shall run, whoever runs it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, F, Value, When
from django.db.models.functions import Now

from cluster.models import Cluster, Pace
from cluster.runner import breakpoints
from cluster.runner.conditions import Condition
from cluster.runner.host import Control

RATES = (0.01, 1000.0)
"""The slowest and the fastest factor on a pace."""


@dataclass(frozen=True, slots=True)
class Orders:
    """A row's control columns as read. ``steps_due``: visible steps still to run while paused; ``conditions``: where it pauses."""

    control: Control
    steps_due: int
    conditions: tuple[Condition, ...] = ()


def read(cluster_id: int) -> Orders:
    """Read how a cluster shall run. Raises Cluster.DoesNotExist."""
    row = (
        Cluster.objects.filter(pk=cluster_id)
        .annotate(is_running=Case(When(lease_expires_at__gt=Now(), then=Value(True)), default=Value(False)))
        .annotate(is_recorded=Case(When(recorded_from__isnull=False, then=Value(True)), default=Value(False)))
        .values_list("pace", "rate", "is_paused", "is_running", "waiting_for", "waiting_seconds", "stopped_by", "is_recorded", "steps_due")
        .get()
    )
    *control, steps_due = row
    return Orders(Control(*control), steps_due, breakpoints.read(cluster_id))


def steer(cluster_id: int, *, pace: str | None, rate: float | None, paused: bool | None, steps: int) -> None:
    """Change how a cluster runs; another pace begins at its normal rate, since no rate means the same at two of them.

    Raises ValueError with a sentence for what does not exist."""
    changes: dict[str, object] = {}
    if pace is not None:
        if pace not in Pace.values:
            raise ValueError(f"There is no pace {pace!r}: choose {', '.join(Pace.values)}.")
        changes["pace"] = pace
        changes["rate"] = Case(When(pace=pace, then=F("rate")), default=Value(1.0))
    if rate is not None:
        if not RATES[0] <= rate <= RATES[1]:
            raise ValueError(f"The rate is a factor from {RATES[0]} to {RATES[1]}, not {rate}.")
        changes["rate"] = rate
    if paused is not None:
        changes |= {"is_paused": paused, "steps_due": 0, "stopped_by": ""}
    if steps < 0:
        raise ValueError(f"The number of steps is positive, not {steps}.")
    if steps:
        changes["stopped_by"] = ""
        changes["steps_due"] = F("steps_due") + steps if paused is None else steps
    if changes:
        Cluster.objects.filter(pk=cluster_id).update(**changes)


def count_step(cluster_id: int) -> None:
    """Note that one of the steps that were asked for has been run."""
    Cluster.objects.filter(pk=cluster_id, steps_due__gt=0).update(steps_due=F("steps_due") - 1)


def drop_steps(cluster_id: int) -> None:
    """Forget the steps that were asked for: there is nothing to do."""
    Cluster.objects.filter(pk=cluster_id).update(steps_due=0)


def show_wait(cluster_id: int, waiting_for: str, seconds: float) -> None:
    """Say what the shortened wait on the screen is for; an empty text ends it."""
    Cluster.objects.filter(pk=cluster_id).update(waiting_for=waiting_for, waiting_seconds=seconds)
