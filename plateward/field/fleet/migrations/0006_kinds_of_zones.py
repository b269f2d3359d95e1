"""The kind of place of an exclusion zone; empty where it was added before that was asked."""

from django.db import migrations, models

from plateward.core.db.row_triggers import keep_rows
from plateward.ground.policy.parameters import PlaceKind


class Migration(migrations.Migration):
    dependencies = [("fleet", "0005_kept")]
    operations = [
        migrations.AddField(
            "exclusionzone", "kind", models.CharField(max_length=12, choices=PlaceKind.choices(), null=True)
        ),
        keep_rows(
            "fleet.ExclusionZone",
            refusal="Where readers may record is never altered or removed (OPR:50 6.a.ii.1).",
            last=("ended_at", "ended_by", "end_reason"),
        ),
    ]
