import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import plateward.clock
import plateward.hotlists.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reason",
            fields=[
                ("key", models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ("text", models.CharField(max_length=80, unique=True)),
                ("legal_basis", models.CharField(max_length=200)),
                ("added_by", models.CharField(max_length=120)),
                ("added_at", models.DateTimeField(default=plateward.clock.now)),
                (
                    "retired_at",
                    models.DateTimeField(help_text="No new entry may give it from then on.", null=True),
                ),
            ],
            options={
                "ordering": ["text"],
            },
        ),
        migrations.CreateModel(
            name="HotList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
                (
                    "source",
                    models.CharField(help_text="Who supplies it: NCIC, a state, an agency.", max_length=60),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ncic", "NCIC extract"),
                            ("state", "State list"),
                            ("agency", "This agency's own list"),
                            ("outside", "Outside agency's list"),
                        ],
                        default="outside",
                        max_length=8,
                    ),
                ),
                ("covert", models.BooleanField(default=False)),
                ("roles", models.JSONField(blank=True, default=list)),
                (
                    "alarms",
                    models.JSONField(
                        default=plateward.hotlists.models.default_alarms,
                        help_text="By match kind: ring, show or off.",
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[("high", "High"), ("normal", "Normal"), ("low", "Low")],
                        default="normal",
                        max_length=6,
                    ),
                ),
                (
                    "sound",
                    models.CharField(
                        choices=[
                            ("standard", "By priority"),
                            ("urgent", "Urgent"),
                            ("plain", "Plain"),
                            ("soft", "Soft"),
                            ("none", "No sound"),
                        ],
                        default="standard",
                        max_length=8,
                    ),
                ),
                (
                    "through_dispatch",
                    models.BooleanField(
                        default=False,
                        help_text="Each alert of it opens a call for service, whichever reader saw the vehicle.",
                    ),
                ),
                (
                    "refresh_at",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Times of day by which a new copy is due, as 06:00, in the agency's zone.",
                    ),
                ),
                (
                    "stale_after_hours",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Older than this, nothing on it matches. Empty: it does not go stale.",
                        null=True,
                    ),
                ),
                (
                    "refreshed_at",
                    models.DateTimeField(
                        help_text="When its last file was applied, or was found unchanged. Null: none ever was.",
                        null=True,
                    ),
                ),
                (
                    "hold_below",
                    models.PositiveSmallIntegerField(
                        default=50,
                        help_text="Percent: a load that leaves this share of the list or less waits.",
                    ),
                ),
                (
                    "hold_above",
                    models.PositiveSmallIntegerField(
                        default=200,
                        help_text="Percent: a load that makes the list this share of itself or more waits.",
                    ),
                ),
                (
                    "hold_from",
                    models.PositiveIntegerField(
                        default=100,
                        help_text="Lists of fewer entries than this, before and after, never wait.",
                    ),
                ),
                (
                    "floor",
                    models.PositiveSmallIntegerField(
                        default=50,
                        help_text="Percent of its alerts that are on file when asked: below, it rings no more.",
                    ),
                ),
                (
                    "alarm_withheld_at",
                    models.DateTimeField(help_text="It rings nothing until it is reviewed.", null=True),
                ),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("people", models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("units", models.ManyToManyField(blank=True, related_name="+", to="people.unit")),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("load", "A file was loaded"),
                            ("entry", "An entry was approved"),
                            ("removal", "An entry was removed"),
                            ("recall", "An entry was recalled"),
                            ("settings", "The list's settings were changed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("by", models.CharField(max_length=120)),
                ("at", models.DateTimeField(db_index=True, null=True)),
                (
                    "why",
                    models.CharField(
                        blank=True, help_text="Of a recall, in the words of who did it.", max_length=250
                    ),
                ),
                (
                    "hotlist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="hotlists.hotlist",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="EncounterBasis",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("legal_basis", models.CharField(max_length=400)),
                ("begins", models.DateTimeField(default=plateward.clock.now)),
                ("begun_by", models.CharField(max_length=120)),
                ("ends", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=120)),
                ("end_reason", models.CharField(blank=True, max_length=400)),
                (
                    "hotlist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="encounter_bases",
                        to="hotlists.hotlist",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ends", None)),
                        fields=("hotlist",),
                        name="one_encounter_basis_per_list",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Load",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("leased_until", models.DateTimeField(null=True)),
                ("leased_by", models.CharField(blank=True, max_length=32)),
                ("file_name", models.CharField(max_length=200)),
                (
                    "format",
                    models.CharField(
                        default="csv", help_text="csv, ncic:VERSION, NAME:VERSION.", max_length=80
                    ),
                ),
                ("size", models.BigIntegerField(default=0, help_text="Bytes.")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("by", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("receiving", "Being received"),
                            ("received", "Waiting to be looked at"),
                            ("looking", "Being looked at"),
                            ("looked", "Waiting for a person"),
                            ("held", "Held: a person must look at it first"),
                            ("approved", "Waiting to be applied"),
                            ("applying", "Being applied"),
                            ("applied", "Applied"),
                            ("unchanged", "The same file again"),
                            ("discarded", "Discarded"),
                            ("failed", "Not applied"),
                        ],
                        default="receiving",
                        max_length=9,
                    ),
                ),
                ("looked_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "base_at",
                    models.DateTimeField(
                        help_text="When its list had last changed as it was looked at: what it found holds until then.",
                        null=True,
                    ),
                ),
                (
                    "decided_by",
                    models.CharField(
                        blank=True, help_text="Who had it applied, or discarded it.", max_length=120
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=400)),
                ("rows", models.PositiveIntegerField(default=0, help_text="Lines that can be taken.")),
                (
                    "before",
                    models.PositiveIntegerField(
                        default=0, help_text="Entries in force when it was looked at."
                    ),
                ),
                ("added", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("removed", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                (
                    "held_back",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Lines that would list a plate again which was recalled here (recall/).",
                    ),
                ),
                (
                    "named",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="New or changed lines that name a vehicle of the register (protected/).",
                    ),
                ),
                (
                    "hotlist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loads",
                        to="hotlists.hotlist",
                    ),
                ),
                (
                    "revision",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="load",
                        to="hotlists.revision",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "applying")),
                        fields=("hotlist",),
                        name="one_load_applied_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, primary_key=True, serialize=False)),
                (
                    "plate",
                    models.CharField(
                        help_text="As the source wrote it; ? is one unknown character, * any.", max_length=20
                    ),
                ),
                ("bare", models.CharField(help_text="The plate without spaces and dashes.", max_length=20)),
                ("state", models.CharField(blank=True, max_length=2)),
                (
                    "plate_type",
                    models.CharField(blank=True, help_text="NCIC's LIT code, e.g. PC or TK.", max_length=2),
                ),
                ("plate_year", models.CharField(blank=True, max_length=4)),
                ("reason", models.CharField(help_text="A key of Reason.texts().", max_length=40)),
                (
                    "priority",
                    models.CharField(
                        choices=[("high", "high"), ("normal", "normal"), ("low", "low")], max_length=6
                    ),
                ),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "vehicle",
                    models.CharField(
                        blank=True, help_text="Year, make, model, style, color, in words.", max_length=120
                    ),
                ),
                (
                    "nic",
                    models.CharField(
                        blank=True,
                        help_text="The source's own number of the record, e.g. its NIC.",
                        max_length=20,
                    ),
                ),
                ("ori", models.CharField(blank=True, help_text="The agency that entered it.", max_length=9)),
                ("listed_on", models.DateField(help_text="When the source listed it.", null=True)),
                ("number", models.CharField(blank=True, help_text="CAD or case number.", max_length=40)),
                (
                    "hotlist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="hotlists.hotlist",
                    ),
                ),
                (
                    "began",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="begun",
                        to="hotlists.revision",
                    ),
                ),
                (
                    "ended",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ended",
                        to="hotlists.revision",
                    ),
                ),
            ],
            options={
                "ordering": ["plate", "state", "nic"],
                "indexes": [models.Index(fields=["bare"], name="entry_by_plate")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended", None)),
                        fields=("hotlist", "bare", "state", "nic"),
                        name="one_live_entry_per_plate",
                    )
                ],
            },
        ),
    ]
