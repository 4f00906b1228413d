"""Snapshots of etcd that are kept with their cluster, and what compactions have freed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cluster", "0007_used_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="cluster",
            name="etcd_free",
            field=models.BigIntegerField(default=0, help_text="bytes that compactions freed since the last defragmentation"),
        ),
        migrations.CreateModel(
            name="EtcdSnapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("revision", models.BigIntegerField()),
                ("keys", models.IntegerField()),
                ("size", models.IntegerField(help_text="bytes")),
                ("hop", models.BigIntegerField(help_text="the hop that made it")),
                ("at", models.BigIntegerField(help_text="simulated microseconds since the Unix epoch")),
                ("data", models.BinaryField()),
                (
                    "cluster",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="etcd_snapshots", to="cluster.cluster"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("cluster", "name"), name="etcd_snapshot_name")],
            },
        ),
    ]
