"""The database prevents changes to this room's records."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("hotlist_requests", "0001_initial")]
    operations = [
        keep_rows(
            "hotlist_requests.Version",
            "hotlist_requests.Decision",
            "hotlist_requests.Check",
            refusal="Versions of requests and what became of them are never altered or removed (OPR:50 6.f.i.1).",
        ),
    ]
