"""A muted list does not ring: the word of the page and of `Mute`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotlists", "0002_kept")]
    operations = [migrations.RenameField("hotlist", "alarm_withheld_at", "muted_at")]
