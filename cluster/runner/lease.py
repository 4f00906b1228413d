"""The permission to run a cluster's loops: one process at a time holds it.

Upstream's controller manager and scheduler elect a leader through a Lease object. Here the lease lies on the cluster's
row, with an epoch that rises whenever it changes hands: every transaction of an engine names its epoch, so that a
process that was asleep while another took over cannot write. Time is the database's, the same for all.

Upstream: ``staging/src/k8s.io/client-go/tools/leaderelection/leaderelection.go``.
"""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from cluster.machinery.storage import Fence
from cluster.models import Cluster

TTL: float = settings.LEASE_SECONDS
"""Seconds (wall clock) after which a lease that nobody renews is free."""
RENEW_EVERY = 0.3 * TTL
"""Seconds between renewals: two may fail before the lease is lost."""


def acquire(cluster_id: int, holder: str) -> Fence | None:
    """Take the lease if it is free or has run out; None while another process holds it."""
    is_free = Q(lease_expires_at__isnull=True) | Q(lease_expires_at__lt=Now())
    with transaction.atomic():
        rows = Cluster.objects.filter(pk=cluster_id)
        taken = rows.filter(is_free).update(lease_holder=holder, lease_epoch=F("lease_epoch") + 1, lease_expires_at=_expiry())
        return Fence(rows.values_list("lease_epoch", flat=True).get()) if taken else None


def renew(cluster_id: int, fence: Fence) -> bool:
    """Hold the lease for another ``TTL``; False when another process has it by now."""
    return bool(Cluster.objects.filter(pk=cluster_id, lease_epoch=fence.epoch).update(lease_expires_at=_expiry()))


def release(cluster_id: int, fence: Fence) -> None:
    """Let another process take over at once. Harmless when one already has."""
    Cluster.objects.filter(pk=cluster_id, lease_epoch=fence.epoch).update(lease_holder="", lease_expires_at=None)


def revoke(cluster_id: int) -> None:
    """Take the lease from whoever has it: its loops end, and begin anew from the store."""
    Cluster.objects.filter(pk=cluster_id).update(lease_holder="", lease_epoch=F("lease_epoch") + 1, lease_expires_at=None)


def _expiry() -> CombinedExpression:
    return Now() + datetime.timedelta(seconds=TTL)
