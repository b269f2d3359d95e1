import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.alerts.closing.account
import plateward.db.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("alerts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("returned", models.BooleanField()),
                ("words", plateward.db.fields.SealedTextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "disposition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review",
                        to="alerts.disposition",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Enforcement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (plateward.alerts.closing.account.EnforcementKind["ARREST"], "Arrests"),
                            (plateward.alerts.closing.account.EnforcementKind["CITATION"], "Citations"),
                            (plateward.alerts.closing.account.EnforcementKind["WARNING"], "Warnings"),
                            (plateward.alerts.closing.account.EnforcementKind["TOW"], "Vehicles towed"),
                            (plateward.alerts.closing.account.EnforcementKind["SEIZURE"], "Seizures"),
                            (plateward.alerts.closing.account.EnforcementKind["OTHER"], "Other"),
                        ],
                        max_length=8,
                    ),
                ),
                ("count", models.PositiveSmallIntegerField()),
                (
                    "which",
                    plateward.db.fields.SealedTextField(
                        blank=True, help_text="Their numbers, or what it was."
                    ),
                ),
                (
                    "disposition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="alerts.disposition",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("disposition", "kind"), name="one_row_per_kind_of_enforcement"
                    )
                ],
            },
        ),
    ]
