"""A stopped text may be the narrative of a hot list request."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("searches", "0005_bare_number")]
    operations = [
        migrations.AlterField(
            "StoppedSearch",
            "field",
            models.CharField(
                choices=[
                    ("reason", "Reason"),
                    ("basis_text", "Warrant number, or the emergency in words"),
                    ("why_older", "Why older reads are needed"),
                    ("unmasking", "Why a plate is unmasked"),
                    ("why", "Why more plates are needed"),
                    ("narrative", "Why a plate is to be listed"),
                ],
                max_length=10,
                null=True,
            ),
        ),
    ]
