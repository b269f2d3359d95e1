"""Labels and messages in plain words; nothing in the database changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hotlist_recall", "0002_kept"),
    ]

    operations = [
        migrations.AlterField(
            model_name="recalledplate",
            name="end",
            field=models.CharField(
                blank=True,
                choices=[
                    ("dropped", "The source no longer listed it"),
                    ("returned", "A supervisor approved its return"),
                ],
                max_length=8,
            ),
        ),
    ]
