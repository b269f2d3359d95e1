import django.db.models.deletion
from django.db import migrations, models

import plateward.clock
import plateward.db.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("hotlists", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecalledPlate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("dropped", "The source listed it no more"),
                            ("returned", "A supervisor let it return"),
                        ],
                        max_length=8,
                    ),
                ),
                ("ended_by", models.CharField(blank=True, max_length=120)),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recalled",
                        to="hotlists.entry",
                    ),
                ),
                (
                    "hotlist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recalled_plates",
                        to="hotlists.hotlist",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="HeldLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                ("lines", models.PositiveIntegerField()),
                (
                    "load",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_lines",
                        to="hotlists.load",
                    ),
                ),
                (
                    "recalled",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="hotlist_recall.recalledplate",
                    ),
                ),
            ],
            options={
                "ordering": ["line"],
            },
        ),
        migrations.CreateModel(
            name="Return",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(default=plateward.clock.now)),
                ("asked_by", models.CharField(max_length=120)),
                ("why", plateward.db.fields.SealedTextField(max_length=1000)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                ("approved", models.BooleanField(null=True)),
                ("answer", plateward.db.fields.SealedTextField(blank=True, max_length=1000)),
                (
                    "recalled",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="hotlist_recall.recalledplate",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="recalledplate",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["hotlist"], name="recalled_plates_in_force"
            ),
        ),
        migrations.AddConstraint(
            model_name="heldline",
            constraint=models.UniqueConstraint(
                fields=("recalled", "load"), name="one_held_line_of_a_plate_in_a_file"
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at", None)),
                fields=("recalled",),
                name="one_return_asked_at_a_time",
            ),
        ),
    ]
