import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Vehicle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("plate", models.CharField(help_text="As it is written on the vehicle.", max_length=20)),
                (
                    "bare",
                    models.CharField(
                        db_index=True,
                        help_text="Letters and digits, with the letter O as zero.",
                        max_length=10,
                    ),
                ),
                ("state", models.CharField(max_length=2)),
                (
                    "kind",
                    models.CharField(
                        choices=[("agency", "The agency's own"), ("personal", "A person's own")], max_length=8
                    ),
                ),
                ("added_by", models.CharField(max_length=120)),
                ("added_at", models.DateTimeField(default=plateward.clock.now)),
                ("ended_by", models.CharField(blank=True, max_length=120)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["bare", "state", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("bare", "state", "person"),
                        name="a_person_declares_a_vehicle_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("person", None)),
                        fields=("bare", "state"),
                        name="a_vehicle_of_nobody_stands_once",
                    ),
                ],
            },
        ),
    ]
