"""Whose certificate a reader shows, and when it was last renewed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fleet", "0006_kinds_of_zones")]
    operations = [
        migrations.AddField(
            "reader",
            "certified_at",
            models.DateTimeField(
                null=True, help_text="When its certificate was last renewed; null: at its enrollment."
            ),
        ),
        migrations.AddField(
            "reader",
            "authority",
            models.CharField(
                max_length=64, blank=True, default="", help_text="Whose certificate it last showed."
            ),
        ),
    ]
