"""What each reader last reported of the reads that it dropped itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fleet", "0003_deployments")]
    operations = [
        migrations.AddField("reader", "drops_since", models.DateTimeField(null=True)),
        migrations.AddField("reader", "drops_outside", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("reader", "drops_in_zones", models.PositiveBigIntegerField(default=0)),
    ]
