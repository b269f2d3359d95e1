"""By itself: PostgreSQL alters no table in the transaction that changed its rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("fleet", "0002_unit")]

    operations = [migrations.RemoveField("reader", "unit_name")]
