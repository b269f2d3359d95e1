"""Labels and messages in plain words; nothing in the database changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0002_kept"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="material",
            name="training_one_material",
            constraint=models.UniqueConstraint(
                fields=("course", "title"),
                name="training_one_material",
                violation_error_message="This course has a material of this title: release a new version of it.",
            ),
        ),
    ]
