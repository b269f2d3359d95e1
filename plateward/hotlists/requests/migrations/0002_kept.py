"""The database itself keeps what this room has recorded."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("hotlist_requests", "0001_initial")]
    operations = [
        kept(
            "hotlist_requests.Version",
            "hotlist_requests.Decision",
            "hotlist_requests.Check",
            refusal="Versions of requests and what became of them are never altered or removed (OPR:50 6.f.i.1).",
        ),
    ]
