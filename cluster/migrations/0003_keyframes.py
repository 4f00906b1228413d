"""Where looks back begin: which writes were alive at every thousandth revision."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cluster", "0002_decisions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Keyframe",
            fields=[
                ("pk", models.CompositePrimaryKey("cluster_id", "revision", blank=True, editable=False, primary_key=True, serialize=False)),
                ("revision", models.BigIntegerField()),
                ("alive", models.BinaryField()),
                (
                    "cluster",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="keyframes", to="cluster.cluster"
                    ),
                ),
            ],
        ),
    ]
