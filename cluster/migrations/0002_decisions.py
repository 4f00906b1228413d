"""The scheduler's decisions are looked up by pod: an index of those hops alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cluster", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="hop",
            index=models.Index(fields=["cluster", "key", "seq"], name="hop_decision", condition=models.Q(target="kube-scheduler/filter")),
        ),
    ]
