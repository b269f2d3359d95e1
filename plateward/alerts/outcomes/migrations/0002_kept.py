"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("alert_outcomes", "0001_initial")]
    operations = [
        keep_rows(
            "alert_outcomes.Mute",
            "alert_outcomes.Review",
            refusal="That an alarm was withheld, and its reviews, are never altered or removed (OPR:50 6.f.i.2).",
        ),
    ]
