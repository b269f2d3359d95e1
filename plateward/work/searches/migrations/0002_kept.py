"""What is never changed or removed, by what the database itself refuses."""

from django.db import migrations

from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):
    dependencies = [("searches", "0001_initial")]
    operations = [
        keep_rows(
            "searches.ReadShare",
            refusal="A share is ended, once, and never altered or removed (OPR:50 6.e.ii).",
            last=("ended_at",),
        ),
        keep_rows(
            "searches.Search",
            "searches.NumberCheck",
            "searches.SearchStep",
            "searches.SearchDecision",
            "searches.SearchReferral",
            "searches.Unmasking",
            "searches.StoppedRequest",
            "searches.StoppedDecision",
            "searches.Mark",
            "searches.MarkStep",
            "searches.SearchReach",
            refusal="Searches and what became of them are never altered or removed (OPR:50 6.b.i.9).",
        ),
    ]
