"""Hops are kept in blocks instead of a row each."""

import zlib

import django.db.models.deletion
import orjson
from django.db import migrations, models

COLUMNS = ("at", "step", "cause", "source", "target", "verb", "key", "revision", "outcome")
LONGEST_BLOCK = 500


def pack_hops(apps, schema_editor):
    """Carry over what is there."""
    cluster_model, hop_model, block_model, decision_model = (
        apps.get_model("cluster", name) for name in ("Cluster", "Hop", "HopBlock", "Decision")
    )
    for cluster_id, last in cluster_model.objects.values_list("pk", "hop_seq"):
        hops = hop_model.objects.filter(cluster_id=cluster_id).order_by("seq")
        for first in range(1, last + 1, LONGEST_BLOCK):
            block = hops.filter(seq__gte=first, seq__lt=first + LONGEST_BLOCK).values_list(*COLUMNS, "detail", "is_routine")
            rows = [(*row, None if detail is None else orjson.loads(detail), is_routine) for *row, detail, is_routine in block]
            block_model.objects.create(
                cluster_id=cluster_id, first=first, last=first + len(rows) - 1, hops=zlib.compress(orjson.dumps(rows), 1)
            )
        decided = hops.filter(target="kube-scheduler/filter").values_list("seq", "key")
        decision_model.objects.bulk_create(
            decision_model(cluster_id=cluster_id, seq=seq, pod=key.removeprefix("pods/")) for seq, key in decided
        )


class Migration(migrations.Migration):
    dependencies = [("cluster", "0003_keyframes")]

    operations = [
        migrations.CreateModel(
            name="HopBlock",
            fields=[
                ("pk", models.CompositePrimaryKey("cluster_id", "last", blank=True, editable=False, primary_key=True, serialize=False)),
                ("last", models.BigIntegerField(help_text="sequence number of its last hop")),
                ("first", models.BigIntegerField(help_text="sequence number of its first hop")),
                ("hops", models.BinaryField()),
                (
                    "cluster",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="hop_blocks", to="cluster.cluster"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("pk", models.CompositePrimaryKey("cluster_id", "seq", blank=True, editable=False, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(help_text="sequence number of the hop to its filters")),
                ("pod", models.CharField(max_length=320, help_text="namespace/name")),
                (
                    "cluster",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="cluster.cluster"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["cluster", "pod", "seq"], name="decision_by_pod")]},
        ),
        migrations.RunPython(pack_hops, migrations.RunPython.noop),
        migrations.DeleteModel(name="Hop"),
    ]
