"""When somebody last used a cluster: what nobody uses sleeps."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cluster", "0006_branches"),
    ]

    operations = [
        migrations.AddField(
            model_name="cluster",
            name="used_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                help_text="when somebody last used it, by the database's clock; see runner/sleeping.py",
            ),
        ),
    ]
