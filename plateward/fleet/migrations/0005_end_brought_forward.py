from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("fleet", "0004_drops")]
    operations = [
        keep_rows(
            "fleet.Deployment",
            refusal="Where readers may record is never altered or removed (OPR:50 6.a.ii.1).",
            last=("ended_at", "ended_by", "end_reason"),
            forward=True,
        ),
    ]
