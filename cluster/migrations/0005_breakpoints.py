"""Conditions at which a cluster pauses, and which of them did."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cluster", "0004_hop_blocks"),
    ]

    operations = [
        migrations.AddField(
            model_name="cluster",
            name="stopped_by",
            field=models.CharField(blank=True, default="", help_text="the breakpoint that paused it; empty: a person did", max_length=255),
        ),
        migrations.CreateModel(
            name="Breakpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=255)),
                (
                    "cluster",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="breakpoints", to="cluster.cluster"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("cluster", "text"), name="breakpoint_once")],
            },
        ),
    ]
