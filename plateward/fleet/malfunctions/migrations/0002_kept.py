"""The database prevents changes to this room's records."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("malfunctions", "0001_initial")]
    operations = [
        keep_rows(
            "malfunctions.Authorization",
            "malfunctions.Ending",
            "malfunctions.Malfunction",
            "malfunctions.Repair",
            refusal="Malfunctions, repairs and who was authorized to make them are never altered or removed (OPR:50 6.e.iv.2).",
        ),
    ]
