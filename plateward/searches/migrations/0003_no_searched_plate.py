"""What a person searched for before is read from their searches: a plate is found however it was written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("searches", "0002_kept")]
    operations = [migrations.DeleteModel("SearchedPlate")]
