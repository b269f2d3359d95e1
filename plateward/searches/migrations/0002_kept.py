"""The database prevents changes to this room's records."""

from django.db import migrations

from plateward.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("searches", "0001_initial")]
    operations = [
        keep_rows(
            "searches.Search",
            "searches.SearchedPlate",
            "searches.NumberCheck",
            "searches.Step",
            "searches.SearchDecision",
            "searches.SearchReferral",
            "searches.Unmasking",
            "searches.StoppedSearch",
            "searches.StoppedDecision",
            refusal="Searches and what became of them are never altered or removed (OPR:50 6.b.i.9).",
        ),
    ]
