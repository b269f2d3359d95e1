import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.clock
import plateward.db.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("fleet", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=plateward.clock.now)),
                (
                    "failed",
                    models.JSONField(default=list, help_text="The steps that failed; none: it is passed."),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="fleet.reader"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="CheckAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("picture", "Picture"),
                            ("plate", "Plates"),
                            ("time", "Time"),
                            ("position", "Position"),
                            ("hot_list", "Hot list"),
                            ("alarm", "Alarm"),
                        ],
                        max_length=10,
                    ),
                ),
                ("right", models.BooleanField()),
                ("words", plateward.db.fields.SealedTextField(blank=True, max_length=500)),
                ("known", models.CharField(blank=True, max_length=200)),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="checks.check"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="check",
            index=models.Index(fields=["reader", "-at"], name="check_by_reader"),
        ),
        migrations.AddConstraint(
            model_name="checkanswer",
            constraint=models.UniqueConstraint(fields=("of", "step"), name="one_answer_per_check_and_step"),
        ),
    ]
