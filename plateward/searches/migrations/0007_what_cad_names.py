"""Whether CAD names a search's plate. Nullable, so that SQLite recreates no table and the triggers stay."""

from django.db import migrations, models

from plateward.db.fields import SealedTextField


class Migration(migrations.Migration):
    dependencies = [("searches", "0006_narrative")]
    operations = [
        migrations.AddField("NumberCheck", "named", SealedTextField(null=True)),
        migrations.AddField("NumberCheck", "vehicles", models.PositiveSmallIntegerField(null=True)),
    ]
