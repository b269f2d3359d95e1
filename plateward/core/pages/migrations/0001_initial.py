from django.db import migrations, models

import plateward.core.db.fields
import plateward.ground.clock
from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ExportStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(max_length=60)),
                ('why', plateward.core.db.fields.SealedTextField(max_length=2000)),
                ('begun_by', models.CharField(max_length=120)),
                ('begins', models.DateTimeField(default=plateward.ground.clock.now)),
                ('ended_by', models.CharField(blank=True, max_length=120)),
                ('ends', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=20)),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('content', plateward.core.db.fields.SealedTextField(blank=True)),
                ('by', models.CharField(max_length=120)),
                ('uploaded_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('applied_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        # What is never changed or removed: the database itself refuses it.
        keep_rows(
            "pages.ExportStop",
            refusal="Stops of exports are kept; they end (OPR:50 6.b.i.11).",
            last=("ends", "ended_by"),
        ),
    ]
