"""The tables as they are at the beginning."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Cluster",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.SlugField(max_length=63, unique=True)),
                ("seed", models.BigIntegerField(help_text="where all random draws of this cluster begin")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("revision", models.BigIntegerField(default=0, help_text="etcd's revision: the number of writes so far")),
                ("compacted", models.BigIntegerField(default=0, help_text="history before this revision is gone")),
                ("hop_seq", models.BigIntegerField(default=0, help_text="sequence number of the last hop")),
                ("step", models.BigIntegerField(default=0, help_text="number of the engine's last step that left a hop")),
                ("now", models.BigIntegerField(help_text="the simulated clock: microseconds since the Unix epoch")),
                (
                    "pace",
                    models.CharField(
                        choices=[
                            ("lecture", "every hop long enough on the screen to be followed"),
                            ("real", "a simulated second lasts a second"),
                            ("instant", "no waiting"),
                        ],
                        default="lecture",
                        max_length=16,
                    ),
                ),
                ("rate", models.FloatField(default=1.0, help_text="factor on the pace")),
                ("is_paused", models.BooleanField(default=False)),
                ("steps_due", models.IntegerField(default=0, help_text="visible steps still to run while paused")),
                (
                    "waiting_for",
                    models.CharField(blank=True, default="", help_text="timer of the fast-forward on the screen", max_length=255),
                ),
                ("waiting_seconds", models.FloatField(default=0.0, help_text="its simulated length")),
                ("lease_holder", models.CharField(blank=True, default="", help_text="the process that runs the loops", max_length=255)),
                ("lease_epoch", models.BigIntegerField(default=0, help_text="raised each time the lease changes hands")),
                ("lease_expires_at", models.DateTimeField(blank=True, help_text="by the database's clock", null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pace__in", ["lecture", "real", "instant"])), name="cluster_pace_is_known"),
                    models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="cluster_rate_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("compacted__lte", models.F("revision"))), name="cluster_compacted_lies_behind"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hop",
            fields=[
                ("pk", models.CompositePrimaryKey("cluster_id", "seq", blank=True, editable=False, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("at", models.BigIntegerField(help_text="simulated microseconds since the Unix epoch")),
                ("step", models.BigIntegerField(help_text="the engine's step, 0 for a request from outside")),
                ("cause", models.BigIntegerField(help_text="sequence number of the hop that led to it, 0 for none")),
                ("source", models.CharField(max_length=320)),
                ("target", models.CharField(max_length=320)),
                ("verb", models.CharField(max_length=63)),
                ("key", models.CharField(blank=True, max_length=640)),
                ("revision", models.BigIntegerField()),
                ("outcome", models.TextField(blank=True)),
                ("detail", models.BinaryField(null=True)),
                ("is_routine", models.BooleanField(default=False)),
                (
                    "cluster",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="hops", to="cluster.cluster"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KubeObject",
            fields=[
                ("pk", models.CompositePrimaryKey("cluster_id", "key", blank=True, editable=False, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=512)),
                ("kind", models.CharField(blank=True, max_length=63)),
                ("namespace", models.CharField(blank=True, max_length=63)),
                ("name", models.CharField(blank=True, max_length=253)),
                ("value", models.BinaryField()),
                ("mod_revision", models.BigIntegerField()),
                ("create_revision", models.BigIntegerField()),
                ("version", models.BigIntegerField()),
                (
                    "cluster",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="kube_objects", to="cluster.cluster"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Deployment",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("cluster.kubeobject",),
        ),
        migrations.CreateModel(
            name="Node",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("cluster.kubeobject",),
        ),
        migrations.CreateModel(
            name="Pod",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("cluster.kubeobject",),
        ),
        migrations.CreateModel(
            name="ReplicaSet",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("cluster.kubeobject",),
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("pk", models.CompositePrimaryKey("cluster_id", "revision", blank=True, editable=False, primary_key=True, serialize=False)),
                ("revision", models.BigIntegerField()),
                ("key", models.CharField(max_length=512)),
                ("value", models.BinaryField(null=True)),
                ("create_revision", models.BigIntegerField(help_text="when the key last came into being")),
                ("version", models.BigIntegerField(help_text="number of writes since then")),
                ("prev_revision", models.BigIntegerField(help_text="the write of this key before this one, 0 for a creation")),
                ("hop", models.BigIntegerField(help_text="sequence number of the hop that wrote it, 0 for none")),
                (
                    "cluster",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="history", to="cluster.cluster"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="kubeobject",
            index=models.Index(fields=["cluster", "kind", "namespace", "name"], name="object_by_kind"),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(
                fields=["cluster", "key", "revision"], name="revision_by_key", opclasses=["int8_ops", "varchar_pattern_ops", "int8_ops"]
            ),
        ),
    ]
