"""Labels and messages in plain words; nothing in the database changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hotlist_requests", "0003_requester"),
    ]

    operations = [
        migrations.AlterField(
            model_name="check",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("", "Not required"),
                    ("known", "Known to CAD"),
                    ("unreachable", "Not checked yet: CAD gave no answer"),
                    ("unknown", "Not known to CAD"),
                ],
                max_length=11,
            ),
        ),
        migrations.AlterField(
            model_name="request",
            name="number_known",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not required"),
                    ("known", "Known to CAD"),
                    ("unreachable", "Not checked yet: CAD gave no answer"),
                    ("unknown", "Not known to CAD"),
                ],
                default="",
                max_length=11,
            ),
        ),
        migrations.AlterField(
            model_name="request",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waits for review"),
                    ("unreviewed", "In force, waits for review"),
                    ("returned", "Returned for correction"),
                    ("approved", "Approved"),
                    ("refused", "Refused"),
                    ("withdrawn", "Withdrawn by requester"),
                ],
                db_index=True,
                default="waiting",
                max_length=10,
            ),
        ),
    ]
