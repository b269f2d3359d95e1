"""Findings say to whom they go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("findings", "0002_kept"),
    ]

    operations = [
        migrations.AddField(
            model_name="finding",
            name="to",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
    ]
