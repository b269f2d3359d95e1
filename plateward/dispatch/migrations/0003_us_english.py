"""Labels in US English; nothing in the database changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0002_plain_words"),
    ]

    operations = [
        migrations.AlterField(
            model_name="call",
            name="cad",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("closed", "Closed by CAD"),
                    ("cancelled", "Canceled by CAD"),
                    ("unknown", "No longer in CAD"),
                ],
                default="open",
                help_text="As CAD has it.",
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="call",
            name="opened",
            field=models.CharField(
                choices=[
                    ("cad", "By dispatch itself, before the alert was added"),
                    ("dispatch", "Automatic: no unit is at the reader"),
                    ("list", "Automatic: its list goes through dispatch"),
                    ("notice", "Since an officer notified dispatch"),
                ],
                max_length=8,
            ),
        ),
    ]
