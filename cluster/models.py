"""The tables: a cluster's row, etcd's history and latest values, the log of hops. Columns and constraints, no behaviour.

Only ``cluster/etcd`` writes revisions, objects and hops; the runner writes a cluster's control and lease columns. Everybody
else reads. Real etcd keeps its pages in one file (bbolt), keyed by revision: ``Revision`` is that file.
"""

from __future__ import annotations

from typing import ClassVar, TypeVar

from django.db import models
from django.db.models.functions import Now

_Proxy = TypeVar("_Proxy", bound="KubeObject")


class Pace(models.TextChoices):
    """What decides when the next step may run."""

    LECTURE = "lecture", "every hop long enough on the screen to be followed"
    REAL = "real", "a simulated second lasts a second"
    INSTANT = "instant", "no waiting"


class Cluster(models.Model):
    """One simulated cluster. Its row is locked by every writer: that is what makes revisions and hops gapless."""

    name = models.SlugField(max_length=63, unique=True)
    seed = models.BigIntegerField(help_text="where all random draws of this cluster begin")
    created_at = models.DateTimeField(auto_now_add=True)

    used_at = models.DateTimeField(
        db_default=Now(), help_text="when somebody last used it, by the database's clock; see runner/sleeping.py"
    )

    revision = models.BigIntegerField(default=0, help_text="etcd's revision: the number of writes so far")
    compacted = models.BigIntegerField(default=0, help_text="history before this revision is gone")
    etcd_free = models.BigIntegerField(default=0, help_text="bytes that compactions freed since the last defragmentation")
    hop_seq = models.BigIntegerField(default=0, help_text="sequence number of the last hop")
    step = models.BigIntegerField(default=0, help_text="number of the engine's last step that left a hop")
    now = models.BigIntegerField(help_text="the simulated clock: microseconds since the Unix epoch")

    pace = models.CharField(max_length=16, choices=Pace, default=Pace.LECTURE)
    rate = models.FloatField(default=1.0, help_text="factor on the pace")
    is_paused = models.BooleanField(default=False)
    steps_due = models.IntegerField(default=0, help_text="visible steps still to run while paused")
    stopped_by = models.CharField(max_length=255, blank=True, default="", help_text="the breakpoint that paused it; empty: a person did")
    waiting_for = models.CharField(max_length=255, blank=True, default="", help_text="timer of the fast-forward on the screen")
    waiting_seconds = models.FloatField(default=0.0, help_text="its simulated length")

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="branches", help_text="what it was forked from")
    forked_revision = models.BigIntegerField(default=0, help_text="the parent's revision that it began at")
    forked_hop = models.BigIntegerField(default=0, help_text="the parent's hop that it began at")

    recorded_from = models.BigIntegerField(null=True, help_text="a recording: the revision that its log begins with; null: it lives")

    lease_holder = models.CharField(max_length=255, blank=True, default="", help_text="the process that runs the loops")
    lease_epoch = models.BigIntegerField(default=0, help_text="raised each time the lease changes hands")
    lease_expires_at = models.DateTimeField(null=True, blank=True, help_text="by the database's clock")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pace__in=Pace.values), name="cluster_pace_is_known"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="cluster_rate_is_positive"),
            models.CheckConstraint(condition=models.Q(compacted__lte=models.F("revision")), name="cluster_compacted_lies_behind"),
        ]

    def __str__(self) -> str:
        return self.name


class EtcdSnapshot(models.Model):
    """A file that ``etcdctl snapshot save`` would have written: ``etcd/snapshot.py`` packs it."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="etcd_snapshots")
    name = models.CharField(max_length=100)
    revision = models.BigIntegerField()
    keys = models.IntegerField()
    size = models.IntegerField(help_text="bytes")
    hop = models.BigIntegerField(help_text="the hop that made it")
    at = models.BigIntegerField(help_text="simulated microseconds since the Unix epoch")
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["cluster", "name"], name="etcd_snapshot_name")]

    def __str__(self) -> str:
        return self.name


class Breakpoint(models.Model):
    """A condition at which a cluster pauses, as ``runner/conditions.py`` reads it."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="breakpoints")
    text = models.CharField(max_length=255)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["cluster", "text"], name="breakpoint_once")]

    def __str__(self) -> str:
        return self.text


