from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0002_sighting_per_alert"),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="sure",
            field=models.BooleanField(
                default=True, help_text="Whether the reader stood by a read of it enough to ring."
            ),
        ),
    ]
