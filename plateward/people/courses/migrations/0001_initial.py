import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.clock
import plateward.db.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pages", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Course",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.SlugField(
                        error_messages={"unique": "Another course has this code."}, max_length=40, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("clause", models.CharField(blank=True, max_length=40)),
                ("valid_days", models.PositiveIntegerField(blank=True, null=True)),
                ("how", models.CharField(blank=True, max_length=400)),
                ("created", models.DateTimeField(default=plateward.clock.now)),
            ],
            options={
                "ordering": ["name"],
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
                ("number", models.PositiveIntegerField()),
                ("summary", models.CharField(max_length=400)),
                ("file_name", models.CharField(max_length=100)),
                ("media_type", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("released_by", models.CharField(max_length=120)),
                ("released_at", models.DateTimeField(default=plateward.clock.now)),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="Duty",
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
                        choices=[("policy", "Policy change"), ("incident", "Security incident")], max_length=8
                    ),
                ),
                ("title", models.CharField(max_length=100)),
                ("what", plateward.db.fields.SealedTextField(max_length=2000)),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("happened_on", models.DateField()),
                ("update_due", models.DateField()),
                ("retrain_due", models.DateField()),
                ("opened_by", models.CharField(max_length=120)),
                ("opened_at", models.DateTimeField(default=plateward.clock.now)),
                ("opened_on", models.DateField()),
                ("closed_by", models.CharField(blank=True, max_length=120)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to="courses.course",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training_duties",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["retrain_due", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Concern",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="concerns",
                        to="courses.duty",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Material",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=100)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="materials",
                        to="courses.course",
                    ),
                ),
            ],
            options={
                "ordering": ["title"],
            },
        ),
        migrations.CreateModel(
            name="MaterialFile",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="file",
                        serialize=False,
                        to="courses.version",
                    ),
                ),
                ("sealed", models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name="version",
            name="material",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="courses.material"
            ),
        ),
        migrations.CreateModel(
            name="Acknowledgment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=plateward.clock.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgments",
                        to="courses.version",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("issuer", models.CharField(max_length=100)),
                ("completed_on", models.DateField()),
                ("score", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ("document", models.CharField(blank=True, max_length=200)),
                ("recorded_by", models.CharField(max_length=120)),
                ("recorded_at", models.DateTimeField(default=plateward.clock.now)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_by", models.CharField(blank=True, max_length=120)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=400)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="courses.course",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="pages.upload",
                    ),
                ),
            ],
            options={
                "ordering": ["-completed_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Requirement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                ("valid_days", models.PositiveIntegerField(blank=True, null=True)),
                ("begins", models.DateTimeField()),
                ("ends", models.DateTimeField(blank=True, null=True)),
                ("set_by", models.CharField(max_length=120)),
                ("agreed_with", models.CharField(max_length=100)),
                ("agreed_on", models.DateField()),
                ("ended_by", models.CharField(blank=True, max_length=120)),
                ("end_agreed_with", models.CharField(blank=True, max_length=100)),
                ("end_agreed_on", models.DateField(blank=True, null=True)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requirements",
                        to="courses.course",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="RetrainingException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=400)),
                ("made_by", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField(default=plateward.clock.now)),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exceptions",
                        to="courses.duty",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("kind", "reference", "course"),
                name="training_one_duty_a_reference",
                violation_error_message="A duty for this course was opened for this reference already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person__isnull", False), ("role", "")),
                    models.Q(models.Q(("role", ""), _negated=True), ("person", None)),
                    _connector="OR",
                ),
                name="training_concern_is_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="material",
            constraint=models.UniqueConstraint(
                fields=("course", "title"),
                name="training_one_material",
                violation_error_message="This course has a material of this title: give it a new version.",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                fields=("material", "number"), name="training_one_version_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="acknowledgment",
            constraint=models.UniqueConstraint(
                fields=("version", "person"), name="training_acknowledged_once"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["person", "course"], name="training_record_of"),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("person", "course", "completed_on"),
                name="training_one_record_a_day",
            ),
        ),
        migrations.AddIndex(
            model_name="requirement",
            index=models.Index(fields=["role", "begins"], name="training_requirement_of"),
        ),
        migrations.AddConstraint(
            model_name="requirement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends", None)),
                fields=("course", "role"),
                name="training_one_live_requirement",
            ),
        ),
        migrations.AddConstraint(
            model_name="retrainingexception",
            constraint=models.UniqueConstraint(fields=("duty", "person"), name="training_excepted_once"),
        ),
    ]
