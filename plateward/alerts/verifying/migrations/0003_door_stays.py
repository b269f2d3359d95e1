"""The triggers that let no role of the application alter or remove what FMCSA said by the number on a door."""

from django.db import migrations

from plateward.db.kept import kept


class Migration(migrations.Migration):
    dependencies = [("verifying", "0002_door")]
    operations = [
        kept("verifying.Door", refusal="What FMCSA answered is never altered or removed (OPR:50 5.j).")
    ]
