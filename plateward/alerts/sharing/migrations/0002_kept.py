"""The triggers that let no role of the application delete a share, or change what it says: it is ended, once."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("alert_sharing", "0001_initial")]
    operations = [
        kept(
            "alert_sharing.Share",
            refusal="A share is ended, once, and never altered or deleted (OPR:50 6.e.ii).",
            last=("ended_at",),
        )
    ]
