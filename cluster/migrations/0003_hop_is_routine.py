"""Reads are not the only routine: heartbeats are hidden behind the stage's counter, too."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cluster", "0002_hop_is_read"),
    ]

    operations = [
        migrations.RenameField(model_name="hop", old_name="is_read", new_name="is_routine"),
    ]
