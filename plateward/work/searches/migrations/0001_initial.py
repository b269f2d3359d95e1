import django.db.models.deletion
import django.db.models.functions.text
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
            name='ReadShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('read', models.UUIDField(db_index=True)),
                ('purpose', plateward.core.db.fields.SealedTextField(max_length=1000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('ends_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shared_reads', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Search',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('at', models.DateTimeField(db_index=True, default=plateward.ground.clock.now)),
                ('purpose', models.CharField(max_length=30)),
                ('reason', plateward.core.db.fields.SealedTextField(max_length=2000)),
                ('number', models.CharField(db_index=True, max_length=40)),
                ('query_json', plateward.core.db.fields.SealedTextField()),
                ('starts_from_place', models.BooleanField(default=False)),
                ('basis', models.CharField(blank=True, choices=[('warrant', 'A warrant'), ('exigency', 'An emergency that leaves no time for a warrant')], max_length=8)),
                ('basis_text', plateward.core.db.fields.SealedTextField(blank=True, max_length=1000)),
                ('why_older', plateward.core.db.fields.SealedTextField(blank=True, max_length=1000)),
                ('offense', models.CharField(max_length=20, null=True)),
                ('tie', models.CharField(max_length=12, null=True)),
                ('tie_to', plateward.core.db.fields.SealedTextField(max_length=200, null=True)),
                ('brakes', models.JSONField(default=list)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='searches', to=settings.AUTH_USER_MODEL)),
                ('warrant_court', plateward.core.db.fields.SealedTextField(max_length=200, null=True)),
                ('warrant_on', models.DateField(null=True)),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(django.db.models.functions.text.Replace('number', models.Value('-')), name='search_by_bare_number')],
            },
        ),
        migrations.CreateModel(
            name='NumberCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standing', models.CharField(choices=[('closed', 'closed'), ('foreign', 'foreign'), ('open', 'open'), ('unassigned', 'unassigned'), ('unknown', 'unknown'), ('unreachable', 'unreachable')], max_length=11)),
                ('detail', models.CharField(max_length=400)),
                ('vehicles', models.PositiveSmallIntegerField(null=True)),
                ('named', plateward.core.db.fields.SealedTextField(null=True)),
                ('kind', models.CharField(max_length=120, null=True)),
                ('place', plateward.core.db.fields.SealedTextField(null=True)),
                ('since', models.DateTimeField(null=True)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('search', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='searches.search')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='MarkStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('in_order', 'In order'), ('asked', 'Asked'), ('answered', 'Answered'), ('finding', 'Finding opened')], max_length=8)),
                ('text', plateward.core.db.fields.SealedTextField(blank=True, max_length=1000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('search', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mark_steps', to='searches.search')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('thin', 'The sentence says little about this case.'), ('odd', 'Some of the sentence is not words.'), ('text', 'The sentence describes a different offense or event than the one chosen.'), ('purpose', 'The purpose is for another kind of offense or event.'), ('incident', 'CAD has a different type of incident.'), ('unnamed', '“Named in the case record”, but CAD does not name this plate.'), ('related', 'A missing person or a family matter, and CAD does not name this plate.'), ('stories', 'Other searches in this case are for another offense or event.')], max_length=8)),
                ('at', models.DateTimeField(db_index=True, default=plateward.ground.clock.now)),
                ('search', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='searches.search')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('search', 'kind'), name='a_search_is_marked_once_for_each_reason')],
            },
        ),
        migrations.CreateModel(
            name='SearchDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.PositiveSmallIntegerField(default=0)),
                ('kind', models.CharField(choices=[('approved', 'Approved'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], max_length=9)),
                ('acting', models.CharField(blank=True, max_length=400)),
                ('text', plateward.core.db.fields.SealedTextField(blank=True, max_length=1000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('search', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='searches.search')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('search', 'step'), name='a_step_is_decided_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchReferral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('why', models.CharField(max_length=400)),
                ('step', models.PositiveSmallIntegerField(default=0)),
                ('search', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='searches.search')),
                ('to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SearchStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('why', plateward.core.db.fields.SealedTextField(max_length=1000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('search', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='searches.search')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('search', 'number'), name='a_step_of_a_search_is_taken_once')],
            },
        ),
        migrations.CreateModel(
            name='StoppedRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('purpose', models.CharField(max_length=30)),
                ('reason', plateward.core.db.fields.SealedTextField(max_length=2000)),
                ('field', models.CharField(choices=[('reason', 'Reason'), ('basis_text', 'Warrant number, or the emergency in words'), ('why_older', 'Why older reads are needed'), ('unmasking', 'Why a plate is unmasked'), ('why', 'Why more plates are needed'), ('tie_to', 'What ties the vehicle to the case'), ('narrative', 'Why a plate is to be listed')], max_length=10, null=True)),
                ('number', models.CharField(max_length=40)),
                ('clause', models.CharField(max_length=20)),
                ('why', models.CharField(max_length=400)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='StoppedDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('barred', 'Barred by law'), ('cleared', 'Not such a purpose')], max_length=7)),
                ('text', plateward.core.db.fields.SealedTextField(max_length=1000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stopped', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='searches.stoppedrequest')),
            ],
        ),
        migrations.CreateModel(
            name='Unmasking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('plate', plateward.core.db.fields.SealedTextField(max_length=20)),
                ('reason', plateward.core.db.fields.SealedTextField(max_length=1000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('search', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unmaskings', to='searches.search')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('search', 'digest'), name='a_plate_of_a_search_is_unmasked_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchReach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=20)),
                ('reach', models.CharField(choices=[('unit', 'Own unit'), ('district', 'Own district'), ('agency', 'All of the agency')], max_length=8)),
                ('reason', models.CharField(max_length=1000)),
                ('at', models.DateTimeField(default=plateward.ground.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        # What is never changed or removed: the database itself refuses it.
        keep_rows(
            "searches.ReadShare",
            refusal="A share is ended, once, and never altered or removed (OPR:50 6.e.ii).",
            last=("ended_at",),
        ),
        keep_rows(
            "searches.Search",
            "searches.NumberCheck",
            "searches.SearchStep",
            "searches.SearchDecision",
            "searches.SearchReferral",
            "searches.Unmasking",
            "searches.StoppedRequest",
            "searches.StoppedDecision",
            "searches.Mark",
            "searches.MarkStep",
            "searches.SearchReach",
            refusal="Searches and what became of them are never altered or removed (OPR:50 6.b.i.9).",
        ),
    ]