class Revision(models.Model):
    """One write of one key: etcd's history. ``value`` is null for a deletion."""

    pk = models.CompositePrimaryKey("cluster_id", "revision")
    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="history", db_index=False)
    revision = models.BigIntegerField()
    key = models.CharField(max_length=512)
    value = models.BinaryField(null=True)
    create_revision = models.BigIntegerField(help_text="when the key last came into being")
    version = models.BigIntegerField(help_text="number of writes since then")
    prev_revision = models.BigIntegerField(help_text="the write of this key before this one, 0 for a creation")
    hop = models.BigIntegerField(help_text="sequence number of the hop that wrote it, 0 for none")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["cluster", "key", "revision"], name="revision_by_key", opclasses=["int8_ops", "varchar_pattern_ops", "int8_ops"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}@{self.revision}"


class Keyframe(models.Model):
    """Which writes were alive at a revision (``etcd/keyframes.py``): where a look back begins."""

    pk = models.CompositePrimaryKey("cluster_id", "revision")
    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="keyframes", db_index=False)
    revision = models.BigIntegerField()
    alive = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.cluster_id}@{self.revision}"


class KubeObject(models.Model):
    """The latest value of one key. ``kind``, ``namespace`` and ``name`` are for readers; empty where the value has none."""

    pk = models.CompositePrimaryKey("cluster_id", "key")
    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="kube_objects", db_index=False)
    key = models.CharField(max_length=512)
    kind = models.CharField(max_length=63, blank=True)
    namespace = models.CharField(max_length=63, blank=True)
    name = models.CharField(max_length=253, blank=True)
    value = models.BinaryField()
    mod_revision = models.BigIntegerField()
    create_revision = models.BigIntegerField()
    version = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["cluster", "kind", "namespace", "name"], name="object_by_kind")]

    def __str__(self) -> str:
        return self.key


class KindManager(models.Manager[_Proxy]):
    """The objects of the kind that the model is named after."""

    def get_queryset(self) -> models.QuerySet[_Proxy]:
        """Filter by kind."""
        return super().get_queryset().filter(kind=self.model.__name__)


class Node(KubeObject):
    """A machine."""

    objects: ClassVar = KindManager["Node"]()

    class Meta:
        proxy = True


class Pod(KubeObject):
    """Containers that run together."""

    objects: ClassVar = KindManager["Pod"]()

    class Meta:
        proxy = True


class Deployment(KubeObject):
    """A template and how many pods of it there should be, with a way from one template to the next."""

    objects: ClassVar = KindManager["Deployment"]()

    class Meta:
        proxy = True


class ReplicaSet(KubeObject):
    """A template and how many pods of it there should be."""

    objects: ClassVar = KindManager["ReplicaSet"]()

    class Meta:
        proxy = True


class HopBlock(models.Model):
    """Hops that were committed together, packed by ``etcd/hop_log.py``. ``hops`` is a list in JSON, compressed."""

    pk = models.CompositePrimaryKey("cluster_id", "last")
    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="hop_blocks", db_index=False)
    last = models.BigIntegerField(help_text="sequence number of its last hop")
    first = models.BigIntegerField(help_text="sequence number of its first hop")
    hops = models.BinaryField()

    def __str__(self) -> str:
        return f"hops {self.first} to {self.last}"


class Decision(models.Model):
    """Where the scheduler decided about a pod: an index of the log."""

    pk = models.CompositePrimaryKey("cluster_id", "seq")
    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="decisions", db_index=False)
    seq = models.BigIntegerField(help_text="sequence number of the hop to its filters")
    pod = models.CharField(max_length=320, help_text="namespace/name")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["cluster", "pod", "seq"], name="decision_by_pod")]

    def __str__(self) -> str:
        return f"{self.pod}: {self.seq}"
