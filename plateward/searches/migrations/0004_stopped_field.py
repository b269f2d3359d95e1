"""Which field a stopped text was given in: it is cleared for that field alone. Nullable, so that SQLite adds the column
without remaking the table, whose triggers keep the rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("searches", "0003_no_searched_plate")]
    operations = [
        migrations.AddField(
            "StoppedSearch",
            "field",
            models.CharField(
                choices=[
                    ("reason", "Reason"),
                    ("basis_text", "Warrant number, or the emergency in words"),
                    ("why_older", "Why older reads are needed"),
                    ("unmasking", "Why a plate is unmasked"),
                    ("why", "Why more plates are needed"),
                ],
                max_length=10,
                null=True,
            ),
        ),
    ]
