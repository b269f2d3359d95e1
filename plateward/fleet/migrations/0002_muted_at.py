"""A muted reader does not ring: the word of the page and of `Mute`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("fleet", "0001_initial")]
    operations = [migrations.RenameField("reader", "alarm_withheld_at", "muted_at")]
