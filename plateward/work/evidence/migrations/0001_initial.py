import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import plateward.core.db.fields
import plateward.ground.clock
from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('alerts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Package',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('due_at', models.DateTimeField(db_index=True, default=plateward.ground.clock.now, help_text='When it is tried next.')),
                ('tries', models.PositiveIntegerField(default=0, help_text='Failed since the last progress.')),
                ('problem', models.CharField(blank=True, max_length=12)),
                ('detail', models.CharField(blank=True, help_text='Of the problem, if there is one.', max_length=300)),
                ('number', models.CharField(blank=True, help_text='CAD or case number.', max_length=60)),
                ('alerts', models.JSONField(help_text='Numbers of alerts.')),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=120)),
                ('tag_manifest', models.TextField(blank=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.BigIntegerField(default=0, help_text='Bytes.')),
                ('timestamp', models.BinaryField(default=b'', help_text='RFC 3161; empty while it waits.')),
                ('timestamped_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('number', models.CharField(blank=True, help_text='CAD or case number, as the hub knew it when the alert was closed.', max_length=60)),
                ('due_at', models.DateTimeField()),
                ('alert', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dems_duty', to='alerts.alert')),
                ('reads', models.JSONField(default=list, help_text="Without an alert: each read's day and id.")),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RequestedPackage',
            fields=[
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('due_at', models.DateTimeField(db_index=True, default=plateward.ground.clock.now, help_text='When it is tried next.')),
                ('tries', models.PositiveIntegerField(default=0, help_text='Failed since the last progress.')),
                ('problem', models.CharField(blank=True, max_length=12)),
                ('detail', models.CharField(blank=True, help_text='Of the problem, if there is one.', max_length=300)),
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, primary_key=True, serialize=False)),
                ('number', models.CharField(help_text='CAD or case number.', max_length=60)),
                ('alerts', models.JSONField(help_text='Numbers of alerts.')),
                ('use', plateward.core.db.fields.SealedTextField(help_text='Who gets it, and for what.')),
                ('requested_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('stage', models.CharField(choices=[('making', 'Being made'), ('ready', 'Ready to download'), ('taken', 'Downloaded'), ('failed', 'Could not be made'), ('ended', 'Erased')], default='making', max_length=6)),
                ('done', models.PositiveIntegerField(default=0, help_text='Steps of `total`.')),
                ('total', models.PositiveIntegerField(default=0)),
                ('key', models.BinaryField(help_text="Of its file, wrapped by the ring's.", null=True)),
                ('reads', models.PositiveIntegerField(default=0, help_text='In it; those destroyed before are not.')),
                ('expires_at', models.DateTimeField(help_text='When its file is erased.', null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('package', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.package')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='DutyStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('exported', 'Export recorded'), ('confirmed', 'Confirmed in DEMS'), ('returned', 'Returned: not found in DEMS as recorded'), ('dropped', 'Ended: no longer due'), ('resumed', 'Due again: the disposition names enforcement'), ('started', 'Export to DEMS begun'), ('accepted', 'Acknowledged by DEMS'), ('refused', 'Refused by DEMS'), ('missing', 'Due again: DEMS no longer has it'), ('stopped', 'Export to DEMS stopped'), ('vetted', 'Vetted for the case')], max_length=9)),
                ('number', models.CharField(blank=True, max_length=60)),
                ('item', models.CharField(blank=True, max_length=60)),
                ('exported_at', models.DateTimeField(null=True)),
                ('words', plateward.core.db.fields.SealedTextField(blank=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('duty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='evidence.duty')),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'exported'), _negated=True), models.Q(models.Q(('number', ''), _negated=True), models.Q(('item', ''), _negated=True), ('exported_at__isnull', False)), _connector='OR'), name='an_export_says_where_it_is')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('due_at', models.DateTimeField(db_index=True, default=plateward.ground.clock.now, help_text='When it is tried next.')),
                ('tries', models.PositiveIntegerField(default=0, help_text='Failed since the last progress.')),
                ('problem', models.CharField(blank=True, max_length=12)),
                ('detail', models.CharField(blank=True, help_text='Of the problem, if there is one.', max_length=300)),
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, primary_key=True, serialize=False)),
                ('number', models.CharField(help_text='The case or CAD number that tags it.', max_length=60)),
                ('stage', models.CharField(choices=[('packing', 'Package is made next'), ('sending', 'Being sent to DEMS'), ('acknowledged', 'Acknowledged by DEMS'), ('refused', 'Refused by DEMS'), ('ended', 'Ended before DEMS had it')], default='packing', max_length=12)),
                ('begun_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('key', models.BinaryField(help_text="Of its file, wrapped by the ring's; none once that is gone.", null=True)),
                ('sha256', models.CharField(blank=True, help_text='None before it is packed.', max_length=64)),
                ('size', models.BigIntegerField(default=0)),
                ('reads', models.PositiveIntegerField(default=0, help_text='In it; those destroyed before are not.')),
                ('sent', models.BigIntegerField(default=0, help_text='Bytes that DEMS says have arrived.')),
                ('address', models.CharField(blank=True, help_text='Where DEMS takes its parts.', max_length=500)),
                ('item', models.CharField(blank=True, help_text="DEMS's own number of it.", max_length=60)),
                ('dems', models.CharField(blank=True, help_text='The address of the DEMS that has it.', max_length=500)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('checked_at', models.DateTimeField(db_index=True, help_text='When DEMS last said that it has it.', null=True)),
                ('missing_at', models.DateTimeField(help_text='Since when DEMS has it no longer.', null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('duty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='evidence.duty')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('stage__in', ['packing', 'sending'])), fields=('duty',), name='one_upload_under_way_per_duty'), models.CheckConstraint(condition=models.Q(models.Q(('stage', 'acknowledged'), _negated=True), models.Q(models.Q(('item', ''), _negated=True), models.Q(('sha256', ''), _negated=True), ('acknowledged_at__isnull', False)), _connector='OR'), name='an_acknowledgment_names_item_and_hash')],
            },
        ),
        # What is never changed or removed: the database itself refuses it.
        keep_rows(
            "evidence.Duty",
            "evidence.DutyStep",
            refusal="What is owed to DEMS, and what became of it, is never altered or removed (OPR:50 6.a.iv).",
        ),
    ]
