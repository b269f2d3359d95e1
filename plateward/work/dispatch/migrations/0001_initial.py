import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import plateward.core.db.fields
import plateward.ground.clock


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('alerts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tried_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('key', models.UUIDField(default=uuid_utils.compat.uuid7, help_text='Its name on every message.', unique=True)),
                ('opened', models.CharField(choices=[('cad', 'By dispatch itself, before the alert was added'), ('dispatch', 'Automatic: no unit is at the reader'), ('list', 'Automatic: its list goes through dispatch'), ('notice', 'Dispatch was notified')], max_length=8)),
                ('opened_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('number', models.CharField(blank=True, help_text="CAD's own; none before CAD has answered.", max_length=60)),
                ('cad', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed by CAD'), ('cancelled', 'Canceled by CAD'), ('unknown', 'No longer in CAD')], default='open', help_text='As CAD has it.', max_length=9)),
                ('units', models.JSONField(default=list, help_text='Put on it by CAD: pairs of name and status.')),
                ('heard_at', models.DateTimeField(help_text="By CAD's clock: how old what it said last is.", null=True)),
                ('lacks', models.JSONField(default=list, help_text="Alerts of which CAD's own copy has no word.")),
                ('cad_id', models.CharField(blank=True, help_text="CAD's own name of it.", max_length=200)),
                ('kind', models.CharField(blank=True, max_length=120)),
                ('common', models.CharField(blank=True, help_text='Its type in the registry.', max_length=120)),
                ('place', models.CharField(blank=True, max_length=120)),
                ('since', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('cad_id', ''), _negated=True), fields=('cad_id',), name='a_call_of_cad_is_here_once')],
            },
        ),
        migrations.CreateModel(
            name='CallAlert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('lat', models.FloatField(null=True)),
                ('lon', models.FloatField(null=True)),
                ('radius', models.FloatField(help_text='Meters: the accuracy of the place.', null=True)),
                ('heading', models.FloatField(help_text='Degrees clockwise from north.', null=True)),
                ('alert', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='link', to='alerts.alert')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='dispatch.call')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('leased_until', models.DateTimeField(null=True)),
                ('leased_by', models.CharField(blank=True, max_length=32)),
                ('due_at', models.DateTimeField(db_index=True, default=plateward.ground.clock.now, help_text='When it is tried next.')),
                ('tries', models.PositiveIntegerField(default=0, help_text='Failed since the last progress.')),
                ('problem', models.CharField(blank=True, max_length=12)),
                ('detail', models.CharField(blank=True, help_text='Of the problem, if there is one.', max_length=300)),
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, primary_key=True, serialize=False)),
                ('document', plateward.core.db.fields.SealedTextField()),
                ('made_at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('sent_at', models.DateTimeField(null=True)),
                ('refused_at', models.DateTimeField(null=True)),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='dispatch.call')),
            ],
            options={
                'ordering': ['made_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('refused_at', None), ('sent_at', None)), fields=('call',), name='one_message_waits_per_call')],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.CharField(max_length=120)),
                ('what', models.CharField(max_length=400)),
                ('tells', models.BooleanField(default=True)),
                ('alert', models.ForeignKey(help_text='Of which it tells, if of one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alerts.alert')),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='dispatch.call')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='dispatch.message')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('message', None), ('tells', True)), fields=['call'], name='change_to_be_told')],
            },
        ),
    ]
