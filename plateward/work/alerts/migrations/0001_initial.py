import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.core.db.fields
import plateward.ground.clock
import plateward.ground.links.ncic.vehicle
import plateward.work.alerts.facts
from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('fleet', '0001_initial'),
        ('hotlists', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('read', models.UUIDField()),
                ('captured_at', models.DateTimeField(help_text="As its reader's clock said.")),
                ('seen_at', models.DateTimeField(help_text="The same by the hub's clock, where the reader's was off.")),
                ('arrived_at', models.DateTimeField()),
                ('hotlist_version', models.CharField(max_length=64)),
                ('list_at', models.DateTimeField(help_text='As of when its list was, when the read was matched.', null=True)),
                ('kind', models.CharField(help_text='How it matches: see matching.kinds.MatchKind.', max_length=11)),
                ('state_agreement', models.CharField(max_length=10)),
                ('sure', models.BooleanField(default=True, help_text='Whether the reader stood by a read of it enough to ring.')),
                ('rings', models.BooleanField(default=True, help_text='Whether a sure read of it matched in a way that rings by its list: see matching.engine.')),
                ('historical', models.BooleanField(default=False, help_text='An earlier read, found by looking back or more than an hour on its way: it rings no alarm.')),
                ('shift_check', models.CharField(blank=True, default='', max_length=8)),
                ('shift_check_failed', models.CharField(blank=True, default='', max_length=60)),
                ('malfunction_at', models.DateTimeField(null=True)),
                ('malfunction', models.CharField(blank=True, default='', max_length=120)),
                ('handled_words', models.CharField(blank=True, default='', max_length=200)),
                ('silent_until', models.DateTimeField(help_text='It rings no alarm before then, because of how that one was handled.', null=True)),
                ('stage', models.CharField(choices=[('new', 'New: read the plate'), ('confirmed', 'Plate confirmed'), ('not_confirmed', 'Not the listed plate'), ('other_vehicle', 'Not the listed vehicle'), ('observed', 'Seen on the vehicle'), ('verified', 'Hit'), ('not_verified', 'Not verified'), ('acted', 'Action taken'), ('marked', 'Closing: not a match'), ('returned', 'Disposition returned'), ('closed', 'Closed')], default='new', max_length=14)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='hotlists.entry')),
                ('handled', models.ForeignKey(help_text='That last alert.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alerts.alert')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='fleet.reader')),
            ],
            options={
                'ordering': ['-number'],
                'indexes': [models.Index(fields=['captured_at'], name='alert_by_capture'), models.Index(fields=['stage', '-number'], name='alert_by_stage'), models.Index(condition=models.Q(models.Q(('stage', 'closed'), _negated=True), ('historical', False)), fields=['-number'], name='alert_open'), models.Index(condition=models.Q(('historical', True)), fields=['-number'], name='alert_found_later')],
                'constraints': [models.UniqueConstraint(fields=('read', 'entry'), name='one_alert_per_read_and_entry')],
            },
        ),
        migrations.CreateModel(
            name='QuietHours',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='quiet_hours', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('begins', models.TimeField()),
                ('ends', models.TimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Whereabouts',
            fields=[
                ('reader', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='fleet.reader')),
                ('lat', models.FloatField()),
                ('lon', models.FloatField()),
                ('at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Unanswered',
            fields=[
                ('alert', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='unanswered', serialize=False, to='alerts.alert')),
                ('rang_at', models.DateTimeField(null=True)),
                ('level', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(db_index=True, null=True)),
                ('answered_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Act',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[(plateward.work.alerts.facts.ActKind['ENCOUNTER'], plateward.work.alerts.facts.ActKind['ENCOUNTER']), (plateward.work.alerts.facts.ActKind['INVESTIGATION'], plateward.work.alerts.facts.ActKind['INVESTIGATION']), (plateward.work.alerts.facts.ActKind['ENFORCEMENT'], plateward.work.alerts.facts.ActKind['ENFORCEMENT'])], max_length=14)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='alerts.alert')),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Acknowledgment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgments', to='alerts.alert')),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('alert', 'by'), name='one_acknowledgment_per_alert_and_person')],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('new', models.BooleanField(help_text='The alert came; otherwise its stage changed.')),
                ('at', models.DateTimeField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alerts.alert')),
            ],
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('plate', models.CharField(max_length=20)),
                ('state', models.CharField(blank=True, max_length=2)),
                ('agrees', models.BooleanField()),
                ('alert', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='confirmation', to='alerts.alert')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DangerException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('basis', models.CharField(max_length=400)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('until', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.CharField(blank=True, max_length=400)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Denial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('why', models.CharField(help_text='In words, for a person who saw the alert.', max_length=300)),
                ('closes', models.BooleanField(help_text='False: it was acted upon, and a person must say how it ended.')),
                ('cause', models.CharField(choices=[('no_record', 'NCIC has no record'), ('not_valid', 'The entering agency says that its record is not valid'), ('inactive', 'The entering unit says that its entry is no longer active')], max_length=9)),
                ('alert', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='denial', to='alerts.alert')),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Disposition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('enforcement', 'Enforcement action taken'), ('encounter', 'Encounter, no enforcement action'), ('investigation', 'Investigation opened'), ('not_located', 'Vehicle not located or not stopped'), ('not_verified', 'Not verified'), ('misread', 'Camera misread the plate'), ('other_plate', 'Camera read it correctly, the listed plate is a different one'), ('wrong_state', 'Plate is from another state than listed'), ('wrong_vehicle', 'Another class of vehicle than listed'), ('stale', 'Entry should no longer be on the list')], max_length=14)),
                ('enforcement', plateward.core.db.fields.SealedTextField(blank=True, help_text='In words, as it was asked before each kind was asked by itself.')),
                ('narrative', plateward.core.db.fields.SealedTextField()),
                ('persons_stopped', models.PositiveSmallIntegerField(null=True)),
                ('force_used', models.BooleanField(null=True)),
                ('force', plateward.core.db.fields.SealedTextField(blank=True, default='')),
                ('recovered', models.BooleanField(help_text='Whether property was.', null=True)),
                ('recovery', plateward.core.db.fields.SealedTextField(blank=True, default='')),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispositions', to='alerts.alert')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notified_for', plateward.core.db.fields.SealedTextField(help_text='Why the alert notified. Null: no law asked for it.', null=True)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['at'], name='disposition_by_time')],
            },
        ),
        migrations.CreateModel(
            name='Door',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('dot', models.CharField(blank=True, max_length=8)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('allowed', models.BooleanField(help_text='The carrier may operate.', null=True)),
                ('since', models.DateField(help_text='Since when the carrier is out of service.', null=True)),
                ('orders', models.JSONField(default=list, help_text='Out-of-service orders, past ones too: date, reason.')),
                ('authorities', models.JSONField(default=list, help_text='Docket, and its three statuses.')),
                ('outcome', models.CharField(choices=[('known', 'known'), ('unknown', 'unknown'), ('unreachable', 'unreachable'), ('garbled', 'garbled')], max_length=11)),
                ('detail', models.CharField(max_length=300)),
                ('verbatim', plateward.core.db.fields.SealedTextField(blank=True)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='doors', to='alerts.alert')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EarlierReadsJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('day', models.DateField(null=True)),
                ('alerts', models.PositiveIntegerField(default=0)),
                ('done_at', models.DateTimeField(db_index=True, null=True)),
                ('revision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hotlists.revision')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Enforcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('arrest', 'Arrests'), ('citation', 'Citations'), ('warning', 'Warnings'), ('tow', 'Vehicles towed'), ('seizure', 'Seizures'), ('other', 'Other')], max_length=8)),
                ('count', models.PositiveSmallIntegerField()),
                ('which', plateward.core.db.fields.SealedTextField(blank=True, help_text='Their numbers, or what it was.')),
                ('disposition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='alerts.disposition')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('disposition', 'kind'), name='one_row_per_kind_of_enforcement')],
            },
        ),
        migrations.CreateModel(
            name='EntryRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entry_requests', to='alerts.alert')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EntryReferral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('why', models.CharField(max_length=400)),
                ('due_at', models.DateTimeField(help_text='When it goes on to the next above; null: nobody is.', null=True)),
                ('to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='alerts.entryrequest')),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EntryAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('active', models.BooleanField()),
                ('why', plateward.core.db.fields.SealedTextField(blank=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='alerts.entryrequest')),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Explanation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('differs', models.JSONField()),
                ('text', plateward.core.db.fields.SealedTextField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='explanations', to='alerts.alert')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Fault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('plate', 'Wrong plate'), ('state', 'Wrong state'), ('vehicle_class', 'Wrong vehicle class'), ('stale', 'Stale entry')], max_length=13)),
                ('of', models.CharField(choices=[('reader', 'The reader misread the plate'), ('list', 'The list, or what rings by it'), ('unsure', 'Not known: its read is missing')], max_length=6)),
                ('notified', models.BooleanField(default=False, help_text='With it the reader became an equipment problem.')),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='faults', to='alerts.alert')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['at'], name='fault_by_time')],
                'constraints': [models.UniqueConstraint(fields=('alert', 'kind'), name='one_fault_of_a_kind_per_alert')],
            },
        ),
        migrations.CreateModel(
            name='HitRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('control', models.CharField(max_length=16, unique=True)),
                ('number', models.PositiveSmallIntegerField(help_text='RNO: the first, second or third.')),
                ('priority', models.CharField(choices=[('U', 'Urgent'), ('R', 'Routine')], max_length=1)),
                ('due_at', models.DateTimeField()),
                ('nic', models.CharField(max_length=10)),
                ('to', models.CharField(help_text='The ORI of the agency that entered the record.', max_length=9)),
                ('oca', models.CharField(max_length=20)),
                ('plate', models.CharField(max_length=10)),
                ('state', models.CharField(max_length=2)),
                ('sending', models.CharField(choices=[('sending', 'It is not known whether it was sent'), ('sent', 'Sent'), ('unsure', 'It is not sure that it was sent'), ('failed', 'Not sent')], default='sending', max_length=7)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('verbatim', plateward.core.db.fields.SealedTextField(blank=True)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hit_requests', to='alerts.alert')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HitAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('verdict', models.CharField(choices=[('Y', 'VALID'), ('N', 'NOT_VALID'), ('I', 'WAIT')], max_length=1)),
                ('late', models.BooleanField(help_text='It came after the alert was closed, and changed nothing.')),
                ('remark', plateward.core.db.fields.SealedTextField(blank=True)),
                ('verbatim', plateward.core.db.fields.SealedTextField()),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='alerts.hitrequest')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('request', 'verdict'), name='one_answer_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('plate', 'Wrong plate'), ('state', 'Wrong state'), ('vehicle_class', 'Wrong vehicle class'), ('stale', 'Stale entry')], max_length=13)),
                ('closes_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('end', models.CharField(blank=True, choices=[('closed', 'It closed the alert'), ('lapsed', 'The alert had ended, or could no longer be closed so'), ('undone', 'It was undone')], default='', max_length=6)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='alerts.alert')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('disposition', models.OneToOneField(help_text='What it closed with.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mark', to='alerts.disposition')),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['closes_at'], name='mark_pending')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('alert',), name='one_pending_mark_per_alert')],
            },
        ),
        migrations.CreateModel(
            name='Mute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('right', models.PositiveIntegerField()),
                ('of', models.PositiveIntegerField()),
                ('floor', models.PositiveSmallIntegerField(help_text='Percent.')),
                ('hotlist', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mutes', to='hotlists.hotlist')),
                ('reader', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mutes', to='fleet.reader')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reader', None), ('hotlist', None), _connector='XOR'), name='withheld_of_a_reader_or_of_a_list')],
            },
        ),
        migrations.CreateModel(
            name='MuteReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('finding', models.TextField()),
                ('rings_again', models.BooleanField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withheld', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='alerts.mute')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(help_text='See routing.rules.Why.', max_length=14)),
                ('meters', models.PositiveIntegerField(help_text='How far away its reader was.', null=True)),
                ('at', models.DateTimeField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notifications', to='alerts.alert')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.unit')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Observation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('matches', models.BooleanField()),
                ('kind', models.CharField(blank=True, choices=[(plateward.ground.links.ncic.vehicle.VehicleClass['CAR'], 'Car'), (plateward.ground.links.ncic.vehicle.VehicleClass['SUV'], 'SUV'), (plateward.ground.links.ncic.vehicle.VehicleClass['PICKUP'], 'Pickup'), (plateward.ground.links.ncic.vehicle.VehicleClass['VAN'], 'Van, minivan'), (plateward.ground.links.ncic.vehicle.VehicleClass['MOTORCYCLE'], 'Motorcycle'), (plateward.ground.links.ncic.vehicle.VehicleClass['TRUCK'], 'Truck, bus, RV'), (plateward.ground.links.ncic.vehicle.VehicleClass['TRAILER'], 'Trailer'), (plateward.ground.links.ncic.vehicle.VehicleClass['OTHER'], 'Another class')], default='', max_length=10)),
                ('color', models.CharField(blank=True, choices=[(plateward.ground.links.ncic.vehicle.VehicleColor['BLACK'], 'Black'), (plateward.ground.links.ncic.vehicle.VehicleColor['WHITE'], 'White'), (plateward.ground.links.ncic.vehicle.VehicleColor['GRAY'], 'Gray, silver'), (plateward.ground.links.ncic.vehicle.VehicleColor['RED'], 'Red, maroon'), (plateward.ground.links.ncic.vehicle.VehicleColor['BLUE'], 'Blue'), (plateward.ground.links.ncic.vehicle.VehicleColor['GREEN'], 'Green'), (plateward.ground.links.ncic.vehicle.VehicleColor['BROWN'], 'Brown, tan, gold'), (plateward.ground.links.ncic.vehicle.VehicleColor['YELLOW'], 'Yellow, orange'), (plateward.ground.links.ncic.vehicle.VehicleColor['PURPLE'], 'Purple, pink')], default='', max_length=6)),
                ('make', models.CharField(blank=True, default='', max_length=20)),
                ('years', models.CharField(blank=True, choices=[('1980', 'Before 1990'), ('1990', '1990s'), ('2000', '2000s'), ('2010', '2010s'), ('2020', '2020s')], default='', max_length=4)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='observations', to='alerts.alert')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Override',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('missing', models.JSONField()),
                ('why', plateward.core.db.fields.SealedTextField()),
                ('alert', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='override', to='alerts.alert')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('under', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='alerts.dangerexception')),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OverrideFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('justified', models.BooleanField()),
                ('text', plateward.core.db.fields.SealedTextField()),
                ('acting', models.CharField(help_text='Why it was theirs to review.', max_length=400)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('override', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='finding', to='alerts.override')),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Recall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('why', models.CharField(help_text='In words, for a person who saw the alert.', max_length=300)),
                ('closes', models.BooleanField(help_text='False: it was acted upon, and a person must say how it ended.')),
                ('cause', models.CharField(choices=[('expiry', 'The entry expired'), ('load', 'A new copy of the list is without it'), ('recall', 'A person recalled it'), ('removal', 'Its removal was approved'), ('retired', 'The list was retired'), ('settings', "The list's settings were changed"), ('other', 'It was ended')], max_length=8)),
                ('alert', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recall', to='alerts.alert')),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('why', models.CharField(max_length=400)),
                ('override', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='alerts.override')),
                ('to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('returned', models.BooleanField()),
                ('words', plateward.core.db.fields.SealedTextField(blank=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('disposition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='review', to='alerts.disposition')),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('purpose', plateward.core.db.fields.SealedTextField()),
                ('ends_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='alerts.alert')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['to', 'ends_at'], name='share_by_colleague')],
            },
        ),
        migrations.CreateModel(
            name='Sighting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read', models.UUIDField()),
                ('captured_at', models.DateTimeField(help_text="As its reader's clock said.")),
                ('seen_at', models.DateTimeField(help_text="The same by the hub's clock, where the reader's was off.")),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sightings', to='alerts.alert')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fleet.reader')),
            ],
            options={
                'ordering': ['seen_at'],
                'indexes': [models.Index(fields=['captured_at'], name='sighting_by_capture')],
                'constraints': [models.UniqueConstraint(fields=('read', 'alert'), name='one_sighting_per_read_and_alert')],
            },
        ),
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('source', models.CharField(choices=[('ncic', 'NCIC'), ('fmcsa', 'FMCSA')], default='ncic', max_length=5)),
                ('query', models.CharField(max_length=40)),
                ('answer', models.CharField(choices=[(plateward.work.alerts.facts.VerificationAnswer['HIT'], plateward.work.alerts.facts.VerificationAnswer['HIT']), (plateward.work.alerts.facts.VerificationAnswer['NO_RECORD'], plateward.work.alerts.facts.VerificationAnswer['NO_RECORD']), (plateward.work.alerts.facts.VerificationAnswer['CLEAR'], plateward.work.alerts.facts.VerificationAnswer['CLEAR']), (plateward.work.alerts.facts.VerificationAnswer['DOWN'], plateward.work.alerts.facts.VerificationAnswer['DOWN']), (plateward.work.alerts.facts.VerificationAnswer['GARBLED'], plateward.work.alerts.facts.VerificationAnswer['GARBLED'])], max_length=10)),
                ('detail', models.CharField(max_length=300)),
                ('verbatim', plateward.core.db.fields.SealedTextField(blank=True)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='verifications', to='alerts.alert')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='NcicRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nic', models.CharField(max_length=10)),
                ('ori', models.CharField(max_length=9)),
                ('oca', models.CharField(blank=True, max_length=20)),
                ('reason', models.CharField(max_length=100)),
                ('plate', models.CharField(max_length=10)),
                ('state', models.CharField(max_length=2)),
                ('year', models.CharField(blank=True, default='', max_length=40)),
                ('make', models.CharField(blank=True, default='', max_length=40)),
                ('model', models.CharField(blank=True, default='', max_length=40)),
                ('style', models.CharField(blank=True, default='', max_length=40)),
                ('color', models.CharField(blank=True, default='', max_length=40)),
                ('verification', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='alerts.verification')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Carrier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dot', models.CharField(blank=True, max_length=8)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('allowed', models.BooleanField(help_text='The carrier may operate.', null=True)),
                ('since', models.DateField(help_text='Since when the carrier is out of service.', null=True)),
                ('orders', models.JSONField(default=list, help_text='Out-of-service orders, past ones too: date, reason.')),
                ('authorities', models.JSONField(default=list, help_text='Docket, and its three statuses.')),
                ('vehicle_out', models.BooleanField(help_text='The vehicle itself is out of service.')),
                ('vehicle_since', models.DateField(null=True)),
                ('verification', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='carrier', to='alerts.verification')),
            ],
            options={
                'abstract': False,
            },
        ),
        # What is never changed or removed: the database itself refuses it.
        keep_rows(
            "alerts.Share",
            refusal="A share is ended, once, and never altered or deleted (OPR:50 6.e.ii).",
            last=("ended_at",),
        ),
        keep_rows(
            "alerts.Mute",
            "alerts.MuteReview",
            refusal="That an alarm was withheld, and its reviews, are never altered or removed (OPR:50 6.f.i.2).",
        ),
        keep_rows("alerts.Recall", refusal="A recall is never altered or removed (OPR:50 6.b.i.9)."),
        keep_rows(
            "alerts.Explanation",
            refusal="Why a vehicle differs is never altered or removed (OPR:50 6.e.iv.3).",
        ),
        keep_rows(
            "alerts.Disposition",
            "alerts.Enforcement",
            "alerts.Review",
            refusal="A disposition and what was said of it are never altered or removed (OPR:50 6.e.vii).",
        ),
        keep_rows(
            "alerts.Fault",
            "alerts.Override",
            "alerts.Referral",
            "alerts.OverrideFinding",
            refusal="What was answered to an alert is never altered or removed (OPR:50 6.e.iv.3).",
        ),
        keep_rows(
            "alerts.DangerException",
            refusal="Who allowed overrides, why and until when, is never altered or removed (OPR:50 6.e.iv.3).",
            last=("ended_at", "ended_by_id", "end_reason"),
        ),
        keep_rows(
            "alerts.Mark",
            refusal="A mark of an alert is never altered or removed; how it ended is filled in once (OPR:50 6.e.vii).",
            last=("ended_at", "end", "disposition_id"),
        ),
        keep_rows("alerts.Door", refusal="What FMCSA answered is never altered or removed (OPR:50 5.j)."),
        keep_rows(
            "alerts.EntryRequest",
            "alerts.EntryReferral",
            "alerts.EntryAnswer",
            refusal="Who was asked whether an entry is active, and the answer, are never altered or removed (OPR:50 6.e.iv.3).",
        ),
    ]
