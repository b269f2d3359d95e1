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
            name="Feed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("leased_until", models.DateTimeField(null=True)),
                ("leased_by", models.CharField(blank=True, max_length=32)),
                (
                    "format",
                    models.CharField(help_text="csv, ncic, or a described format's name.", max_length=60),
                ),
                (
                    "place",
                    models.CharField(
                        choices=[("folder", "A folder of the hub"), ("sftp", "An SFTP server")], max_length=6
                    ),
                ),
                ("folder", models.CharField(blank=True, help_text="Where the files lie.", max_length=200)),
                (
                    "pattern",
                    models.CharField(
                        help_text="The file's name; * is anything. The newest is taken.", max_length=80
                    ),
                ),
                ("host", models.CharField(blank=True, max_length=200)),
                ("port", models.PositiveIntegerField(default=22)),
                ("user", models.CharField(blank=True, max_length=60)),
                (
                    "host_key",
                    models.TextField(
                        blank=True, help_text="The server's public key, as the administrator pinned it."
                    ),
                ),
                (
                    "secret",
                    plateward.db.fields.SealedTextField(
                        blank=True, help_text="A password, or a private key. Never shown again."
                    ),
                ),
                (
                    "times",
                    models.JSONField(default=list, help_text="Times of day in the agency's zone, as 05:30."),
                ),
                ("on", models.BooleanField(default=True)),
                (
                    "once",
                    models.BooleanField(
                        default=False,
                        help_text="Somebody asked for it now: fetched once, also where it is off.",
                    ),
                ),
                ("next_at", models.DateTimeField(db_index=True, help_text="When it is tried next.")),
                ("tried_at", models.DateTimeField(null=True)),
                (
                    "result",
                    models.CharField(
                        blank=True, help_text="What the last try came to, in a sentence.", max_length=400
                    ),
                ),
                ("failures", models.PositiveIntegerField(default=0, help_text="In a row.")),
                (
                    "hotlist",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feed",
                        to="hotlists.hotlist",
                    ),
                ),
            ],
            options={
                "ordering": ["hotlist__name"],
            },
        ),
        migrations.CreateModel(
            name="Format",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField()),
                ("spec", models.JSONField(help_text="As spec.py has it.")),
                ("by", models.CharField(max_length=120)),
                ("at", models.DateTimeField(default=plateward.clock.now)),
                ("retired", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["name", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("name", "version"), name="one_format_of_each_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="Part",
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
                            ("file", "File"),
                            ("added", "Added"),
                            ("changed", "Changed"),
                            ("lost", "Lost"),
                            ("rejected", "Rejected"),
                            ("shown", "Shown"),
                            ("named", "Named"),
                        ],
                        max_length=8,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "load",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="hotlists.load"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("load", "kind", "number"), name="one_part_of_each_number")
                ],
            },
        ),
    ]
