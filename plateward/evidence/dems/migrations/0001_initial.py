import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.db.fields
import plateward.evidence.dems.rules


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("alerts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Duty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "number",
                    models.CharField(
                        blank=True,
                        help_text="CAD or case number, as the hub knew it when the alert was closed.",
                        max_length=60,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                (
                    "alert",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="owed", to="alerts.alert"
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
            },
        ),
        migrations.CreateModel(
            name="Step",
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
                            (plateward.evidence.dems.rules.DutyStepKind["EXPORTED"], "Export recorded"),
                            (plateward.evidence.dems.rules.DutyStepKind["CONFIRMED"], "Seen in DEMS"),
                            (
                                plateward.evidence.dems.rules.DutyStepKind["RETURNED"],
                                "Returned: not found in DEMS as recorded",
                            ),
                            (
                                plateward.evidence.dems.rules.DutyStepKind["DROPPED"],
                                "Ended: the disposition names no enforcement any more",
                            ),
                            (
                                plateward.evidence.dems.rules.DutyStepKind["RESUMED"],
                                "Owed again: the disposition names enforcement",
                            ),
                        ],
                        max_length=9,
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=60)),
                ("item", models.CharField(blank=True, max_length=60)),
                ("exported_at", models.DateTimeField(null=True)),
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
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="alert_owed.duty",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "exported"), _negated=True),
                            models.Q(
                                models.Q(("number", ""), _negated=True),
                                models.Q(("item", ""), _negated=True),
                                ("exported_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="an_export_says_where_it_is",
                    )
                ],
            },
        ),
    ]
