"""Where the leaves of the log begin to be salted commitments; and tiles of its tree."""

from django.db import migrations, models

from plateward.db.row_triggers import keep_rows


def add_bridge(apps, schema_editor):
    """The tables of the log are not managed by Django, so this column is added by hand."""
    tree = apps.get_model("audit", "Tree")
    schema_editor.add_field(tree, tree._meta.get_field("bridge"))


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.AddField("Tree", "bridge", models.PositiveBigIntegerField(null=True)),
        migrations.RunPython(add_bridge),
        migrations.CreateModel(
            name="Tile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("number", models.PositiveBigIntegerField()),
                ("hashes", models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["level", "number"], name="audit_tile_once")]
            },
        ),
        keep_rows("audit.Tile", refusal="The audit log is append-only (OPR:50 6.b.i.9)."),
    ]
