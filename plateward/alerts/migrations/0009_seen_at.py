import django.db.models.deletion
from django.db import migrations, models

CAPTURED = models.DateTimeField(help_text="As its reader's clock said.")
SEEN = {"help_text": "The same by the hub's clock, where the reader's was off."}


def fill(apps, _schema_editor):
    """Until now every read of an alert was of its own reader, and nothing was known of that one's clock."""
    alerts, sightings = (apps.get_model("alerts", name).objects for name in ("Alert", "Sighting"))
    alerts.update(seen_at=models.F("captured_at"))
    theirs = apps.get_model("alerts", "Alert").objects.filter(pk=models.OuterRef("alert"))
    sightings.update(seen_at=models.F("captured_at"), reader=models.Subquery(theirs.values("reader")))


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL alters no table that has waiting changes in the same transaction

    dependencies = [("fleet", "0001_initial"), ("alerts", "0008_outcomes")]

    operations = [
        migrations.AlterModelOptions(name="sighting", options={"ordering": ["seen_at"]}),
        migrations.AlterField(model_name="alert", name="captured_at", field=CAPTURED),
        migrations.AlterField(model_name="sighting", name="captured_at", field=CAPTURED),
        migrations.AddField(
            model_name="alert", name="seen_at", field=models.DateTimeField(null=True, **SEEN)
        ),
        migrations.AddField(
            model_name="sighting", name="seen_at", field=models.DateTimeField(null=True, **SEEN)
        ),
        migrations.AddField(
            model_name="sighting",
            name="reader",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="fleet.reader"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(model_name="alert", name="seen_at", field=models.DateTimeField(**SEEN)),
        migrations.AlterField(model_name="sighting", name="seen_at", field=models.DateTimeField(**SEEN)),
        migrations.AlterField(
            model_name="sighting",
            name="reader",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="fleet.reader"
            ),
        ),
    ]
