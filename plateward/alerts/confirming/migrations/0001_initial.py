import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.alerts.facts


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("alerts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Fault",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (plateward.alerts.facts.FaultKind["PLATE"], "Wrong plate"),
                            (plateward.alerts.facts.FaultKind["STATE"], "Wrong state"),
                            (plateward.alerts.facts.FaultKind["VEHICLE_CLASS"], "Wrong vehicle class"),
                            (plateward.alerts.facts.FaultKind["STALE"], "Stale entry"),
                        ],
                        max_length=13,
                    ),
                ),
                (
                    "of",
                    models.CharField(
                        choices=[
                            ("reader", "The reader misread the plate"),
                            ("list", "The list, or what rings by it"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "notified",
                    models.BooleanField(
                        default=False, help_text="With it the reader became an equipment problem."
                    ),
                ),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="faults", to="alerts.alert"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
                "indexes": [models.Index(fields=["at"], name="fault_by_time")],
                "constraints": [
                    models.UniqueConstraint(fields=("alert", "kind"), name="one_fault_of_a_kind_per_alert")
                ],
            },
        ),
    ]
