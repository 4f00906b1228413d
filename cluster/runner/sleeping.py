"""Which clusters are awake: those that somebody has used of late, in any process.

A cluster that nobody watches and nobody asks for is put to sleep: its thread ends, its lease is free, its simulated clock stands still.
Everything durable lies in the store, so that the next request finds it as it was left. Whoever uses a cluster notes it on
the cluster's row, seldom; whoever runs loops looks there for what must be awake.

No upstream counterpart: a real cluster runs whether somebody looks or not.
"""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db.models import Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from cluster.models import Cluster

AFTER: float = settings.SLEEP_AFTER
"""Seconds (wall clock) without use after which a cluster sleeps; 0: never."""
NOTES = 4
"""How often a use is noted, at most, in the time after which a cluster sleeps."""


async def note_use(name: str) -> None:
    """Write down that a cluster is in use now."""
    await Cluster.objects.filter(name=name).aupdate(used_at=Now())


async def wanted() -> list[str]:
    """Return the names of the clusters that are to be awake, sorted."""
    rows = Cluster.objects.order_by("name").values_list("name", flat=True)
    return [name async for name in (rows.filter(Q(used_at__gte=_limit())) if AFTER else rows)]


def _limit() -> CombinedExpression:
    return Now() - datetime.timedelta(seconds=AFTER)
