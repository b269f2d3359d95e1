import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reader",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64, unique=True)),
                ("camera", models.CharField(help_text="The camera its reads name.", max_length=64)),
                ("public_key", models.BinaryField(help_text="Ed25519, raw.", max_length=32, unique=True)),
                ("enrolled_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_seen_at", models.DateTimeField(null=True)),
                ("hotlist_version", models.CharField(blank=True, max_length=40)),
                (
                    "hotlist_since",
                    models.DateTimeField(
                        help_text="When it first said that it holds this version.", null=True
                    ),
                ),
                (
                    "floor",
                    models.PositiveSmallIntegerField(
                        default=80,
                        help_text="Percent of its alerts that are of the listed plate: below, it rings no more.",
                    ),
                ),
                (
                    "alarm_withheld_at",
                    models.DateTimeField(help_text="It rings nothing until it is reviewed.", null=True),
                ),
                ("reads", models.PositiveBigIntegerField(default=0, help_text="Reads received from it.")),
                (
                    "last_read_at",
                    models.DateTimeField(help_text="Of its latest read, as its own clock said.", null=True),
                ),
                (
                    "read_came_at",
                    models.DateTimeField(help_text="When that came, by the hub's clock.", null=True),
                ),
                (
                    "clock_ahead_ms",
                    models.BigIntegerField(
                        help_text="How far its clock was ahead then; negative: behind, or long on its way.",
                        null=True,
                    ),
                ),
                (
                    "says_checked",
                    models.BooleanField(
                        help_text="Its own word, with that read, of its start-of-shift check; null: it says nothing.",
                        null=True,
                    ),
                ),
                (
                    "malfunction_at",
                    models.DateTimeField(help_text="Since when something is reported broken.", null=True),
                ),
                (
                    "malfunction",
                    models.CharField(blank=True, default="", help_text="What, in words.", max_length=120),
                ),
                (
                    "repaired_at",
                    models.DateTimeField(
                        help_text="Its last repair: a check from before counts no more.", null=True
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whose it is: it gets that unit's hot lists.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readers",
                        to="people.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
    ]
