import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=400)),
                ("told_at", models.DateTimeField(default=plateward.clock.now)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "matter",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="What it asks its reader to see to, if anything.",
                        max_length=60,
                    ),
                ),
                (
                    "settled_at",
                    models.DateTimeField(
                        blank=True, help_text="Since when nothing of its matter is left to do.", null=True
                    ),
                ),
                (
                    "about",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("read_at", None), ("settled_at", None)),
                        fields=["to"],
                        name="notice_new_to",
                    ),
                    models.Index(
                        condition=models.Q(("settled_at", None), models.Q(("matter", ""), _negated=True)),
                        fields=["matter"],
                        name="notice_of_a_matter",
                    ),
                ],
            },
        ),
    ]
