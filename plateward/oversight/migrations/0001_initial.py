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
        ('audit', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckState',
            fields=[
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('key', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('at', models.TextField(blank=True, default='')),
                ('since', models.DateTimeField(default=plateward.ground.clock.now)),
                ('ran_at', models.DateTimeField(null=True)),
                ('next_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('next_round_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('began_at', models.DateTimeField(null=True)),
                ('checked', models.PositiveBigIntegerField(default=0)),
                ('ended_at', models.DateTimeField(null=True)),
                ('checked_before', models.PositiveBigIntegerField(default=0)),
                ('overdue_at', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField(null=True)),
                ('notified_at', models.DateTimeField(null=True)),
                ('overflowed', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReviewRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WatchRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('ran_at', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AuditReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('weekly', 'Weekly'), ('quarterly', 'Quarterly')], max_length=9)),
                ('starts', models.DateTimeField()),
                ('ends', models.DateTimeField()),
                ('due', models.DateTimeField()),
                ('first', models.PositiveBigIntegerField()),
                ('after', models.PositiveBigIntegerField()),
                ('head_size', models.PositiveBigIntegerField()),
                ('head_root', models.CharField(max_length=64)),
                ('head_at', models.CharField(max_length=32)),
                ('seed', models.CharField(max_length=64)),
                ('figures', models.JSONField()),
                ('opened_at', models.DateTimeField(default=plateward.ground.clock.now)),
            ],
            options={
                'ordering': ['-ends', 'kind'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'starts'), name='a_period_is_reviewed_once')],
            },
        ),
        migrations.CreateModel(
            name='Breach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('account', "Someone uses another person's account"), ('device', 'A device is lost, stolen or taken over'), ('access', 'Unauthorized access or search'), ('leak', 'Data is where it does not belong'), ('tampering', 'Something was changed or removed'), ('other', 'Something else')], max_length=10)),
                ('what', plateward.core.db.fields.SealedTextField(max_length=4000)),
                ('noticed_at', models.DateTimeField()),
                ('reported_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('concerns', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='BreachStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('cjis', 'CJIS Security Officer notified'), ('cyber', 'IT Cyber Security notified'), ('late_cjis', 'The hour to notify the CJIS Security Officer ran out'), ('late_cyber', 'The 24 hours to notify IT Cyber Security ran out'), ('systems', 'CJIS Systems Officer notified'), ('late_system', 'The hour to notify the CJIS Systems Officer ran out'), ('confirmed', 'Confirmed as a breach'), ('cut_off', 'Cut off'), ('let_through', 'Let through again'), ('noted', 'Noted'), ('suspected', 'Who may be responsible'), ('closed', 'Closed: root cause found'), ('no_breach', 'Closed: it was no breach')], max_length=11)),
                ('text', plateward.core.db.fields.SealedTextField(max_length=8000)),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('breach', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='oversight.breach')),
                ('suspect', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('why', models.CharField(max_length=400)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='oversight.auditreview')),
                ('to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(db_index=True, max_length=64)),
                ('detector', models.CharField(max_length=40)),
                ('outside', models.BooleanField()),
                ('to', models.CharField(blank=True, default='', max_length=100)),
                ('plate', plateward.core.db.fields.SealedTextField(blank=True)),
                ('sentence', plateward.core.db.fields.SealedTextField()),
                ('thresholds', models.JSONField()),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=1)),
                ('reported_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('involved', models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('key', 'first_at'), name='a_pattern_is_found_once')],
            },
        ),
        migrations.CreateModel(
            name='AuditItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveBigIntegerField()),
                ('why', models.CharField(choices=[('finding', 'Part of a finding'), ('log', 'The log itself'), ('flagged', 'Flagged by the system'), ('override', 'Check overridden'), ('export', 'Data left the system'), ('privileged', 'Privileged act'), ('denied', 'Denied attempt'), ('off_hours', 'Outside office hours'), ('sample', 'Random sample')], max_length=10)),
                ('rank', models.PositiveSmallIntegerField()),
                ('reasons', models.JSONField()),
                ('sampled', models.BooleanField(default=False)),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='oversight.auditreview')),
                ('finding', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='oversight.finding')),
            ],
            options={
                'ordering': ['rank', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AuditAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('in_order', 'In order'), ('question', 'Question'), ('misuse', 'Possible misuse')], max_length=8)),
                ('text', plateward.core.db.fields.SealedTextField(blank=True, max_length=2000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='oversight.audititem')),
                ('breach', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='oversight.breach')),
                ('finding', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='oversight.finding')),
            ],
        ),
        migrations.CreateModel(
            name='FindingOutcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('corrected', 'A mistake, corrected with the person'), ('explained', 'Legitimate police use'), ('misuse', 'Possible misuse')], max_length=9)),
                ('text', plateward.core.db.fields.SealedTextField(max_length=2000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('finding', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='outcome', to='oversight.finding')),
            ],
        ),
        migrations.CreateModel(
            name='FindingView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='views', to='oversight.finding')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='FoundFault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object', models.CharField(max_length=200)),
                ('problem', models.CharField(max_length=500)),
                ('link', models.CharField(blank=True, max_length=200)),
                ('at', models.TextField(blank=True)),
                ('found_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('seen_at', models.DateTimeField(default=plateward.ground.clock.now, null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('state', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='faults', to='oversight.checkstate')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('state', 'object'), name='a_fault_is_open_once')],
            },
        ),
        migrations.CreateModel(
            name='Investigation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', plateward.core.db.fields.SealedTextField(max_length=4000)),
                ('happened_on', models.DateField()),
                ('known', plateward.core.db.fields.SealedTextField(max_length=4000)),
                ('outside', models.BooleanField()),
                ('to', models.CharField(max_length=100)),
                ('opened_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('closed_at', models.DateTimeField(null=True)),
                ('breach', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='investigations', to='oversight.breach')),
                ('finding', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='investigation', to='oversight.finding')),
                ('investigator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Allegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clause', models.CharField(max_length=40)),
                ('text', plateward.core.db.fields.SealedTextField(max_length=4000)),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('investigation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allegations', to='oversight.investigation')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='InvestigationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('assigned', 'Assigned'), ('noted', 'Noted'), ('interviewed', 'Interviewed'), ('attached', 'Evidence attached'), ('implicated', 'May be part of it'), ('suspended', 'Access suspended at once'), ('concluded', 'Outcome of an allegation'), ('returned', 'Outcome returned'), ('accepted', 'Outcome accepted'), ('disciplined', 'Discipline recorded'), ('reported', 'Reported to the CJIS Security Officer'), ('notified', 'Subject notified'), ('late', 'A time ran out'), ('closed', 'Closed')], max_length=11)),
                ('text', plateward.core.db.fields.SealedTextField(blank=True, max_length=4000)),
                ('result', models.CharField(blank=True, choices=[('unfounded', 'Unfounded: it did not happen'), ('exonerated', 'Exonerated: it happened, and was proper'), ('not_sustained', 'Not sustained: neither proved nor disproved'), ('intentional', 'Sustained: intentional misuse'), ('unjustified', 'Sustained: unjustified misuse'), ('pattern', 'Sustained: a pattern of misuse')], max_length=13)),
                ('action', models.CharField(blank=True, choices=[('counseling', 'Counseling or training'), ('reprimand', 'Reprimand'), ('suspension', 'Suspension from duty'), ('demotion', 'Demotion or loss of assignment'), ('termination', 'Termination: all access ends at once')], max_length=11)),
                ('happened_at', models.DateTimeField(null=True)),
                ('number', models.CharField(blank=True, max_length=60)),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('alert', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alerts.alert')),
                ('allegation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='oversight.allegation')),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.auditentry')),
                ('finding', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='oversight.finding')),
                ('investigation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='oversight.investigation')),
                ('offense', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.offense')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='OfficerEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('due_at', models.DateTimeField(db_index=True, default=plateward.ground.clock.now, help_text='When it is tried next.')),
                ('tries', models.PositiveIntegerField(default=0, help_text='Failed since the last progress.')),
                ('problem', models.CharField(blank=True, max_length=12)),
                ('detail', models.CharField(blank=True, help_text='Of the problem, if there is one.', max_length=300)),
                ('over_at', models.DateTimeField(null=True)),
                ('breach', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='email', to='oversight.breach')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', plateward.core.db.fields.SealedTextField(max_length=2000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='oversight.audititem')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', plateward.core.db.fields.SealedTextField(max_length=2000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('question', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reply', to='oversight.question')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('conclusion', plateward.core.db.fields.SealedTextField(max_length=2000)),
                ('counts', models.JSONField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='signature', to='oversight.auditreview')),
            ],
        ),
        migrations.CreateModel(
            name='ThresholdChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('value', models.FloatField()),
                ('reason', models.CharField(max_length=1000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='View',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('investigation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='views', to='oversight.investigation')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='AuditItemView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='views', to='oversight.audititem')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('item', 'by'), name='an_item_is_displayed_once')],
            },
        ),
        migrations.CreateModel(
            name='CheckDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('checked', models.PositiveBigIntegerField(default=0)),
                ('faults', models.PositiveIntegerField(default=0)),
                ('busy_ms', models.PositiveBigIntegerField(default=0)),
                ('state', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='days', to='oversight.checkstate')),
            ],
            options={
                'ordering': ['day'],
                'constraints': [models.UniqueConstraint(fields=('state', 'day'), name='a_check_has_a_day_once')],
            },
        ),
        migrations.CreateModel(
            name='Ownership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('why', models.CharField(max_length=400)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ownerships', to='oversight.auditreview')),
                ('to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PublishedMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(unique=True)),
                ('size', models.PositiveBigIntegerField()),
                ('rows', models.PositiveIntegerField()),
                ('coarser', models.PositiveIntegerField()),
                ('withheld', models.PositiveIntegerField()),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
            ],
            options={
                'ordering': ['-month'],
            },
        ),
        migrations.CreateModel(
            name='Published',
            fields=[
                ('id', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('through', models.DateField()),
                ('document', models.TextField()),
                ('table', models.TextField()),
                ('proofs', models.TextField()),
                ('checkpoint', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='AgencyReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('agency', models.CharField(max_length=100)),
                ('ori', models.CharField(max_length=9)),
                ('figures', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='YearlyReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('year', models.PositiveSmallIntegerField()),
                ('asked_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('counted_at', models.DateTimeField(null=True)),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('figures', models.JSONField(default=dict)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('root', models.CharField(blank=True, max_length=64)),
                ('approved_at', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-year', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='QuestionReferral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('why', models.CharField(max_length=400)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='oversight.question')),
                ('to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LogFile',
            fields=[
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('due_at', models.DateTimeField(db_index=True, default=plateward.ground.clock.now, help_text='When it is tried next.')),
                ('tries', models.PositiveIntegerField(default=0, help_text='Failed since the last progress.')),
                ('problem', models.CharField(blank=True, max_length=12)),
                ('detail', models.CharField(blank=True, help_text='Of the problem, if there is one.', max_length=300)),
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, primary_key=True, serialize=False)),
                ('requested_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('stage', models.CharField(choices=[('making', 'Being made'), ('ready', 'Ready to download'), ('taken', 'Downloaded'), ('failed', 'Could not be made'), ('ended', 'Erased')], default='making', max_length=6)),
                ('done', models.PositiveBigIntegerField(default=0, help_text='Entries of `total`.')),
                ('total', models.PositiveBigIntegerField(default=0)),
                ('key', models.BinaryField(help_text="Of its file, wrapped by the ring's.", null=True)),
                ('entries', models.PositiveBigIntegerField(default=0)),
                ('head_key', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('expires_at', models.DateTimeField(help_text='When its file is erased.', null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Acceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.JSONField()),
                ('reason', plateward.core.db.fields.SealedTextField(max_length=1000)),
                ('proposed_by', models.CharField(max_length=120)),
                ('proposed_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, max_length=120)),
                ('approved', models.BooleanField(default=False)),
                ('note', plateward.core.db.fields.SealedTextField(blank=True, max_length=1000)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        # What is never changed or removed: the database itself refuses it.
        keep_rows(
            "oversight.Breach",
            "oversight.BreachStep",
            refusal="Breaches and what was done about them are never altered or removed (OPR:50 6.b.i.11).",
        ),
        keep_rows(
            "oversight.FindingView",
            "oversight.FindingOutcome",
            "oversight.ThresholdChange",
            refusal="Findings, who opened them and what came of them are never altered or removed (OPR:50 6.b.i.9).",
        ),
        keep_rows(
            "oversight.Acceptance",
            refusal="What two people accepted of altered records is never altered or removed (OPR:50 6.b.i.9).",
            last=("decided_at", "decided_by", "approved", "note"),
        ),
        keep_rows(
            "oversight.FoundFault",
            refusal="What a check found wrong is never altered or removed (OPR:50 6.b.i.3).",
            last=("ended_at",),
            changes=("seen_at", "at", "problem"),
        ),
        keep_rows(
            "oversight.Investigation",
            refusal="Investigations and what was done in them are never altered or removed (OPR:50 6.f.i.3).",
            last=("closed_at",),
            changes=("outside", "to", "investigator_id"),
        ),
        keep_rows(
            "oversight.Allegation",
            "oversight.InvestigationStep",
            "oversight.View",
            refusal="Investigations and what was done in them are never altered or removed (OPR:50 6.f.i.3).",
        ),
        keep_rows(
            "oversight.AuditReview",
            "oversight.AuditItem",
            "oversight.AuditItemView",
            "oversight.AuditAnswer",
            "oversight.Signature",
            "oversight.Escalation",
            "oversight.Ownership",
            refusal="Reviews of the audit log and what was said in them are never altered or removed (OPR:50 6.b.i.10).",
        ),
        keep_rows(
            "oversight.Question",
            "oversight.Reply",
            "oversight.QuestionReferral",
            refusal="Questions of a review and their answers are never altered or removed (OPR:50 6.b.i.10).",
        ),
        keep_rows(
            "oversight.PublishedMonth",
            refusal="What was published of the search log is never altered or removed (SB40.confid).",
        ),
        keep_rows(
            "oversight.AgencyReport",
            refusal="Reports of other agencies are never altered or removed (OPR:50 6.h.i).",
        ),
        keep_rows(
            "oversight.YearlyReport",
            refusal="An approved yearly report is never altered or removed (SB 40).",
            last=("approved_at", "approved_by_id"),
            changes=("leased_until", "leased_by", "done", "counted_at", "figures", "size", "root"),
        ),
    ]
