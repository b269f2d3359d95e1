import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.db.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("alerts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Carrier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dot", models.CharField(blank=True, max_length=8)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("allowed", models.BooleanField(help_text="The carrier may operate.", null=True)),
                ("since", models.DateField(help_text="Since when the carrier is out of service.", null=True)),
                (
                    "orders",
                    models.JSONField(
                        default=list, help_text="Out-of-service orders, past ones too: date, reason."
                    ),
                ),
                ("authorities", models.JSONField(default=list, help_text="Docket, and its three statuses.")),
                ("vehicle_out", models.BooleanField(help_text="The vehicle itself is out of service.")),
                ("vehicle_since", models.DateField(null=True)),
                (
                    "verification",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carrier",
                        to="alerts.verification",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Denial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("no_record", "NCIC has no record"),
                            ("not_valid", "The entering agency says that its record is not valid"),
                            ("inactive", "The entering unit says that its entry is no longer active"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "why",
                    models.CharField(help_text="In words, for a person who saw the alert.", max_length=300),
                ),
                (
                    "closes",
                    models.BooleanField(
                        help_text="False: it was acted upon, and a person must say how it ended."
                    ),
                ),
                (
                    "alert",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="denial", to="alerts.alert"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Door",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("dot", models.CharField(blank=True, max_length=8)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("allowed", models.BooleanField(help_text="The carrier may operate.", null=True)),
                ("since", models.DateField(help_text="Since when the carrier is out of service.", null=True)),
                (
                    "orders",
                    models.JSONField(
                        default=list, help_text="Out-of-service orders, past ones too: date, reason."
                    ),
                ),
                ("authorities", models.JSONField(default=list, help_text="Docket, and its three statuses.")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("known", "known"),
                            ("unknown", "unknown"),
                            ("unreachable", "unreachable"),
                            ("garbled", "garbled"),
                        ],
                        max_length=11,
                    ),
                ),
                ("detail", models.CharField(max_length=300)),
                ("verbatim", plateward.db.fields.SealedTextField(blank=True)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="doors", to="alerts.alert"
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
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EntryRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entry_requests",
                        to="alerts.alert",
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
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EntryReferral",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "due_at",
                    models.DateTimeField(
                        help_text="When it goes on to the next above; null: nobody is.", null=True
                    ),
                ),
                ("why", models.CharField(max_length=400)),
                (
                    "to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="verifying.entryrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="EntryAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("active", models.BooleanField()),
                ("why", plateward.db.fields.SealedTextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="verifying.entryrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HitRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("control", models.CharField(max_length=16, unique=True)),
                ("number", models.PositiveSmallIntegerField(help_text="RNO: the first, second or third.")),
                ("priority", models.CharField(choices=[("U", "Urgent"), ("R", "Routine")], max_length=1)),
                ("due_at", models.DateTimeField()),
                ("nic", models.CharField(max_length=10)),
                (
                    "to",
                    models.CharField(
                        help_text="The ORI of the agency that entered the record.", max_length=9
                    ),
                ),
                ("oca", models.CharField(max_length=20)),
                ("plate", models.CharField(max_length=10)),
                ("state", models.CharField(max_length=2)),
                (
                    "sending",
                    models.CharField(
                        choices=[
                            ("sending", "It is not known whether it was sent"),
                            ("sent", "Sent"),
                            ("unsure", "It is not sure that it was sent"),
                            ("failed", "Not sent"),
                        ],
                        default="sending",
                        max_length=7,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("verbatim", plateward.db.fields.SealedTextField(blank=True)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hit_requests",
                        to="alerts.alert",
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
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="NcicRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nic", models.CharField(max_length=10)),
                ("ori", models.CharField(max_length=9)),
                ("oca", models.CharField(blank=True, max_length=20)),
                ("reason", models.CharField(max_length=100)),
                ("plate", models.CharField(max_length=10)),
                ("state", models.CharField(max_length=2)),
                ("year", models.CharField(blank=True, default="", max_length=40)),
                ("make", models.CharField(blank=True, default="", max_length=40)),
                ("model", models.CharField(blank=True, default="", max_length=40)),
                ("style", models.CharField(blank=True, default="", max_length=40)),
                ("color", models.CharField(blank=True, default="", max_length=40)),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="alerts.verification",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="HitAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[("Y", "VALID"), ("N", "NOT_VALID"), ("I", "WAIT")], max_length=1
                    ),
                ),
                (
                    "late",
                    models.BooleanField(help_text="It came after the alert was closed, and changed nothing."),
                ),
                ("remark", plateward.db.fields.SealedTextField(blank=True)),
                ("verbatim", plateward.db.fields.SealedTextField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="verifying.hitrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("request", "verdict"), name="one_answer_of_a_kind")
                ],
            },
        ),
    ]
