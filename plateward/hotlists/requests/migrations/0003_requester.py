"""Who submits a request is its requester."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotlist_requests", "0002_kept")]
    operations = [migrations.RenameField("request", "asker", "requester")]
