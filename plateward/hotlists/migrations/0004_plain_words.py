"""Labels and messages in plain words; nothing in the database changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hotlists", "0003_muted_at"),
    ]

    operations = [
        migrations.AlterField(
            model_name="load",
            name="state",
            field=models.CharField(
                choices=[
                    ("receiving", "Being received"),
                    ("received", "Waiting to be checked"),
                    ("looking", "Being checked"),
                    ("looked", "Waiting for a person"),
                    ("held", "Held: a person must look at it first"),
                    ("approved", "Waiting to be applied"),
                    ("applying", "Being applied"),
                    ("applied", "Applied"),
                    ("unchanged", "The same file again"),
                    ("discarded", "Discarded"),
                    ("failed", "Not applied"),
                ],
                default="receiving",
                max_length=9,
            ),
        ),
    ]
