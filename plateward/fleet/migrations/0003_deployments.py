"""Where readers may record, and where none may. A reader that is enrolled goes on under what the administrator is to
confirm or end."""

import django.db.models.deletion
from django.db import migrations, models

import plateward.clock
from plateward.db.row_triggers import keep_rows

ENDED = {
    "ended_at": lambda: models.DateTimeField(null=True),
    "ended_by": lambda: models.CharField(blank=True, default="", max_length=120),
    "end_reason": lambda: models.CharField(blank=True, default="", max_length=400),
}


class Migration(migrations.Migration):
    dependencies = [("fleet", "0002_muted_at")]
    operations = [
        migrations.AddField(
            "reader",
            "dropped",
            models.PositiveBigIntegerField(
                default=0,
                help_text="Reads that were dropped before storage: it may not record where they are from.",
            ),
        ),
        migrations.CreateModel(
            "Deployment",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.CharField(max_length=120)),
                (
                    "basis",
                    models.CharField(
                        choices=[("public", "Public view"), ("order", "Court order or search warrant")],
                        max_length=6,
                    ),
                ),
                (
                    "grounds",
                    models.CharField(
                        help_text="How the place is exposed to public view; or the court, number and scope of its order.",
                        max_length=400,
                    ),
                ),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("by", models.CharField(max_length=120)),
                ("at", models.DateTimeField(default=plateward.clock.now)),
                *((name, field()) for name, field in ENDED.items()),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deployments",
                        to="fleet.reader",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("basis", "public"), ("ends_at__isnull", False), _connector="OR"),
                        name="a_court_order_has_an_end",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "ExclusionZone",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("radius_m", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=400)),
                ("by", models.CharField(max_length=120)),
                ("at", models.DateTimeField(default=plateward.clock.now)),
                *((name, field()) for name, field in ENDED.items()),
            ],
            options={"ordering": ["name", "pk"]},
        ),
        migrations.RunSQL(
            """INSERT INTO fleet_deployment
                (reader_id, place, basis, grounds, begins_at, "by", at, ended_by, end_reason)
            SELECT id, 'On patrol', 'public',
                'Enrolled before this was recorded: confirm it by a deployment with its grounds, or end it.',
                enrolled_at, 'system:upgrade', enrolled_at, '', '' FROM fleet_reader""",
            migrations.RunSQL.noop,
        ),
        keep_rows(
            "fleet.Deployment",
            "fleet.ExclusionZone",
            refusal="Where readers may record is never altered or removed (OPR:50 6.a.ii.1).",
            last=("ended_at", "ended_by", "end_reason"),
        ),
    ]
