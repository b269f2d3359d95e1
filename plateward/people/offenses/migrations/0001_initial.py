import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.clock
import plateward.db.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Offense",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", plateward.db.fields.SealedTextField(max_length=2000)),
                ("clause", models.CharField(max_length=40)),
                ("number", models.PositiveSmallIntegerField()),
                ("recorded_by", models.CharField(max_length=120)),
                ("begins", models.DateTimeField(default=plateward.clock.now)),
                ("ends", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offenses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Note",
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
                            ("handled", "Handled in the chain of command"),
                            ("appealed", "Appeal received"),
                            ("denied", "Appeal denied"),
                            ("granted", "Appeal granted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("by", models.CharField(max_length=100)),
                ("text", plateward.db.fields.SealedTextField(max_length=2000)),
                ("noted_by", models.CharField(max_length=120)),
                ("at", models.DateTimeField(default=plateward.clock.now)),
                (
                    "offense",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="offenses.offense",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="offense",
            index=models.Index(fields=["person", "begins"], name="penalties_offense_of"),
        ),
    ]
