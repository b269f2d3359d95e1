"""The compliance report counts what was closed lately."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0003_plain_words"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="disposition",
            index=models.Index(fields=["at"], name="disposition_by_time"),
        ),
    ]
