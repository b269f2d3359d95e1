"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("alert_audience", "0001_initial")]
    operations = [
        keep_rows(
            "alert_audience.Share",
            refusal="A share is ended, once, and never altered or deleted (OPR:50 6.e.ii).",
            last=("ended_at",),
        ),
    ]
