import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.clock
import plateward.db.fields
from plateward.db.row_triggers import keep_rows

REFUSAL = "Transfers of readers, who had them and what happened there are never altered or removed (OPR:50 6.e.v, 6.b.i.5)."


def _key(to: str, related_name: str = "+", **options: bool) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=to, **options
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("fleet", "0003_deployments"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            "Transfer",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("vehicle", models.CharField(max_length=60)),
                ("reason", models.CharField(max_length=400)),
                ("at", models.DateTimeField(default=plateward.clock.now)),
                ("decided_at", models.DateTimeField(null=True)),
                ("approved", models.BooleanField(null=True)),
                ("answer", models.CharField(blank=True, default="", max_length=400)),
                ("before", _key("people.unit", null=True)),
                ("by", _key(settings.AUTH_USER_MODEL)),
                ("decided_by", _key(settings.AUTH_USER_MODEL, null=True)),
                ("reader", _key("fleet.reader", "transfers")),
                ("to", _key("people.unit")),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.CreateModel(
            "Assignment",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rank", models.CharField(blank=True, max_length=40)),
                ("role", models.CharField(blank=True, max_length=20)),
                ("at", models.DateTimeField(default=plateward.clock.now)),
                ("by", _key(settings.AUTH_USER_MODEL)),
                ("person", _key(settings.AUTH_USER_MODEL)),
                ("reader", _key("fleet.reader", "assignments")),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.CreateModel(
            "SignificantIncident",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                ("text", plateward.db.fields.SealedTextField(max_length=2000)),
                ("number", models.CharField(blank=True, max_length=40)),
                ("at", models.DateTimeField(default=plateward.clock.now)),
                ("by", _key(settings.AUTH_USER_MODEL)),
                ("reader", _key("fleet.reader", "incidents")),
            ],
            options={"ordering": ["-happened_at", "-pk"]},
        ),
        keep_rows("placements.Assignment", "placements.SignificantIncident", refusal=REFUSAL),
        keep_rows(
            "placements.Transfer", refusal=REFUSAL, last=("decided_at", "decided_by_id", "approved", "answer")
        ),
    ]
