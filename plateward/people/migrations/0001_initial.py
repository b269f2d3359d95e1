import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import plateward.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CacheRow",
            fields=[
                ("cache_key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("expires", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "people_cache",
            },
        ),
        migrations.CreateModel(
            name="District",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Terminal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        error_messages={"unique": "There is a terminal of this name already."},
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("dispatch", "Dispatch console"), ("patrol", "Patrol terminal")],
                        max_length=10,
                    ),
                ),
                ("secret", models.CharField(max_length=64, unique=True)),
                ("issued_by", models.CharField(max_length=120)),
                ("issued_at", models.DateTimeField(default=plateward.clock.now)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_by", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
                (
                    "district",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="people.district",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "This username is taken. Usernames are never used again."},
                        max_length=32,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9._-]+\\Z",
                                "A username has 2 to 32 letters, digits, dots or dashes, and begins with a letter.",
                            )
                        ],
                    ),
                ),
                ("full_name", models.CharField(max_length=100)),
                (
                    "badge",
                    models.CharField(
                        error_messages={"unique": "This badge number is another person's."},
                        max_length=20,
                        unique=True,
                    ),
                ),
                ("rank", models.CharField(blank=True, max_length=40)),
                ("agency", models.CharField(blank=True, max_length=9, verbose_name="agency (ORI)")),
                ("sworn", models.BooleanField(default=False)),
                (
                    "role",
                    models.CharField(
                        blank=True,
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
                ("must_change_password", models.BooleanField(default=False)),
                ("may_enroll", models.BooleanField(default=False)),
                ("created", models.DateTimeField(default=plateward.clock.now, editable=False)),
                (
                    "supervisor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervises",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="people.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["full_name"],
            },
        ),
        migrations.CreateModel(
            name="FailedTry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True, default=plateward.clock.now)),
                ("address", models.CharField(blank=True, max_length=45)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="failed_tries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "at"], name="failed_try_of"),
                    models.Index(fields=["address", "at"], name="failed_try_from"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.UUIDField(unique=True)),
                ("began_at", models.DateTimeField()),
                ("proved_at", models.DateTimeField()),
                ("factor_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField()),
                ("locked_at", models.DateTimeField(blank=True, null=True)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("client", models.CharField(max_length=120)),
                ("key", models.CharField(blank=True, max_length=100)),
                ("step", models.PositiveIntegerField(default=1)),
                ("step_at", models.DateTimeField(blank=True, null=True)),
                ("step_seen_at", models.DateTimeField(blank=True, null=True)),
                ("places", models.JSONField(default=list)),
                ("ended", models.CharField(blank=True, max_length=400)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "terminal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_ins",
                        to="people.terminal",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("terminal", None)),
                        fields=("person",),
                        name="sign_in_one_at_a_desk",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("terminal__isnull", False)),
                        fields=("person",),
                        name="sign_in_one_at_a_terminal",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("username", django.db.models.functions.text.Lower("username"))),
                name="person_username_lower",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "",
                            "administrator",
                            "auditor",
                            "chief",
                            "cjis_officer",
                            "communications",
                            "cyber",
                            "inspector",
                            "it_support",
                            "officer",
                            "outside",
                            "records",
                            "supervisor",
                        ],
                    )
                ),
                name="person_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("supervisor", models.F("id")), _negated=True),
                name="person_not_own_supervisor",
                violation_error_message="Nobody is their own supervisor.",
            ),
        ),
    ]
