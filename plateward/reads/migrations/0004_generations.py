"""Which generation of its day a read's images lie in, on PostgreSQL; on SQLCipher, when a day's file is opened."""

from django.db import migrations


def forward(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE reads_read ADD COLUMN generation integer NOT NULL DEFAULT 0")


def backward(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE reads_read DROP COLUMN generation")


class Migration(migrations.Migration):
    dependencies = [("reads", "0003_search")]
    operations = [migrations.RunPython(forward, backward)]
