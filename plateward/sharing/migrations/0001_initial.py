import django.db.models.deletion
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
            name='RedactedPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read', models.UUIDField()),
                ('day', models.DateField(help_text='UTC day of its capture.')),
                ('request', models.CharField(help_text='The name of the request that it was made for.', max_length=60)),
                ('original_sha256', models.CharField(max_length=64)),
                ('sha256', models.CharField(help_text='Of the redacted JPEG.', max_length=64)),
                ('manifest_json', plateward.core.db.fields.SealedTextField(help_text='What was covered and why: manifest.py.')),
                ('content', plateward.core.db.fields.SealedTextField(help_text='The redacted JPEG, in base64.')),
                ('proof_json', plateward.core.db.fields.SealedTextField(blank=True, help_text="That the rest is the lens's own: ground/tiles/proof.py.")),
                ('by', models.CharField(help_text='The key of the actor who reviewed it.', max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['read'], name='sharing_red_read_683957_idx')],
            },
        ),
        migrations.CreateModel(
            name='RecordsFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data', models.CharField(choices=[('statistics', 'Statistics: counts without plates, people or single events'), ('documents', 'Documents: policy, contracts, training material'), ('audit', 'Audit information: how the system was used'), ('redacted', 'Redacted pictures: plates, faces and people covered'), ('hits', 'Hot list entries and alerts'), ('pictures', 'Pictures as captured'), ('reads', 'Reads: plates, times and places')], max_length=10)),
                ('name', models.CharField(max_length=100)),
                ('media_type', models.CharField(max_length=60)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('content', plateward.core.db.fields.SealedBytesField()),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('picture', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sharing.redactedpicture')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RecordsRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('requester', models.CharField(choices=[('public', 'Member of the public'), ('media', 'News media'), ('research', 'Research or university'), ('insurer', 'Insurance company'), ('party', 'Party to a court case, or their attorney')], max_length=10)),
                ('way', models.CharField(choices=[('page', 'Public page'), ('mail', 'Mail or email'), ('phone', 'Phone'), ('paper', 'In person')], max_length=10)),
                ('name', plateward.core.db.fields.SealedTextField(max_length=120)),
                ('contact', plateward.core.db.fields.SealedTextField(max_length=300)),
                ('text', plateward.core.db.fields.SealedTextField(max_length=4000)),
                ('secret', models.CharField(max_length=64)),
                ('received_on', models.DateField()),
                ('taken_by', models.CharField(max_length=120)),
                ('taken_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('due_on', models.DateField()),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='RecordsAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('grant', 'Grant'), ('partial', 'Grant in part'), ('deny', 'Deny'), ('none', 'No responsive records'), ('fee', 'Fee due before copies are made')], max_length=10)),
                ('data', models.JSONField(default=list)),
                ('basis', models.CharField(max_length=400)),
                ('text', plateward.core.db.fields.SealedTextField(max_length=4000)),
                ('officials', plateward.core.db.fields.SealedTextField(blank=True, max_length=600)),
                ('fee', models.CharField(blank=True, max_length=20)),
                ('sha256', models.CharField(max_length=64)),
                ('proposed_by', models.CharField(max_length=120)),
                ('proposed_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, max_length=120)),
                ('approved', models.BooleanField(null=True)),
                ('note', plateward.core.db.fields.SealedTextField(blank=True, max_length=400)),
                ('files', models.ManyToManyField(related_name='answers', to='sharing.recordsfile')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='sharing.recordsrequest')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RecordsLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('acknowledge', 'Acknowledgment'), ('extension', 'Extension'), ('answer', 'Answer')], max_length=12)),
                ('title', models.CharField(max_length=100)),
                ('text', plateward.core.db.fields.SealedTextField(max_length=8000)),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('answer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='sharing.recordsanswer')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='sharing.recordsrequest')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='recordsfile',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='sharing.recordsrequest'),
        ),
        migrations.CreateModel(
            name='ReleaseRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('requester', models.CharField(choices=[('public', 'Member of the public'), ('media', 'News media'), ('research', 'Research or university'), ('insurer', 'Insurance company'), ('party', 'Party to a court case, or their attorney')], max_length=10)),
                ('data', models.CharField(choices=[('statistics', 'Statistics: counts without plates, people or single events'), ('documents', 'Documents: policy, contracts, training material'), ('audit', 'Audit information: how the system was used'), ('redacted', 'Redacted pictures: plates, faces and people covered'), ('hits', 'Hot list entries and alerts'), ('pictures', 'Pictures as captured'), ('reads', 'Reads: plates, times and places')], max_length=10)),
                ('outcome', models.CharField(choices=[('allowed', 'May be released'), ('chief', 'Chief decides each release'), ('denied', 'Denied')], max_length=10)),
                ('basis', models.CharField(max_length=300)),
                ('proposed_by', models.CharField(max_length=120)),
                ('proposed_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, max_length=120)),
                ('approved', models.BooleanField(null=True)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('decided_at', None)), fields=('requester', 'data'), name='release_one_proposed')],
            },
        ),
        migrations.CreateModel(
            name='NamedPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read', models.UUIDField()),
                ('day', models.DateField()),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pictures', to='sharing.recordsrequest')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('request', 'read'), name='records_named_once')],
            },
        ),
        # What is never changed or removed: the database itself refuses it.
        keep_rows(
            "sharing.RedactedPicture",
            refusal="A redacted picture and its manifest are never altered or removed (OPR:50 6.h.iii).",
        ),
        keep_rows(
            "sharing.RecordsRequest",
            refusal="Requests for records are kept (OPR:50 6.h.iii).",
            last=("answered_at",),
            changes=("acknowledged_at", "due_on"),
        ),
        keep_rows(
            "sharing.RecordsAnswer",
            refusal="Answers to requests for records are kept; a later one replaces them (OPR:50 6.h.iii).",
            last=("decided_at", "decided_by", "approved", "note"),
        ),
        keep_rows(
            "sharing.NamedPicture",
            "sharing.RecordsFile",
            "sharing.RecordsLetter",
            refusal="Letters and files to who requested records are kept (OPR:50 6.h.iii).",
        ),
        keep_rows(
            "sharing.ReleaseRule",
            refusal="Release rules are kept; a later one replaces them (OPR:50 6.h.i).",
            last=("decided_at", "decided_by", "approved"),
        ),
    ]
