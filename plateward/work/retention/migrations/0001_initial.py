import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.core.db.fields
import plateward.ground.clock
from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('alerts', '0001_initial'),
        ('evidence', '0001_initial'),
        ('hotlists', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DateConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='DayStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('looked_at', models.DateTimeField()),
                ('reads', models.PositiveIntegerField()),
                ('generation', models.PositiveIntegerField(default=0)),
                ('next_at', models.DateTimeField(db_index=True, null=True)),
                ('classes', models.JSONField(default=dict)),
                ('goes', models.JSONField(default=list)),
                ('stays', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['day'],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('begun_at', models.DateTimeField(db_index=True, default=plateward.ground.clock.now)),
                ('by', models.CharField(max_length=120)),
                ('ended_at', models.DateTimeField(null=True)),
                ('trusted', models.BooleanField(default=False, help_text='It found the clock to be right.')),
                ('days', models.PositiveIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=400)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proposed_by', models.CharField(max_length=120)),
                ('proposed_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('why', models.CharField(max_length=1000)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, max_length=120)),
                ('approved', models.BooleanField(default=False)),
                ('note', models.CharField(blank=True, max_length=1000)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Adjudication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60)),
                ('bare', models.CharField(db_index=True, max_length=60)),
                ('court', models.CharField(max_length=200)),
                ('outcome', models.CharField(choices=[('convicted', 'Conviction, appeals over'), ('acquitted', 'Acquittal'), ('dismissed', 'Dismissed with prejudice'), ('declined', 'No charges: declined by the prosecutor, or investigation closed'), ('reopened', 'Open again: appeal, new trial or new charges')], max_length=9)),
                ('decided_on', models.DateField()),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('alert', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alerts.alert')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='DestructionOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.CharField(max_length=200)),
                ('reason', plateward.core.db.fields.SealedTextField(max_length=1000)),
                ('signed_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_by', models.CharField(blank=True, max_length=120)),
                ('revoked_reason', plateward.core.db.fields.SealedTextField(blank=True, max_length=1000)),
                ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('alert', 'An alert, with every sighting of it'), ('plate', 'Reads of a plate within a time'), ('camera', 'Reads of a camera within a time'), ('place', 'Reads around a place within a time'), ('case', 'A case: all its alerts, later ones too'), ('export', 'Leads that enter a case through DEMS')], max_length=6)),
                ('plate', plateward.core.db.fields.SealedTextField(blank=True, max_length=20)),
                ('camera', models.CharField(blank=True, max_length=64)),
                ('lat', models.FloatField(null=True)),
                ('lon', models.FloatField(null=True)),
                ('meters', models.FloatField(null=True)),
                ('number', models.CharField(blank=True, max_length=60)),
                ('since', models.DateTimeField(null=True)),
                ('until', models.DateTimeField(null=True)),
                ('reason', plateward.core.db.fields.SealedTextField(max_length=1000)),
                ('basis', models.CharField(max_length=200)),
                ('placed_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('review_on', models.DateField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_by', models.CharField(blank=True, max_length=120)),
                ('lifted_reason', plateward.core.db.fields.SealedTextField(blank=True, max_length=1000)),
                ('alert', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alerts.alert')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('duty', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.duty')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='HoldReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('next_on', models.DateField()),
                ('note', plateward.core.db.fields.SealedTextField(max_length=1000)),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('hold', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='retention.hold')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ScheduleTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('covers', models.CharField(choices=[('reads', 'Reads'), ('hits', 'Reads with a hit'), ('permits', 'Hits that were verified with FMCSA'), ('list', 'Hits on a hot list')], max_length=7)),
                ('days', models.PositiveIntegerField()),
                ('basis', models.CharField(max_length=200)),
                ('hotlist', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hotlists.hotlist')),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='retention.schedule')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Storage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('dems', 'Digital evidence management system (DEMS)'), ('media', 'Media storage of hits and reads')], max_length=5)),
                ('vendor', models.CharField(max_length=100)),
                ('contract', models.CharField(max_length=100)),
                ('approved_by', models.CharField(max_length=100)),
                ('approved_on', models.DateField()),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.CharField(blank=True, max_length=400)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['kind', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='StorageCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checked_on', models.DateField()),
                ('sound', models.BooleanField()),
                ('finding', models.CharField(max_length=1000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('storage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='retention.storage')),
            ],
            options={
                'ordering': ['-checked_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='OrderItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('done_at', models.DateTimeField(null=True)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alerts.alert')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='retention.destructionorder')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('order', 'alert'), name='an_order_names_an_alert_once')],
            },
        ),
        migrations.CreateModel(
            name='Destruction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('generation', models.PositiveIntegerField()),
                ('stage', models.CharField(choices=[('planned', 'Copying what stays'), ('begun', 'On the log, being destroyed'), ('switched', 'Key destroyed'), ('completed', 'Destroyed')], default='planned', max_length=9)),
                ('planned_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('begun_at', models.DateTimeField(null=True)),
                ('switched_at', models.DateTimeField(null=True)),
                ('rules', models.JSONField(default=list)),
                ('kept', models.JSONField(default=list)),
                ('reads', models.PositiveIntegerField(default=0)),
                ('images', models.PositiveIntegerField(default=0)),
                ('bytes', models.PositiveBigIntegerField(default=0)),
                ('stays', models.PositiveIntegerField(default=0)),
                ('copies', models.JSONField(default=list)),
                ('tombstone', models.BinaryField(default=b'')),
                ('completed_at', models.DateTimeField(null=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='destructions', to='retention.run')),
            ],
            options={
                'ordering': ['-day', '-generation'],
                'constraints': [models.UniqueConstraint(fields=('day', 'generation'), name='a_generation_is_destroyed_once')],
            },
        ),
        # What is never changed or removed: the database itself refuses it.
        keep_rows(
            "retention.Storage",
            refusal="Approved storage and its checks are never altered or removed (OPR:50 6.h.ii).",
            last=("ended_at", "ended_by_id", "end_reason"),
        ),
        keep_rows(
            "retention.StorageCheck",
            refusal="Approved storage and its checks are never altered or removed (OPR:50 6.h.ii).",
        ),
        keep_rows(
            "retention.ScheduleTerm",
            "retention.HoldReview",
            "retention.Adjudication",
            "retention.DateConfirmation",
            refusal="What was decided on retention is kept; a decision is followed by another (OPR:50 6.h.i, 6.h.ii).",
        ),
        keep_rows(
            "retention.Schedule",
            refusal="What was decided on retention is kept; a decision is followed by another (OPR:50 6.h.i, 6.h.ii).",
            last=("decided_at", "decided_by", "approved", "note"),
        ),
        keep_rows(
            "retention.Hold",
            refusal="What was decided on retention is kept; a decision is followed by another (OPR:50 6.h.i, 6.h.ii).",
            last=("lifted_at", "lifted_by", "lifted_reason"),
        ),
        keep_rows(
            "retention.DestructionOrder",
            refusal="What was decided on retention is kept; a decision is followed by another (OPR:50 6.h.i, 6.h.ii).",
            last=("revoked_at", "revoked_by", "revoked_reason"),
        ),
        keep_rows(
            "retention.OrderItem",
            refusal="What was decided on retention is kept; a decision is followed by another (OPR:50 6.h.i, 6.h.ii).",
            last=("done_at",),
        ),
        keep_rows(
            "retention.Destruction",
            refusal="What was decided on retention is kept; a decision is followed by another (OPR:50 6.h.i, 6.h.ii).",
            last=("completed_at",),
            changes=(
                "run_id",
                "stage",
                "begun_at",
                "switched_at",
                "rules",
                "kept",
                "reads",
                "images",
                "bytes",
                "stays",
                "copies",
                "tombstone",
            ),
        ),
    ]
