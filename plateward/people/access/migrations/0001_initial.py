import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Access",
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
                        choices=[("standing", "Standing"), ("emergency", "Emergency, at most 72 hours")],
                        default="standing",
                        max_length=10,
                    ),
                ),
                ("hours", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "ALPR administrator"),
                            ("auditor", "Auditor"),
                            ("chief", "Chief or designee"),
                            ("cjis_officer", "CJIS Security Officer"),
                            ("communications", "Communications"),
                            ("cyber", "IT Cyber Security"),
                            ("inspector", "Transportation Inspector"),
                            ("it_support", "IT Support"),
                            ("officer", "Officer or agent"),
                            ("outside", "Outside agency"),
                            ("records", "Records (IPRA)"),
                            ("supervisor", "Supervisor"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(max_length=400)),
                ("requested_by", models.CharField(max_length=120)),
                ("requested_at", models.DateTimeField(default=plateward.clock.now)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Waiting for a decision"),
                            ("approved", "Approved"),
                            ("denied", "Denied"),
                            ("withdrawn", "Withdrawn by who asked"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_reason", models.CharField(blank=True, max_length=400)),
                ("begins", models.DateTimeField(blank=True, null=True)),
                ("ends", models.DateTimeField(blank=True, null=True)),
                ("ended_by", models.CharField(blank=True, max_length=120)),
                ("end_reason", models.CharField(blank=True, max_length=400)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accesses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supervisor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="people.unit"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="AccessReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opened_at", models.DateTimeField(default=plateward.clock.now)),
                ("opened_by", models.CharField(max_length=120)),
                ("due", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_by", models.CharField(blank=True, max_length=120)),
                ("conclusion", models.CharField(blank=True, max_length=1000)),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("closed_by",),
                        name="access_one_open_review",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Designation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "office",
                    models.CharField(
                        choices=[
                            ("administrator", "ALPR administrator"),
                            ("chief", "Chief"),
                            ("designee", "Chief's designee"),
                        ],
                        max_length=20,
                    ),
                ),
                ("document", models.CharField(max_length=200)),
                ("made_by", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField(default=plateward.clock.now)),
                ("begins", models.DateTimeField()),
                ("ends", models.DateTimeField(blank=True, null=True)),
                ("ended_by", models.CharField(blank=True, max_length=120)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="designations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Recovery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=400)),
                ("identity", models.CharField(max_length=400)),
                ("asked_by", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField(default=plateward.clock.now)),
                ("lapses", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Waits for a second person"),
                            ("confirmed", "Confirmed"),
                            ("denied", "Denied"),
                            ("lapsed", "Lapsed"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_reason", models.CharField(blank=True, max_length=400)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "recoveries",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ReviewItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("kept", "Kept"), ("changed", "Change asked for"), ("ended", "Ended")],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=400)),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="access.access",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="access.accessreview",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
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
                            ("high_risk", "Switched off as a high risk"),
                            ("inactive", "Not used for 90 days"),
                            ("leave", "On leave"),
                            ("locked", "Locked after failed log-ins"),
                            ("recovery", "Second factor lost"),
                            ("terminated", "Left the agency"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(max_length=400)),
                ("begins", models.DateTimeField()),
                ("begun_by", models.CharField(max_length=120)),
                ("ends", models.DateTimeField(blank=True, null=True)),
                ("ended_by", models.CharField(blank=True, max_length=120)),
                ("end_reason", models.CharField(blank=True, max_length=400)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interruptions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="access",
            index=models.Index(fields=["person", "begins"], name="access_period_of"),
        ),
        migrations.AddConstraint(
            model_name="access",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision", "")),
                fields=("person", "kind"),
                name="access_one_request_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="access",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("begins__isnull", False), ("decision", "approved")),
                    models.Q(("decision", "approved"), _negated=True),
                    _connector="OR",
                ),
                name="access_approved_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="access",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hours", None), ("kind", "standing")),
                    models.Q(("hours__isnull", False), ("hours__range", (1, 72)), ("kind", "emergency")),
                    _connector="OR",
                ),
                name="access_emergency_at_most_72_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="access",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "standing"), ("begins", None), ("ends__isnull", False), _connector="OR"
                ),
                name="access_emergency_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="access",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends", None), ("ends__gte", models.F("begins")), _connector="OR"),
                name="access_ends_after_it_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="designation",
            index=models.Index(fields=["person", "begins"], name="access_designation_of"),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision", "")), fields=("person",), name="access_one_recovery_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.UniqueConstraint(
                fields=("review", "access"), name="access_reviewed_once_a_review"
            ),
        ),
        migrations.AddIndex(
            model_name="suspension",
            index=models.Index(fields=["person", "begins"], name="access_suspension_of"),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends", None), ("ends__gte", models.F("begins")), _connector="OR"),
                name="access_suspension_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends", None)),
                fields=("person", "kind"),
                name="access_one_interruption_of_a_kind",
            ),
        ),
    ]
