import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.clock
import plateward.db.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("hotlists", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Later",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("begins", models.DateTimeField(default=plateward.clock.now)),
                ("begun_by", models.CharField(max_length=120)),
                ("reason", models.CharField(max_length=400)),
                ("ends", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=120)),
                ("end_reason", models.CharField(blank=True, max_length=400)),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ends", None)),
                        fields=("ended_by",),
                        name="one_time_of_later_review",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("list", "List a plate"), ("remove", "Remove an entry")], max_length=6
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for review"),
                            ("unreviewed", "In force, waits for review"),
                            ("returned", "Returned, to be mended"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn by who asked"),
                        ],
                        db_index=True,
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("emergency", models.BooleanField(default=False)),
                (
                    "number_known",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "None is asked for"),
                            ("known", "Known to CAD"),
                            ("unreachable", "Not checked yet: CAD gave no answer"),
                            ("unknown", "Not known to CAD"),
                        ],
                        default="",
                        max_length=11,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=plateward.clock.now)),
                ("moved_at", models.DateTimeField(default=plateward.clock.now)),
                (
                    "asker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hotlist_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="hotlists.entry",
                    ),
                ),
                (
                    "hotlist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="hotlists.hotlist",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=plateward.clock.now)),
                ("plate", models.CharField(max_length=20)),
                ("bare", models.CharField(db_index=True, max_length=20)),
                ("state", models.CharField(blank=True, max_length=2)),
                ("reason", models.CharField(max_length=40)),
                (
                    "priority",
                    models.CharField(
                        choices=[("high", "high"), ("normal", "normal"), ("low", "low")], max_length=6
                    ),
                ),
                ("vehicle", models.CharField(blank=True, max_length=120)),
                ("narrative", plateward.db.fields.SealedTextField(max_length=4000)),
                ("number", models.CharField(blank=True, max_length=40)),
                ("expires_at", models.DateTimeField(null=True)),
                ("emergency", models.BooleanField(default=False)),
                ("later", models.BooleanField(default=False)),
                (
                    "hotlist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hotlists.hotlist"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="hotlist_requests.request",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Decision",
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
                            ("entered", "Put in force before review"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("ended", "Ended by the hub"),
                        ],
                        max_length=9,
                    ),
                ),
                ("acting", models.CharField(blank=True, max_length=400)),
                ("text", plateward.db.fields.SealedTextField(blank=True, max_length=1000)),
                ("at", models.DateTimeField(default=plateward.clock.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="hotlists.entry",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="hotlist_requests.version",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("", "None is asked for"),
                            ("known", "Known to CAD"),
                            ("unreachable", "Not checked yet: CAD gave no answer"),
                            ("unknown", "Not known to CAD"),
                        ],
                        max_length=11,
                    ),
                ),
                ("detail", models.CharField(max_length=300)),
                ("at", models.DateTimeField(default=plateward.clock.now)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="hotlist_requests.version",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "remove"), ("state", "waiting")),
                fields=("entry",),
                name="one_removal_waits_per_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "list"), ("entry__isnull", False), _connector="OR"),
                name="a_removal_names_its_entry",
            ),
        ),
    ]
