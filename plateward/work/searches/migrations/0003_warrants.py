"""A warrant's court and day; empty where there is none, or where it was asked for before these were kept."""

from django.db import migrations, models

from plateward.core.db.fields import SealedTextField


class Migration(migrations.Migration):
    dependencies = [("searches", "0002_kept")]
    operations = [
        migrations.AddField("search", "warrant_court", SealedTextField(max_length=200, null=True)),
        migrations.AddField("search", "warrant_on", models.DateField(null=True)),
    ]
