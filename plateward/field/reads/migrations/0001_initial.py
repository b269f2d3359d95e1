import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.ground.clock
from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('fleet', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('received_at', models.DateTimeField()),
                ('sha256', models.CharField(help_text='Of the batch as it came.', max_length=64)),
                ('receipt', models.BinaryField()),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='fleet.reader')),
            ],
        ),
        migrations.CreateModel(
            name='LossAcknowledgment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('text', models.CharField(help_text='What was wrong with the day, as the store said it.', max_length=800)),
                ('reason', models.CharField(max_length=1000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('ended_at', models.DateTimeField(help_text='When the day was back, or something else was wrong with it.', null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        # What is never changed or removed: the database itself refuses it.
        keep_rows(
            "reads.LossAcknowledgment",
            refusal="That a loss was acknowledged is kept (OPR:50 6.h.ii, 6.j.i).",
            last=("ended_at",),
        ),
    ]
