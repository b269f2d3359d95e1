import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import plateward.core.db.fields
import plateward.field.hotlists.models
import plateward.ground.clock
from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reason',
            fields=[
                ('key', models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=80, unique=True)),
                ('legal_basis', models.CharField(max_length=200)),
                ('added_by', models.CharField(max_length=120)),
                ('added_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('retired_at', models.DateTimeField(help_text='No new entry may give it from then on.', null=True)),
            ],
            options={
                'ordering': ['text'],
            },
        ),
        migrations.CreateModel(
            name='Format',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('version', models.PositiveIntegerField()),
                ('spec', models.JSONField(help_text='As spec.py has it.')),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('retired', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['name', '-version'],
                'constraints': [models.UniqueConstraint(fields=('name', 'version'), name='one_format_of_each_version')],
            },
        ),
        migrations.CreateModel(
            name='HotList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
                ('source', models.CharField(help_text='Who supplies it: NCIC, a state, an agency.', max_length=60)),
                ('kind', models.CharField(choices=[('ncic', 'NCIC extract'), ('state', 'State list'), ('agency', "This agency's own list"), ('outside', "Outside agency's list")], default='outside', max_length=8)),
                ('covert', models.BooleanField(default=False)),
                ('roles', models.JSONField(blank=True, default=list)),
                ('alarms', models.JSONField(default=plateward.field.hotlists.models.default_alarms, help_text='By match kind: ring, show or off.')),
                ('priority', models.CharField(choices=[('high', 'High'), ('normal', 'Normal'), ('low', 'Low')], default='normal', max_length=6)),
                ('sound', models.CharField(choices=[('standard', 'By priority'), ('urgent', 'Urgent'), ('plain', 'Plain'), ('soft', 'Soft'), ('none', 'No sound')], default='standard', max_length=8)),
                ('through_dispatch', models.BooleanField(default=False, help_text='Each alert of it opens a call for service, whichever reader saw the vehicle.')),
                ('refresh_times', models.JSONField(blank=True, default=list, help_text="Times of day by which a new copy is due, as 06:00, in the agency's zone.")),
                ('stale_after_hours', models.PositiveIntegerField(blank=True, help_text='Older than this, nothing on it matches. Empty: it does not go stale.', null=True)),
                ('refreshed_at', models.DateTimeField(help_text='When its last file was applied, or was found unchanged. Null: none ever was.', null=True)),
                ('hold_below', models.PositiveSmallIntegerField(default=50, help_text='Percent: a load that leaves this share of the list or less waits.')),
                ('hold_above', models.PositiveSmallIntegerField(default=200, help_text='Percent: a load that makes the list this share of itself or more waits.')),
                ('hold_from', models.PositiveIntegerField(default=100, help_text='Lists of fewer entries than this, before and after, never wait.')),
                ('floor', models.PositiveSmallIntegerField(default=50, help_text='Percent of its alerts that are on file when asked: below, it rings no more.')),
                ('muted_at', models.DateTimeField(help_text='It rings nothing until it is reviewed.', null=True)),
                ('retired_at', models.DateTimeField(null=True)),
                ('lines', models.BinaryField(help_text='The sealed sum of its entries in force (line_sums.py).', null=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('people', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('units', models.ManyToManyField(blank=True, related_name='+', to='people.unit')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('format', models.CharField(help_text="csv, ncic, or a described format's name.", max_length=60)),
                ('place', models.CharField(choices=[('folder', 'A folder of the hub'), ('sftp', 'An SFTP server')], max_length=6)),
                ('folder', models.CharField(blank=True, help_text='Where the files lie.', max_length=200)),
                ('pattern', models.CharField(help_text="The file's name; * is anything. The newest is taken.", max_length=80)),
                ('host', models.CharField(blank=True, max_length=200)),
                ('port', models.PositiveIntegerField(default=22)),
                ('user', models.CharField(blank=True, max_length=60)),
                ('host_key', models.TextField(blank=True, help_text="The server's public key, as the administrator pinned it.")),
                ('secret', plateward.core.db.fields.SealedTextField(blank=True, help_text='A password, or a private key. Never shown again.')),
                ('times', models.JSONField(default=list, help_text="Times of day in the agency's zone, as 05:30.")),
                ('on', models.BooleanField(default=True)),
                ('once', models.BooleanField(default=False, help_text='Somebody asked for it now: fetched once, also where it is off.')),
                ('next_at', models.DateTimeField(db_index=True, help_text='When it is tried next.')),
                ('tried_at', models.DateTimeField(null=True)),
                ('result', models.CharField(blank=True, help_text='What the last try came to, in a sentence.', max_length=400)),
                ('failures', models.PositiveIntegerField(default=0, help_text='In a row.')),
                ('hotlist', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='feed', to='hotlists.hotlist')),
            ],
            options={
                'ordering': ['hotlist__name'],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, primary_key=True, serialize=False)),
                ('plate', models.CharField(help_text='As the source wrote it; ? is one unknown character, * any.', max_length=20)),
                ('bare', models.CharField(help_text='The plate without spaces and dashes.', max_length=20)),
                ('state', models.CharField(blank=True, max_length=2)),
                ('plate_type', models.CharField(blank=True, help_text="NCIC's LIT code, e.g. PC or TK.", max_length=2)),
                ('plate_year', models.CharField(blank=True, max_length=4)),
                ('reason', models.CharField(help_text='A key of Reason.texts().', max_length=40)),
                ('priority', models.CharField(choices=[('high', 'high'), ('normal', 'normal'), ('low', 'low')], max_length=6)),
                ('expires_at', models.DateTimeField(null=True)),
                ('vehicle', models.CharField(blank=True, help_text='Year, make, model, style, color, in words.', max_length=120)),
                ('nic', models.CharField(blank=True, help_text="The source's own number of the record, e.g. its NIC.", max_length=20)),
                ('ori', models.CharField(blank=True, help_text='The agency that entered it.', max_length=9)),
                ('listed_on', models.DateField(help_text='When the source listed it.', null=True)),
                ('number', models.CharField(blank=True, help_text='CAD or case number.', max_length=40)),
                ('digest', models.BinaryField(help_text='Keyed, of all that decides of it (line_digest.py).')),
                ('hotlist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='hotlists.hotlist')),
            ],
            options={
                'ordering': ['plate', 'state', 'nic'],
                'indexes': [models.Index(fields=['bare'], name='entry_by_plate')],
            },
        ),
        migrations.CreateModel(
            name='Later',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins', models.DateTimeField(default=plateward.ground.clock.now)),
                ('begun_by', models.CharField(max_length=120)),
                ('reason', models.CharField(max_length=400)),
                ('ends', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, max_length=120)),
                ('end_reason', models.CharField(blank=True, max_length=400)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ends', None)), fields=('ended_by',), name='one_time_of_later_review')],
            },
        ),
        migrations.CreateModel(
            name='Load',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('file_name', models.CharField(max_length=200)),
                ('format', models.CharField(default='csv', help_text='csv, ncic:VERSION, NAME:VERSION.', max_length=80)),
                ('size', models.BigIntegerField(default=0, help_text='Bytes.')),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('by', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('receiving', 'Being received'), ('received', 'Waiting to be checked'), ('looking', 'Being checked'), ('looked', 'Waiting for a person'), ('held', 'Held: a person must look at it first'), ('approved', 'Waiting to be applied'), ('applying', 'Being applied'), ('applied', 'Applied'), ('unchanged', 'The same file again'), ('discarded', 'Discarded'), ('failed', 'Not applied')], default='receiving', max_length=9)),
                ('looked_at', models.DateTimeField()),
                ('applied_at', models.DateTimeField(null=True)),
                ('base_at', models.DateTimeField(help_text='When its list had last changed as it was looked at: what it found holds until then.', null=True)),
                ('decided_by', models.CharField(blank=True, help_text='Who had it applied, or discarded it.', max_length=120)),
                ('error', models.CharField(blank=True, max_length=400)),
                ('rows', models.PositiveIntegerField(default=0, help_text='Lines that can be taken.')),
                ('before', models.PositiveIntegerField(default=0, help_text='Entries in force when it was looked at.')),
                ('added', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('removed', models.PositiveIntegerField(default=0)),
                ('rejected', models.PositiveIntegerField(default=0)),
                ('held_back', models.PositiveIntegerField(default=0, help_text='Lines that would list a plate again which was recalled here (recall/).')),
                ('named', models.PositiveIntegerField(default=0, help_text='New or changed lines that name a vehicle of the register (protected/).')),
                ('hotlist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loads', to='hotlists.hotlist')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'applying')), fields=('hotlist',), name='one_load_applied_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='RecalledPlate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ended_at', models.DateTimeField(null=True)),
                ('end', models.CharField(blank=True, choices=[('dropped', 'The source no longer listed it'), ('returned', 'A supervisor approved its return')], max_length=8)),
                ('ended_by', models.CharField(blank=True, max_length=120)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recalled', to='hotlists.entry')),
                ('hotlist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recalled_plates', to='hotlists.hotlist')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['hotlist'], name='recalled_plates_in_force')],
            },
        ),
        migrations.CreateModel(
            name='HeldLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('lines', models.PositiveIntegerField()),
                ('load', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='held_lines', to='hotlists.load')),
                ('recalled', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='hotlists.recalledplate')),
            ],
            options={
                'ordering': ['line'],
                'constraints': [models.UniqueConstraint(fields=('recalled', 'load'), name='one_held_line_of_a_plate_in_a_file')],
            },
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('kind', models.CharField(choices=[('list', 'List a plate'), ('remove', 'Remove an entry')], max_length=6)),
                ('state', models.CharField(choices=[('waiting', 'Waits for review'), ('unreviewed', 'In force, waits for review'), ('returned', 'Returned for correction'), ('approved', 'Approved'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn by requester')], db_index=True, default='waiting', max_length=10)),
                ('emergency', models.BooleanField(default=False)),
                ('number_known', models.CharField(blank=True, choices=[('', 'Not required'), ('known', 'Known to CAD'), ('unreachable', 'Not checked yet: CAD gave no answer'), ('unknown', 'Not known to CAD')], default='', max_length=11)),
                ('asked_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('moved_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='hotlists.entry')),
                ('hotlist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='hotlists.hotlist')),
                ('requester', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hotlist_requests', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'remove'), ('state', 'waiting')), fields=('entry',), name='one_removal_waits_per_entry'), models.CheckConstraint(condition=models.Q(('kind', 'list'), ('entry__isnull', False), _connector='OR'), name='a_removal_names_its_entry')],
            },
        ),
        migrations.CreateModel(
            name='Return',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('asked_by', models.CharField(max_length=120)),
                ('why', plateward.core.db.fields.SealedTextField(max_length=1000)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, max_length=120)),
                ('approved', models.BooleanField(null=True)),
                ('answer', plateward.core.db.fields.SealedTextField(blank=True, max_length=1000)),
                ('recalled', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='hotlists.recalledplate')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('decided_at', None)), fields=('recalled',), name='one_return_asked_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('load', 'A file was loaded'), ('entry', 'An entry was approved'), ('removal', 'An entry was removed'), ('recall', 'An entry was recalled'), ('settings', "The list's settings were changed")], max_length=8)),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(db_index=True, null=True)),
                ('why', models.CharField(blank=True, help_text='Of a recall, in the words of who did it.', max_length=250)),
                ('lines', models.BinaryField(help_text="As its list's, when it came in force; null: no entry changed.", null=True)),
                ('hotlist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='hotlists.hotlist')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='load',
            name='revision',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='load', to='hotlists.revision'),
        ),
        migrations.AddField(
            model_name='entry',
            name='began',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='begun', to='hotlists.revision'),
        ),
        migrations.AddField(
            model_name='entry',
            name='ended',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ended', to='hotlists.revision'),
        ),
        migrations.CreateModel(
            name='Vehicle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plate', models.CharField(help_text='As it is written on the vehicle.', max_length=20)),
                ('bare', models.CharField(db_index=True, help_text='Letters and digits, with the letter O as zero.', max_length=10)),
                ('state', models.CharField(max_length=2)),
                ('kind', models.CharField(choices=[('agency', "The agency's own"), ('family', "A family member's"), ('personal', "A person's own")], max_length=8)),
                ('added_by', models.CharField(max_length=120)),
                ('added_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('ended_by', models.CharField(blank=True, max_length=120)),
                ('ended_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.unit')),
            ],
            options={
                'ordering': ['bare', 'state', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('bare', 'state', 'person'), name='a_person_declares_a_vehicle_once'), models.UniqueConstraint(condition=models.Q(('ended_at', None), ('person', None)), fields=('bare', 'state'), name='a_vehicle_of_nobody_stands_once')],
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('plate', models.CharField(max_length=20)),
                ('bare', models.CharField(db_index=True, max_length=20)),
                ('state', models.CharField(blank=True, max_length=2)),
                ('reason', models.CharField(max_length=40)),
                ('priority', models.CharField(choices=[('high', 'high'), ('normal', 'normal'), ('low', 'low')], max_length=6)),
                ('vehicle', models.CharField(blank=True, max_length=120)),
                ('narrative', plateward.core.db.fields.SealedTextField(max_length=4000)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('expires_at', models.DateTimeField(null=True)),
                ('emergency', models.BooleanField(default=False)),
                ('later', models.BooleanField(default=False)),
                ('hotlist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hotlists.hotlist')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='hotlists.request')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RequestCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('', 'Not required'), ('known', 'Known to CAD'), ('unreachable', 'Not checked yet: CAD gave no answer'), ('unknown', 'Not known to CAD')], max_length=11)),
                ('detail', models.CharField(max_length=300)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='hotlists.version')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('entered', 'Put in force before review'), ('approved', 'Approved'), ('returned', 'Returned'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('ended', 'Ended by the hub')], max_length=9)),
                ('acting', models.CharField(blank=True, max_length=400)),
                ('text', plateward.core.db.fields.SealedTextField(blank=True, max_length=1000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='hotlists.entry')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='hotlists.version')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='EncounterBasis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('legal_basis', models.CharField(max_length=400)),
                ('begins', models.DateTimeField(default=plateward.ground.clock.now)),
                ('begun_by', models.CharField(max_length=120)),
                ('ends', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, max_length=120)),
                ('end_reason', models.CharField(blank=True, max_length=400)),
                ('hotlist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='encounter_bases', to='hotlists.hotlist')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ends', None)), fields=('hotlist',), name='one_encounter_basis_per_list')],
            },
        ),
        migrations.CreateModel(
            name='NoticeOptOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hotlist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hotlists.hotlist')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'hotlist'), name='one_notice_opt_out_per_person_and_list')],
            },
        ),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('file', 'File'), ('added', 'Added'), ('changed', 'Changed'), ('lost', 'Lost'), ('rejected', 'Rejected'), ('named', 'Named')], max_length=8)),
                ('number', models.PositiveIntegerField()),
                ('content', plateward.core.db.fields.SealedBytesField()),
                ('load', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='hotlists.load')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('load', 'kind', 'number'), name='one_part_of_each_number')],
            },
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('ended', None)), fields=('hotlist', 'bare', 'state', 'nic'), name='one_live_entry_per_plate'),
        ),
        # What is never changed or removed: the database itself refuses it.
        keep_rows(
            "hotlists.Vehicle",
            refusal="A row of the register of vehicles is ended, once, and never altered or deleted (OPR:50 6.a.ii.3).",
            last=("ended_at", "ended_by"),
        ),
        keep_rows(
            "hotlists.RecalledPlate",
            refusal="A recalled plate is let go once, and never altered or deleted (OPR:50 6.f.i.1).",
            last=("ended_at", "end", "ended_by"),
        ),
        keep_rows(
            "hotlists.Return",
            refusal="A return is decided once, and never altered or deleted (OPR:50 6.f.i.1).",
            last=("decided_at", "decided_by", "approved", "answer"),
        ),
        keep_rows(
            "hotlists.Version",
            "hotlists.Decision",
            "hotlists.RequestCheck",
            refusal="Versions of requests and what became of them are never altered or removed (OPR:50 6.f.i.1).",
        ),
        keep_rows(
            "hotlists.EncounterBasis",
            refusal="What the Chief set for a list is revoked, once, and never altered or removed (OPR:50 6.e.iv.3).",
            last=("ends", "ended_by", "end_reason"),
        ),
    ]
