"""The exact reason of the notification, where a law asks for it."""

from django.db import migrations

from plateward.core.db.fields import SealedTextField


class Migration(migrations.Migration):
    dependencies = [("alerts", "0003_unanswered_without_lease")]
    operations = [
        migrations.AddField(
            "disposition",
            "notified_for",
            SealedTextField(null=True, help_text="Why the alert notified. Null: no law asked for it."),
        ),
    ]
