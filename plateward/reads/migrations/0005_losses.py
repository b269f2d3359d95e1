"""Losses of reads that the Chief acknowledged."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.clock
from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [
        ("reads", "0004_generations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            "LossAcknowledgment",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                (
                    "text",
                    models.CharField(
                        help_text="What was wrong with the day, as the store said it.", max_length=800
                    ),
                ),
                ("reason", models.CharField(max_length=1000)),
                ("at", models.DateTimeField(default=plateward.clock.now)),
                (
                    "ended_at",
                    models.DateTimeField(
                        help_text="When the day was back, or something else was wrong with it.", null=True
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
            options={"ordering": ["-pk"]},
        ),
        keep_rows(
            "reads.LossAcknowledgment",
            refusal="That a loss was acknowledged is kept (OPR:50 6.h.ii, 6.j.i).",
            last=("ended_at",),
        ),
    ]
