import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import plateward.core.db.fields
import plateward.ground.clock


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pages', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', plateward.core.db.fields.SealedTextField(max_length=128)),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(error_messages={'unique': 'This username is taken. Usernames are never reused.'}, max_length=32, unique=True, validators=[django.core.validators.RegexValidator('^[a-z][a-z0-9._-]+\\Z', 'A username has 2 to 32 letters, digits, dots or dashes, and begins with a letter.')])),
                ('full_name', models.CharField(max_length=100)),
                ('badge', models.CharField(error_messages={'unique': 'This badge number belongs to another person.'}, max_length=20, unique=True)),
                ('rank', models.CharField(blank=True, max_length=40)),
                ('agency', models.CharField(blank=True, max_length=9, verbose_name='agency (ORI)')),
                ('sworn', models.BooleanField(default=False)),
                ('employed_since', models.DateField(blank=True, null=True)),
                ('employed_until', models.DateField(blank=True, null=True)),
                ('role', models.CharField(blank=True, choices=[('administrator', 'ALPR administrator'), ('auditor', 'Auditor'), ('chief', 'Chief or designee'), ('cjis_officer', 'CJIS Security Officer'), ('communications', 'Communications'), ('cyber', 'IT Cyber Security'), ('inspector', 'Transportation Inspector'), ('it_support', 'IT Support'), ('officer', 'Officer or agent'), ('outside', 'Outside agency'), ('records', 'Records (IPRA)'), ('supervisor', 'Supervisor')], max_length=20)),
                ('must_change_password', models.BooleanField(default=False)),
                ('may_enroll', models.BooleanField(default=False)),
                ('created', models.DateTimeField(default=plateward.ground.clock.now, editable=False)),
                ('supervisor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supervises', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['full_name'],
            },
        ),
        migrations.CreateModel(
            name='CacheRow',
            fields=[
                ('cache_key', models.CharField(max_length=255, primary_key=True, serialize=False)),
                ('value', models.TextField()),
                ('expires', models.DateTimeField(db_index=True)),
            ],
            options={
                'db_table': 'people_cache',
            },
        ),
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(error_messages={'unique': 'Another course has this code.'}, max_length=40, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('clause', models.CharField(blank=True, max_length=40)),
                ('valid_days', models.PositiveIntegerField(blank=True, null=True)),
                ('pass_mark', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('how', models.CharField(blank=True, max_length=400)),
                ('created', models.DateTimeField(default=plateward.ground.clock.now)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='District',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='MailRelay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('host', models.CharField(max_length=200)),
                ('port', models.PositiveIntegerField(default=587)),
                ('security', models.CharField(choices=[('starttls', 'STARTTLS (usually port 587)'), ('tls', 'TLS from the start (usually port 465)')], default='starttls', max_length=8)),
                ('user', models.CharField(blank=True, max_length=100)),
                ('secret', plateward.core.db.fields.SealedTextField(blank=True, help_text='The password. Never shown again.')),
                ('authority', models.TextField(blank=True, help_text='PEM; empty: those that the machine trusts.')),
                ('sender', models.EmailField(max_length=254)),
                ('domain', models.CharField(max_length=200)),
                ('on', models.BooleanField(default=False)),
                ('failing_since', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('summary', models.CharField(max_length=400)),
                ('file_name', models.CharField(max_length=100)),
                ('media_type', models.CharField(max_length=40)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('released_by', models.CharField(max_length=120)),
                ('released_at', models.DateTimeField(default=plateward.ground.clock.now)),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='Original',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('content', plateward.core.db.fields.SealedBytesField()),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Protocol',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begun_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_by', models.CharField(blank=True, max_length=120)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=400)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Terminal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(error_messages={'unique': 'A terminal with this name already exists.'}, max_length=40, unique=True)),
                ('kind', models.CharField(choices=[('dispatch', 'Dispatch console'), ('patrol', 'Patrol terminal')], max_length=10)),
                ('secret', models.CharField(max_length=64, unique=True)),
                ('issued_by', models.CharField(max_length=120)),
                ('issued_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_by', models.CharField(blank=True, max_length=120)),
                ('seal', plateward.core.db.fields.RowSealField(default=b'', editable=False, null=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('due_at', models.DateTimeField(db_index=True, default=plateward.ground.clock.now, help_text='When it is tried next.')),
                ('tries', models.PositiveIntegerField(default=0, help_text='Failed since the last progress.')),
                ('problem', models.CharField(blank=True, max_length=12)),
                ('detail', models.CharField(blank=True, help_text='Of the problem, if there is one.', max_length=300)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mailbox', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('address', models.EmailField(max_length=254)),
                ('topics', models.JSONField(default=list)),
                ('mailed_upto', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'verbose_name_plural': 'mailboxes',
            },
        ),
        migrations.CreateModel(
            name='Access',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('standing', 'Standing'), ('emergency', 'Emergency, at most 72 hours')], default='standing', max_length=10)),
                ('hours', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('role', models.CharField(choices=[('administrator', 'ALPR administrator'), ('auditor', 'Auditor'), ('chief', 'Chief or designee'), ('cjis_officer', 'CJIS Security Officer'), ('communications', 'Communications'), ('cyber', 'IT Cyber Security'), ('inspector', 'Transportation Inspector'), ('it_support', 'IT Support'), ('officer', 'Officer or agent'), ('outside', 'Outside agency'), ('records', 'Records (IPRA)'), ('supervisor', 'Supervisor')], max_length=20)),
                ('reason', models.CharField(max_length=400)),
                ('requested_by', models.CharField(max_length=120)),
                ('requested_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('decision', models.CharField(blank=True, choices=[('', 'Waiting for a decision'), ('approved', 'Approved'), ('denied', 'Denied'), ('withdrawn', 'Withdrawn by requester')], default='', max_length=10)),
                ('decided_by', models.CharField(blank=True, max_length=120)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decision_reason', models.CharField(blank=True, max_length=400)),
                ('begins', models.DateTimeField(blank=True, null=True)),
                ('ends', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.CharField(blank=True, max_length=120)),
                ('end_reason', models.CharField(blank=True, max_length=400)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to=settings.AUTH_USER_MODEL)),
                ('supervisor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='AccessReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('opened_by', models.CharField(max_length=120)),
                ('due', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.CharField(blank=True, max_length=120)),
                ('conclusion', models.CharField(blank=True, max_length=1000)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('closed_by',), name='access_one_open_review')],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('purpose', models.CharField(max_length=40)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('role', models.CharField(max_length=20)),
                ('made_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('ends_at', models.DateTimeField()),
                ('network', models.CharField(blank=True, max_length=50)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('used_from', models.CharField(blank=True, max_length=45)),
                ('minute_at', models.DateTimeField(blank=True, null=True)),
                ('minute_uses', models.PositiveIntegerField(default=0)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_by', models.CharField(blank=True, max_length=120)),
                ('revoked_because', models.CharField(blank=True, max_length=200)),
                ('seal', plateward.core.db.fields.RowSealField(default=b'', editable=False, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('policy', 'Policy change'), ('incident', 'Security incident')], max_length=8)),
                ('title', models.CharField(max_length=100)),
                ('what', plateward.core.db.fields.SealedTextField(max_length=2000)),
                ('reference', models.CharField(blank=True, max_length=60)),
                ('happened_on', models.DateField()),
                ('update_due', models.DateField()),
                ('retrain_due', models.DateField()),
                ('opened_by', models.CharField(max_length=120)),
                ('opened_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('opened_on', models.DateField()),
                ('closed_by', models.CharField(blank=True, max_length=120)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='people.course')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='training_duties', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['retrain_due', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Concern',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(blank=True, choices=[('administrator', 'ALPR administrator'), ('auditor', 'Auditor'), ('chief', 'Chief or designee'), ('cjis_officer', 'CJIS Security Officer'), ('communications', 'Communications'), ('cyber', 'IT Cyber Security'), ('inspector', 'Transportation Inspector'), ('it_support', 'IT Support'), ('officer', 'Officer or agent'), ('outside', 'Outside agency'), ('records', 'Records (IPRA)'), ('supervisor', 'Supervisor')], max_length=20)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('duty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='concerns', to='people.duty')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='FailedTry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=plateward.ground.clock.now)),
                ('address', models.CharField(blank=True, max_length=45)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='failed_tries', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Material',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=100)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='people.course')),
            ],
            options={
                'ordering': ['title'],
            },
        ),
        migrations.CreateModel(
            name='MaterialFile',
            fields=[
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='file', serialize=False, to='people.version')),
                ('content', plateward.core.db.fields.SealedBytesField()),
            ],
        ),
        migrations.AddField(
            model_name='version',
            name='material',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='people.material'),
        ),
        migrations.CreateModel(
            name='MaterialAcknowledgment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgments', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgments', to='people.version')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('about', models.CharField(blank=True, default='', help_text='The thing: alerts.alert:7.', max_length=60)),
                ('text', models.CharField(max_length=400)),
                ('link', models.CharField(blank=True, default='', help_text='Where it is seen to.', max_length=200)),
                ('told_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('settled_at', models.DateTimeField(blank=True, help_text='Since when nothing is left to do about it.', null=True)),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Offense',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', plateward.core.db.fields.SealedTextField(max_length=2000)),
                ('clause', models.CharField(max_length=40)),
                ('number', models.PositiveSmallIntegerField()),
                ('recorded_by', models.CharField(max_length=120)),
                ('begins', models.DateTimeField(default=plateward.ground.clock.now)),
                ('ends', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offenses', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('handled', 'Handled in the chain of command'), ('appealed', 'Appeal received'), ('denied', 'Appeal denied'), ('granted', 'Appeal granted')], max_length=10)),
                ('by', models.CharField(max_length=100)),
                ('text', plateward.core.db.fields.SealedTextField(max_length=2000)),
                ('noted_by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('offense', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='people.offense')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ProtocolVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=100)),
                ('kind', models.CharField(choices=[('access', 'Access'), ('collection', 'Collection'), ('monitoring', 'Monitoring of integrity and privacy'), ('preservation', 'Preservation of alerts, hits and hot lists'), ('storage', 'Storage'), ('other', 'Other')], max_length=12)),
                ('summary', models.CharField(max_length=400)),
                ('text', plateward.core.db.fields.SealedTextField(max_length=60000)),
                ('sha256', models.CharField(max_length=64)),
                ('effective_on', models.DateField()),
                ('acknowledge_within', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('roles', models.JSONField(blank=True, default=list)),
                ('units', models.JSONField(blank=True, default=list)),
                ('courses', models.JSONField(blank=True, default=list)),
                ('retrain_within', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('drafted_by', models.CharField(max_length=120)),
                ('drafted_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('returned_note', models.CharField(blank=True, max_length=400)),
                ('approved_at', models.DateTimeField(null=True)),
                ('approved_by', models.CharField(blank=True, max_length=120)),
                ('effective_at', models.DateTimeField(null=True)),
                ('original', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='people.original')),
                ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='people.protocol')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='ProtocolAcknowledgment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledged_protocols', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgments', to='people.protocolversion')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Record',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issuer', models.CharField(max_length=100)),
                ('completed_on', models.DateField()),
                ('score', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ('document', models.CharField(blank=True, max_length=200)),
                ('recorded_by', models.CharField(max_length=120)),
                ('recorded_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_by', models.CharField(blank=True, max_length=120)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=400)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='people.course')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='training', to=settings.AUTH_USER_MODEL)),
                ('upload', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='records', to='pages.upload')),
            ],
            options={
                'ordering': ['-completed_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Recovery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=400)),
                ('identity', models.CharField(max_length=400)),
                ('asked_by', models.CharField(max_length=120)),
                ('asked_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('lapses', models.DateTimeField()),
                ('decision', models.CharField(blank=True, choices=[('', 'Waits for a second person'), ('confirmed', 'Confirmed'), ('denied', 'Denied'), ('lapsed', 'Lapsed')], default='', max_length=10)),
                ('decided_by', models.CharField(blank=True, max_length=120)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decision_reason', models.CharField(blank=True, max_length=400)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recoveries', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'recoveries',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('administrator', 'ALPR administrator'), ('auditor', 'Auditor'), ('chief', 'Chief or designee'), ('cjis_officer', 'CJIS Security Officer'), ('communications', 'Communications'), ('cyber', 'IT Cyber Security'), ('inspector', 'Transportation Inspector'), ('it_support', 'IT Support'), ('officer', 'Officer or agent'), ('outside', 'Outside agency'), ('records', 'Records (IPRA)'), ('supervisor', 'Supervisor')], max_length=20)),
                ('valid_days', models.PositiveIntegerField(blank=True, null=True)),
                ('pass_mark', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('begins', models.DateTimeField()),
                ('ends', models.DateTimeField(blank=True, null=True)),
                ('set_by', models.CharField(max_length=120)),
                ('agreed_with', models.CharField(max_length=100)),
                ('agreed_on', models.DateField()),
                ('ended_by', models.CharField(blank=True, max_length=120)),
                ('end_agreed_with', models.CharField(blank=True, max_length=100)),
                ('end_agreed_on', models.DateField(blank=True, null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='people.course')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RetrainingException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=400)),
                ('made_by', models.CharField(max_length=120)),
                ('made_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('duty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exceptions', to='people.duty')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReviewItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(blank=True, choices=[('kept', 'Kept'), ('changed', 'Change requested'), ('ended', 'Ended')], max_length=10)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('decided_by', models.CharField(blank=True, max_length=120)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('access', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='people.access')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='people.accessreview')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Suspension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('high_risk', 'High risk'), ('inactive', 'Not used for 90 days'), ('leave', 'On leave'), ('locked', 'Locked after failed log-ins'), ('recovery', 'Second factor lost'), ('terminated', 'Left the agency')], max_length=12)),
                ('reason', models.CharField(max_length=400)),
                ('begins', models.DateTimeField()),
                ('begun_by', models.CharField(max_length=120)),
                ('ends', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.CharField(blank=True, max_length=120)),
                ('end_reason', models.CharField(blank=True, max_length=400)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(unique=True)),
                ('began_at', models.DateTimeField()),
                ('proved_at', models.DateTimeField()),
                ('factor_at', models.DateTimeField(blank=True, null=True)),
                ('seen_at', models.DateTimeField()),
                ('locked_at', models.DateTimeField(blank=True, null=True)),
                ('address', models.CharField(blank=True, max_length=45)),
                ('client', models.CharField(max_length=120)),
                ('key', models.CharField(blank=True, max_length=100)),
                ('step', models.PositiveIntegerField(default=1)),
                ('step_at', models.DateTimeField(blank=True, null=True)),
                ('step_seen_at', models.DateTimeField(blank=True, null=True)),
                ('places', models.JSONField(default=list)),
                ('ended', models.CharField(blank=True, max_length=400)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to=settings.AUTH_USER_MODEL)),
                ('terminal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sign_ins', to='people.terminal')),
            ],
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='people.district')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='access',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='people.unit'),
        ),
        migrations.AddField(
            model_name='person',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='people.unit'),
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins', models.DateTimeField()),
                ('ends', models.DateTimeField()),
                ('declared_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-begins'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends__gte', models.F('begins'))), name='absence_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='Designation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('office', models.CharField(choices=[('administrator', 'ALPR administrator'), ('chief', 'Chief'), ('designee', "Chief's designee")], max_length=20)),
                ('document', models.CharField(max_length=200)),
                ('made_by', models.CharField(max_length=120)),
                ('made_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('begins', models.DateTimeField()),
                ('ends', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.CharField(blank=True, max_length=120)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='designations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['person', 'begins'], name='access_designation_of')],
            },
        ),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.UniqueConstraint(condition=models.Q(('reference', ''), _negated=True), fields=('kind', 'reference', 'course'), name='training_one_duty_a_reference', violation_error_message='A duty for this course was opened for this reference already.'),
        ),
        migrations.AddConstraint(
            model_name='concern',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', False), ('role', '')), models.Q(models.Q(('role', ''), _negated=True), ('person', None)), _connector='OR'), name='training_concern_is_one'),
        ),
        migrations.AddIndex(
            model_name='failedtry',
            index=models.Index(fields=['person', 'at'], name='failed_try_of'),
        ),
        migrations.AddIndex(
            model_name='failedtry',
            index=models.Index(fields=['address', 'at'], name='failed_try_from'),
        ),
        migrations.AddConstraint(
            model_name='material',
            constraint=models.UniqueConstraint(fields=('course', 'title'), name='training_one_material', violation_error_message='This course has a material of this title: release a new version of it.'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.UniqueConstraint(fields=('material', 'number'), name='training_one_version_a_number'),
        ),
        migrations.AddConstraint(
            model_name='materialacknowledgment',
            constraint=models.UniqueConstraint(fields=('version', 'person'), name='training_acknowledged_once'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('read_at', None), ('settled_at', None)), fields=['to'], name='notice_new_to'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['about'], name='notice_about'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('settled_at', None)), fields=['kind'], name='notice_open'),
        ),
        migrations.AddIndex(
            model_name='offense',
            index=models.Index(fields=['person', 'begins'], name='penalties_offense_of'),
        ),
        migrations.AddConstraint(
            model_name='protocolversion',
            constraint=models.UniqueConstraint(fields=('protocol', 'number'), name='protocol_one_version_a_number'),
        ),
        migrations.AddConstraint(
            model_name='protocolversion',
            constraint=models.UniqueConstraint(condition=models.Q(('approved_at', None)), fields=('protocol',), name='protocol_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='protocolacknowledgment',
            constraint=models.UniqueConstraint(fields=('version', 'person'), name='protocol_acknowledged_once'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(fields=['person', 'course'], name='training_record_of'),
        ),
        migrations.AddConstraint(
            model_name='record',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('person', 'course', 'completed_on'), name='training_one_record_a_day'),
        ),
        migrations.AddConstraint(
            model_name='recovery',
            constraint=models.UniqueConstraint(condition=models.Q(('decision', '')), fields=('person',), name='access_one_recovery_waits'),
        ),
        migrations.AddIndex(
            model_name='requirement',
            index=models.Index(fields=['role', 'begins'], name='training_requirement_of'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.UniqueConstraint(condition=models.Q(('ends', None)), fields=('course', 'role'), name='training_one_live_requirement'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('pass_mark', None), ('pass_mark__range', (1, 100)), _connector='OR'), name='training_pass_mark_is_a_percentage'),
        ),
        migrations.AddConstraint(
            model_name='retrainingexception',
            constraint=models.UniqueConstraint(fields=('duty', 'person'), name='training_excepted_once'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=models.UniqueConstraint(fields=('review', 'access'), name='access_reviewed_once_a_review'),
        ),
        migrations.AddIndex(
            model_name='suspension',
            index=models.Index(fields=['person', 'begins'], name='access_suspension_of'),
        ),
        migrations.AddConstraint(
            model_name='suspension',
            constraint=models.CheckConstraint(condition=models.Q(('ends', None), ('ends__gte', models.F('begins')), _connector='OR'), name='access_suspension_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='suspension',
            constraint=models.UniqueConstraint(condition=models.Q(('ends', None)), fields=('person', 'kind'), name='access_one_interruption_of_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='signin',
            constraint=models.UniqueConstraint(condition=models.Q(('terminal', None)), fields=('person',), name='sign_in_one_at_a_desk'),
        ),
        migrations.AddConstraint(
            model_name='signin',
            constraint=models.UniqueConstraint(condition=models.Q(('terminal__isnull', False)), fields=('person',), name='sign_in_one_at_a_terminal'),
        ),
        migrations.AddIndex(
            model_name='access',
            index=models.Index(fields=['person', 'begins'], name='access_period_of'),
        ),
        migrations.AddConstraint(
            model_name='access',
            constraint=models.UniqueConstraint(condition=models.Q(('decision', '')), fields=('person', 'kind'), name='access_one_request_waits'),
        ),
        migrations.AddConstraint(
            model_name='access',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('begins__isnull', False), ('decision', 'approved')), models.Q(('decision', 'approved'), _negated=True), _connector='OR'), name='access_approved_begins'),
        ),
        migrations.AddConstraint(
            model_name='access',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hours', None), ('kind', 'standing')), models.Q(('hours__isnull', False), ('hours__range', (1, 72)), ('kind', 'emergency')), _connector='OR'), name='access_emergency_at_most_72_hours'),
        ),
        migrations.AddConstraint(
            model_name='access',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'standing'), ('begins', None), ('ends__isnull', False), _connector='OR'), name='access_emergency_ends'),
        ),
        migrations.AddConstraint(
            model_name='access',
            constraint=models.CheckConstraint(condition=models.Q(('ends', None), ('ends__gte', models.F('begins')), _connector='OR'), name='access_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('username', django.db.models.functions.text.Lower('username'))), name='person_username_lower'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['', 'administrator', 'auditor', 'chief', 'cjis_officer', 'communications', 'cyber', 'inspector', 'it_support', 'officer', 'outside', 'records', 'supervisor'])), name='person_role_known'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('supervisor', models.F('id')), _negated=True), name='person_not_own_supervisor', violation_error_message='A person cannot be their own supervisor.'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('employed_until', None), models.Q(('employed_since__isnull', False), ('employed_until__gte', models.F('employed_since'))), _connector='OR'), name='person_employed_in_order', violation_error_message='Employment cannot end before it begins.'),
        ),
    ]
