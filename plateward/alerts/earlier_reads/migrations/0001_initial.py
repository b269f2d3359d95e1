import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("hotlists", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LookBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("leased_until", models.DateTimeField(null=True)),
                ("leased_by", models.CharField(blank=True, max_length=32)),
                ("day", models.DateField(null=True)),
                ("alerts", models.PositiveIntegerField(default=0)),
                ("done_at", models.DateTimeField(db_index=True, null=True)),
                (
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hotlists.revision"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
