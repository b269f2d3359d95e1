import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.core.db.fields
import plateward.ground.clock
from plateward.core.db.row_triggers import keep_rows


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Deployment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=120)),
                ('basis', models.CharField(choices=[('public', 'Public view'), ('order', 'Court order or search warrant')], max_length=6)),
                ('grounds', models.CharField(help_text='How the place is exposed to public view; or the court, number and scope of its order.', max_length=400)),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, default='', max_length=120)),
                ('end_reason', models.CharField(blank=True, default='', max_length=400)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('basis', 'public'), ('ends_at__isnull', False), _connector='OR'), name='a_court_order_has_an_end')],
            },
        ),
        migrations.CreateModel(
            name='ExclusionZone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('lat', models.FloatField()),
                ('lon', models.FloatField()),
                ('radius_m', models.PositiveIntegerField()),
                ('reason', models.CharField(max_length=400)),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, default='', max_length=120)),
                ('end_reason', models.CharField(blank=True, default='', max_length=400)),
                ('kind', models.CharField(choices=[('health', 'Health care'), ('immigration', 'Immigration services'), ('school', 'Schools'), ('worship', 'Places of worship'), ('court', 'Courts'), ('food', 'Food banks'), ('other', 'Other')], max_length=12, null=True)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Instructions',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=100)),
                ('media_type', models.CharField(max_length=40)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('content', plateward.core.db.fields.SealedBytesField()),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReaderModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Authorization',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vendor', models.CharField(blank=True, max_length=100)),
                ('why', models.CharField(help_text='Training, certificate or contract.', max_length=400)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repairs_authorized', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('person', None), ('vendor__gt', '')), models.Q(('person__isnull', False), ('vendor', '')), _connector='OR'), name='a_technician_or_a_vendor')],
            },
        ),
        migrations.CreateModel(
            name='DeploymentArea',
            fields=[
                ('deployment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='area', serialize=False, to='fleet.deployment')),
                ('lat', models.FloatField()),
                ('lon', models.FloatField()),
                ('radius_m', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Ending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(max_length=400)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('authorization', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='ending', to='fleet.authorization')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Reader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True)),
                ('camera', models.CharField(help_text='The camera its reads name.', max_length=64)),
                ('public_key', models.BinaryField(help_text='Ed25519, raw.', max_length=32, unique=True)),
                ('enrolled_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('last_seen_at', models.DateTimeField(null=True)),
                ('hotlist_version', models.CharField(blank=True, max_length=64)),
                ('hotlist_since', models.DateTimeField(help_text='When it first said that it holds this version.', null=True)),
                ('floor', models.PositiveSmallIntegerField(default=80, help_text='Percent of its alerts that are of the listed plate: below, it rings no more.')),
                ('muted_at', models.DateTimeField(help_text='It rings nothing until it is reviewed.', null=True)),
                ('reads', models.PositiveBigIntegerField(default=0, help_text='Reads received from it.')),
                ('dropped', models.PositiveBigIntegerField(default=0, help_text='Reads that were dropped before storage: it may not record where they are from.')),
                ('drops_since', models.DateTimeField(null=True)),
                ('drops_outside', models.PositiveBigIntegerField(default=0)),
                ('drops_in_zones', models.PositiveBigIntegerField(default=0)),
                ('drops_unknown', models.PositiveBigIntegerField(default=0)),
                ('last_read_at', models.DateTimeField(help_text='Of its latest read, as its own clock said.', null=True)),
                ('read_came_at', models.DateTimeField(help_text="When that came, by the hub's clock.", null=True)),
                ('clock_ahead_ms', models.BigIntegerField(help_text='How far its clock was ahead then; negative: behind, or long on its way.', null=True)),
                ('says_checked', models.BooleanField(help_text='Its own word, with that read, of its start-of-shift check; null: it says nothing.', null=True)),
                ('camera_link', models.CharField(blank=True, default='', help_text='How its camera is connected, as it said.', max_length=500)),
                ('officer_since', models.DateTimeField(editable=False, null=True)),
                ('malfunction_at', models.DateTimeField(help_text='Since when something is reported broken.', null=True)),
                ('malfunction', models.CharField(blank=True, default='', help_text='What, in words.', max_length=120)),
                ('repaired_at', models.DateTimeField(help_text='Its last repair: a check from before counts no more.', null=True)),
                ('officer', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, help_text="Whose it is: it gets that unit's hot lists.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='people.unit')),
                ('model', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='fleet.readermodel')),
                ('code', models.CharField(blank=True, default='', editable=False, max_length=8)),
                ('code_at', models.DateTimeField(editable=False, null=True)),
                ('code_by', models.ForeignKey(blank=True, editable=False, help_text='Who confirmed the code.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ring', models.CharField(blank=True, choices=[('none', 'Not sealed'), ('passphrase', 'Sealed by a passphrase'), ('tpm2', "Sealed by its machine's TPM2")], default='', help_text='How its keys are sealed, as it said; empty: unknown.', max_length=10)),
                ('software', models.CharField(blank=True, default='', help_text='What recognized its latest read, with its version.', max_length=64)),
                ('last_batch', models.UUIDField(help_text='What it sent last, where it says what its batches follow.', null=True)),
                ('certified_at', models.DateTimeField(help_text='When its certificate was last renewed; null: at its enrollment.', null=True)),
                ('authority', models.CharField(blank=True, default='', help_text='Whose certificate it last showed.', max_length=64)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Modification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('done', plateward.core.db.fields.SealedTextField(max_length=2000)),
                ('parts', models.CharField(blank=True, max_length=200)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('under', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='fleet.authorization')),
                ('reader', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='modifications', to='fleet.reader')),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='deployment',
            name='reader',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deployments', to='fleet.reader'),
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.CharField(blank=True, max_length=40)),
                ('role', models.CharField(blank=True, max_length=20)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='fleet.reader')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReaderCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('failed', models.JSONField(default=list, help_text='The steps that failed; none: it is passed.')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('instructions', models.ForeignKey(help_text="The manufacturer's, that the page linked.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='fleet.instructions')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='fleet.reader')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['reader', '-at'], name='check_by_reader')],
            },
        ),
        migrations.CreateModel(
            name='Malfunction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('what', models.JSONField(help_text='See rules.MalfunctionKind.')),
                ('severity', models.CharField(choices=[('out', 'Out of service: its unit cannot use it'), ('limited', 'Limited: it works in part'), ('minor', 'Minor: it works, and something needs repair')], max_length=7)),
                ('due_at', models.DateTimeField(help_text='By then it is repaired, or the reader replaced.')),
                ('words', plateward.core.db.fields.SealedTextField(max_length=2000)),
                ('alert', models.BigIntegerField(help_text='The alert from whose page it was reported.', null=True)),
                ('ended_at', models.DateTimeField(help_text='When the reader said that it was over.', null=True)),
                ('by', models.ForeignKey(help_text='None: the reader itself.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='malfunctions', to='fleet.reader')),
                ('found_by', models.OneToOneField(help_text='A failed check.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='malfunction', to='fleet.readercheck')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='CheckAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('picture', 'Picture'), ('plate', 'Plates'), ('time', 'Time'), ('position', 'Position'), ('hot_list', 'Hot list'), ('alarm', 'Alarm')], max_length=10)),
                ('right', models.BooleanField()),
                ('words', plateward.core.db.fields.SealedTextField(blank=True, max_length=500)),
                ('known', models.CharField(blank=True, max_length=200)),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='fleet.readercheck')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('of', 'step'), name='one_answer_per_check_and_step')],
            },
        ),
        migrations.AddField(
            model_name='instructions',
            name='model',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instructions', to='fleet.readermodel'),
        ),
        migrations.CreateModel(
            name='Repair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('done', plateward.core.db.fields.SealedTextField(max_length=2000)),
                ('parts', models.CharField(blank=True, max_length=200)),
                ('outcome', models.CharField(choices=[('repaired', 'Repaired: it works again'), ('replaced', 'Replaced: another unit works in its place'), ('not_yet', 'Neither yet: the malfunction stays open')], max_length=8)),
                ('replacement', models.CharField(blank=True, max_length=100)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('malfunction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='repairs', to='fleet.malfunction')),
                ('under', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='fleet.authorization')),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SignificantIncident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('happened_at', models.DateTimeField()),
                ('text', plateward.core.db.fields.SealedTextField(max_length=2000)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incidents', to='fleet.reader')),
            ],
            options={
                'ordering': ['-happened_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vehicle', models.CharField(max_length=60)),
                ('reason', models.CharField(max_length=400)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('decided_at', models.DateTimeField(null=True)),
                ('approved', models.BooleanField(null=True)),
                ('answer', models.CharField(blank=True, default='', max_length=400)),
                ('before', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.unit')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='fleet.reader')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.unit')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='DeploymentDecision',
            fields=[
                ('deployment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='decision', serialize=False, to='fleet.deployment')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('approved', models.BooleanField()),
                ('answer', models.CharField(blank=True, max_length=400)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='EquipmentChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('what', models.CharField(max_length=20)),
                ('before', models.CharField(blank=True, max_length=500)),
                ('after', models.CharField(max_length=500)),
                ('reader', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='fleet.reader')),
                ('recorded', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='fleet.modification')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='UnitLeft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='left', to='fleet.reader')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.unit')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        # What is never changed or removed: the database itself refuses it.
        keep_rows(
            "fleet.Instructions",
            "fleet.ReaderCheck",
            "fleet.CheckAnswer",
            refusal="Start-of-shift checks and their instructions are never altered or removed (OPR:50 6.e.iv.1).",
        ),
        keep_rows(
            "fleet.ExclusionZone",
            refusal="Where readers may record is never altered or removed (OPR:50 6.a.ii.1).",
            last=("ended_at", "ended_by", "end_reason"),
        ),
        keep_rows(
            "fleet.Deployment",
            refusal="Where readers may record is never altered or removed (OPR:50 6.a.ii.1).",
            last=("ended_at", "ended_by", "end_reason"),
            forward=True,
        ),
        keep_rows(
            "fleet.Authorization",
            "fleet.Ending",
            "fleet.Modification",
            "fleet.Repair",
            refusal="Malfunctions, repairs, modifications and who was authorized to make them are never altered or removed (OPR:50 6.e.iv.2).",
        ),
        keep_rows(
            "fleet.Malfunction",
            refusal="Malfunctions, repairs and who was authorized to make them are never altered or removed (OPR:50 6.e.iv.2).",
            last=("ended_at",),
        ),
        keep_rows(
            "fleet.Assignment",
            "fleet.SignificantIncident",
            refusal="Transfers of readers, who had them and what happened there are never altered or removed (OPR:50 6.e.v, 6.b.i.5).",
        ),
        keep_rows(
            "fleet.Transfer",
            refusal="Transfers of readers, who had them and what happened there are never altered or removed (OPR:50 6.e.v, 6.b.i.5).",
            last=("decided_at", "decided_by_id", "approved", "answer"),
        ),
        keep_rows(
            "fleet.DeploymentArea",
            refusal="Where readers may record is never altered or removed (OPR:50 6.a.ii.1).",
        ),
        keep_rows(
            "fleet.UnitLeft",
            refusal="With which units a reader was is never altered or removed (OPR:50 6.b.i.8).",
        ),
        keep_rows(
            "fleet.DeploymentDecision",
            refusal="Where readers may record is never altered or removed (OPR:50 6.b.i.5).",
        ),
        keep_rows(
            "fleet.EquipmentChange",
            refusal="Changes of equipment are never altered or removed (OPR:50 6.e.iv.2).",
            last=("recorded_id",),
        ),
    ]
