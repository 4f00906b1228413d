"""Recordings: clusters that were made of a log from a file and live no more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cluster", "0008_etcd_admin"),
    ]

    operations = [
        migrations.AddField(
            model_name="cluster",
            name="recorded_from",
            field=models.BigIntegerField(null=True, help_text="a recording: the revision that its log begins with; null: it lives"),
        ),
    ]
