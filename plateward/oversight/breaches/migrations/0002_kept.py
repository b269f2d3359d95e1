"""The database itself keeps what this package has recorded."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("breaches", "0001_initial")]
    operations = [
        keep_rows(
            "breaches.Breach",
            "breaches.Step",
            refusal="Breaches and what was done about them are never altered or removed (OPR:50 6.b.i.11).",
        ),
    ]
