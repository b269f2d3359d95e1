"""One node at a time asks the witnesses."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("witnesses", "0002_never_back")]
    operations = [
        migrations.CreateModel(
            name="WitnessTurn",
            fields=[
                ("leased_until", models.DateTimeField(null=True)),
                ("leased_by", models.CharField(blank=True, max_length=32)),
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
            ],
            options={"abstract": False},
        ),
    ]
