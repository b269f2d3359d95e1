"""A reader is of a unit, not of a unit's name: it gets that unit's hot lists."""

import django.db.models.deletion
from django.db import migrations, models


def find(apps, _schema_editor):
    """By its name; a unit that nobody had entered is, so that nothing is lost."""
    Reader, Unit = apps.get_model("fleet", "Reader"), apps.get_model("people", "Unit")
    for reader in Reader.objects.exclude(unit_name=""):
        name = reader.unit_name[:40]
        unit = Unit.objects.filter(name__iexact=name).first() or Unit.objects.create(name=name)
        Reader.objects.filter(pk=reader.pk).update(unit=unit)


def name(apps, _schema_editor):
    for reader in apps.get_model("fleet", "Reader").objects.exclude(unit=None).select_related("unit"):
        type(reader).objects.filter(pk=reader.pk).update(unit_name=reader.unit.name)


class Migration(migrations.Migration):
    dependencies = [("fleet", "0001_initial"), ("people", "0003_log_in")]

    operations = [
        migrations.RenameField("reader", "unit", "unit_name"),
        migrations.AddField(
            "reader",
            "unit",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="readers",
                to="people.unit",
                help_text="Whose it is: it gets that unit's hot lists.",
            ),
        ),
        migrations.AddField(
            "reader",
            "hotlist_since",
            models.DateTimeField(null=True, help_text="When it first said that it holds this version."),
        ),
        migrations.RunPython(find, name),
    ]
