"""Searches in a case are looked for by its number without dashes."""

from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Replace


class Migration(migrations.Migration):
    dependencies = [("searches", "0004_stopped_field")]
    operations = [
        migrations.AddIndex(
            "Search", models.Index(Replace("number", Value("-")), name="search_by_bare_number")
        ),
    ]
