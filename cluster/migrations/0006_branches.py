"""Branches: clusters that begin at a revision of another one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cluster", "0005_breakpoints"),
    ]

    operations = [
        migrations.AddField(
            model_name="cluster",
            name="forked_hop",
            field=models.BigIntegerField(default=0, help_text="the parent's hop that it began at"),
        ),
        migrations.AddField(
            model_name="cluster",
            name="forked_revision",
            field=models.BigIntegerField(default=0, help_text="the parent's revision that it began at"),
        ),
        migrations.AddField(
            model_name="cluster",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                help_text="what it was forked from",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="branches",
                to="cluster.cluster",
            ),
        ),
    ]
