from django.db import migrations, models
from django.db.models import Max


def loads_refreshed(apps, schema_editor):
    """Each list was refreshed by its last load."""
    for hotlist in apps.get_model("hotlists", "HotList").objects.annotate(last=Max("loads__applied_at")):
        hotlist.refreshed_at = hotlist.last
        hotlist.save(update_fields=["refreshed_at"])
    schema_editor.connection.check_constraints()  # now: PostgreSQL alters no table with checks that wait


class Migration(migrations.Migration):
    dependencies = [("hotlists", "0002_lists")]

    operations = [
        migrations.AddField(
            model_name="hotlist",
            name="refreshed_at",
            field=models.DateTimeField(
                help_text="When its last file was applied, or was found unchanged. Null: none ever was.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="hotlist",
            name="hold_below",
            field=models.PositiveSmallIntegerField(
                default=50,
                help_text="Percent: a load that leaves this share of the list or less waits.",
            ),
        ),
        migrations.AddField(
            model_name="hotlist",
            name="hold_above",
            field=models.PositiveSmallIntegerField(
                default=200,
                help_text="Percent: a load that makes the list this share of itself or more waits.",
            ),
        ),
        migrations.AddField(
            model_name="hotlist",
            name="hold_from",
            field=models.PositiveIntegerField(
                default=100,
                help_text="Lists of fewer entries than this, before and after, never wait.",
            ),
        ),
        migrations.RunPython(loads_refreshed, migrations.RunPython.noop),
    ]
