import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plateward.alerts.facts
import plateward.alerts.vehicles
import plateward.db.fields
import plateward.links.ncic.vehicle


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("fleet", "0001_initial"),
        ("hotlists", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("read", models.UUIDField()),
                ("captured_at", models.DateTimeField(help_text="As its reader's clock said.")),
                (
                    "seen_at",
                    models.DateTimeField(
                        help_text="The same by the hub's clock, where the reader's was off."
                    ),
                ),
                ("arrived_at", models.DateTimeField()),
                ("hotlist_version", models.CharField(max_length=40)),
                (
                    "list_at",
                    models.DateTimeField(
                        help_text="As of when its list was, when the read was matched.", null=True
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        help_text="How it matches: see matching.kinds.MatchKind.", max_length=11
                    ),
                ),
                ("state_agreement", models.CharField(max_length=10)),
                (
                    "sure",
                    models.BooleanField(
                        default=True, help_text="Whether the reader stood by a read of it enough to ring."
                    ),
                ),
                (
                    "rings",
                    models.BooleanField(
                        default=True,
                        help_text="Whether a sure read of it matched in a way that rings by its list: see matching.engine.",
                    ),
                ),
                (
                    "historical",
                    models.BooleanField(
                        default=False,
                        help_text="An earlier read, found by looking back or more than an hour on its way: it rings no alarm.",
                    ),
                ),
                ("shift_check", models.CharField(blank=True, default="", max_length=8)),
                ("shift_check_failed", models.CharField(blank=True, default="", max_length=60)),
                ("malfunction_at", models.DateTimeField(null=True)),
                ("malfunction", models.CharField(blank=True, default="", max_length=120)),
                ("handled_words", models.CharField(blank=True, default="", max_length=200)),
                (
                    "silent_until",
                    models.DateTimeField(
                        help_text="It rings no alarm before then, because of how that one was handled.",
                        null=True,
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            (plateward.alerts.facts.Stage["NEW"], "New: read the plate"),
                            (plateward.alerts.facts.Stage["CONFIRMED"], "Plate confirmed"),
                            (plateward.alerts.facts.Stage["NOT_CONFIRMED"], "Not the listed plate"),
                            (plateward.alerts.facts.Stage["OTHER_VEHICLE"], "Not the listed vehicle"),
                            (plateward.alerts.facts.Stage["OBSERVED"], "Seen on the vehicle"),
                            (plateward.alerts.facts.Stage["VERIFIED"], "Verified"),
                            (plateward.alerts.facts.Stage["NOT_VERIFIED"], "Not verified"),
                            (plateward.alerts.facts.Stage["ACTED"], "Acted upon"),
                            (plateward.alerts.facts.Stage["RETURNED"], "Disposition returned"),
                            (plateward.alerts.facts.Stage["CLOSED"], "Closed"),
                        ],
                        default=plateward.alerts.facts.Stage["NEW"],
                        max_length=14,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="hotlists.entry",
                    ),
                ),
                (
                    "handled",
                    models.ForeignKey(
                        help_text="That last alert.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="alerts.alert",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alerts", to="fleet.reader"
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (
                                plateward.alerts.facts.ActKind["ENCOUNTER"],
                                plateward.alerts.facts.ActKind["ENCOUNTER"],
                            ),
                            (
                                plateward.alerts.facts.ActKind["INVESTIGATION"],
                                plateward.alerts.facts.ActKind["INVESTIGATION"],
                            ),
                            (
                                plateward.alerts.facts.ActKind["ENFORCEMENT"],
                                plateward.alerts.facts.ActKind["ENFORCEMENT"],
                            ),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acts", to="alerts.alert"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("new", models.BooleanField(help_text="The alert came; otherwise its stage changed.")),
                ("at", models.DateTimeField()),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="alerts.alert"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("plate", models.CharField(max_length=20)),
                ("state", models.CharField(blank=True, max_length=2)),
                ("agrees", models.BooleanField()),
                (
                    "alert",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmation",
                        to="alerts.alert",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Disposition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            (plateward.alerts.facts.AlertOutcome["ENFORCEMENT"], "Enforcement action taken"),
                            (
                                plateward.alerts.facts.AlertOutcome["ENCOUNTER"],
                                "Encounter, no enforcement action",
                            ),
                            (plateward.alerts.facts.AlertOutcome["INVESTIGATION"], "Investigation opened"),
                            (
                                plateward.alerts.facts.AlertOutcome["NOT_LOCATED"],
                                "Vehicle not located or not stopped",
                            ),
                            (plateward.alerts.facts.AlertOutcome["NOT_VERIFIED"], "Not verified"),
                            (plateward.alerts.facts.AlertOutcome["MISREAD"], "Camera misread the plate"),
                            (
                                plateward.alerts.facts.AlertOutcome["OTHER_PLATE"],
                                "Camera read it correctly, the listed plate is a different one",
                            ),
                            (
                                plateward.alerts.facts.AlertOutcome["WRONG_STATE"],
                                "Plate is from another state than listed",
                            ),
                            (
                                plateward.alerts.facts.AlertOutcome["WRONG_VEHICLE"],
                                "Another class of vehicle than listed",
                            ),
                            (
                                plateward.alerts.facts.AlertOutcome["STALE"],
                                "Entry should no longer be on the list",
                            ),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "enforcement",
                    plateward.db.fields.SealedTextField(
                        blank=True,
                        help_text="In words, as it was asked before each kind was asked by itself.",
                    ),
                ),
                ("narrative", plateward.db.fields.SealedTextField()),
                ("persons_stopped", models.PositiveSmallIntegerField(null=True)),
                ("force_used", models.BooleanField(null=True)),
                ("force", plateward.db.fields.SealedTextField(blank=True, default="")),
                ("recovered", models.BooleanField(help_text="Whether property was.", null=True)),
                ("recovery", plateward.db.fields.SealedTextField(blank=True, default="")),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispositions",
                        to="alerts.alert",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Explanation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("differs", models.JSONField()),
                ("text", plateward.db.fields.SealedTextField()),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="explanations",
                        to="alerts.alert",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("matches", models.BooleanField()),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            (plateward.links.ncic.vehicle.VehicleClass["CAR"], "Car"),
                            (plateward.links.ncic.vehicle.VehicleClass["SUV"], "SUV"),
                            (plateward.links.ncic.vehicle.VehicleClass["PICKUP"], "Pickup"),
                            (plateward.links.ncic.vehicle.VehicleClass["VAN"], "Van, minivan"),
                            (plateward.links.ncic.vehicle.VehicleClass["MOTORCYCLE"], "Motorcycle"),
                            (plateward.links.ncic.vehicle.VehicleClass["TRUCK"], "Truck, bus, RV"),
                            (plateward.links.ncic.vehicle.VehicleClass["TRAILER"], "Trailer"),
                            (plateward.links.ncic.vehicle.VehicleClass["OTHER"], "Another class"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "color",
                    models.CharField(
                        blank=True,
                        choices=[
                            (plateward.links.ncic.vehicle.VehicleColor["BLACK"], "Black"),
                            (plateward.links.ncic.vehicle.VehicleColor["WHITE"], "White"),
                            (plateward.links.ncic.vehicle.VehicleColor["GRAY"], "Gray, silver"),
                            (plateward.links.ncic.vehicle.VehicleColor["RED"], "Red, maroon"),
                            (plateward.links.ncic.vehicle.VehicleColor["BLUE"], "Blue"),
                            (plateward.links.ncic.vehicle.VehicleColor["GREEN"], "Green"),
                            (plateward.links.ncic.vehicle.VehicleColor["BROWN"], "Brown, tan, gold"),
                            (plateward.links.ncic.vehicle.VehicleColor["YELLOW"], "Yellow, orange"),
                            (plateward.links.ncic.vehicle.VehicleColor["PURPLE"], "Purple, pink"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                ("make", models.CharField(blank=True, default="", max_length=20)),
                (
                    "years",
                    models.CharField(
                        blank=True,
                        choices=[
                            (plateward.alerts.vehicles.Years["BEFORE"], "Before 1990"),
                            (plateward.alerts.vehicles.Years["NINETIES"], "1990s"),
                            (plateward.alerts.vehicles.Years["AUGHTS"], "2000s"),
                            (plateward.alerts.vehicles.Years["TENS"], "2010s"),
                            (plateward.alerts.vehicles.Years["TWENTIES"], "2020s"),
                        ],
                        default="",
                        max_length=4,
                    ),
                ),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observations",
                        to="alerts.alert",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Recall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("expiry", "The entry expired"),
                            ("load", "A new copy of the list is without it"),
                            ("recall", "A person recalled it"),
                            ("removal", "Its removal was approved"),
                            ("retired", "The list was retired"),
                            ("settings", "The list's settings were changed"),
                            ("other", "It was ended"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "why",
                    models.CharField(help_text="In words, for a person who saw the alert.", max_length=300),
                ),
                (
                    "closes",
                    models.BooleanField(
                        help_text="False: it was acted upon, and a person must say how it ended."
                    ),
                ),
                (
                    "alert",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recall", to="alerts.alert"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("read", models.UUIDField()),
                ("captured_at", models.DateTimeField(help_text="As its reader's clock said.")),
                (
                    "seen_at",
                    models.DateTimeField(
                        help_text="The same by the hub's clock, where the reader's was off."
                    ),
                ),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sightings",
                        to="alerts.alert",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="fleet.reader"
                    ),
                ),
            ],
            options={
                "ordering": ["seen_at"],
            },
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            (plateward.alerts.facts.VerificationSource["NCIC"], "NCIC"),
                            (plateward.alerts.facts.VerificationSource["FMCSA"], "FMCSA"),
                        ],
                        default=plateward.alerts.facts.VerificationSource["NCIC"],
                        max_length=5,
                    ),
                ),
                ("query", models.CharField(max_length=40)),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            (
                                plateward.alerts.facts.VerificationAnswer["HIT"],
                                plateward.alerts.facts.VerificationAnswer["HIT"],
                            ),
                            (
                                plateward.alerts.facts.VerificationAnswer["NO_RECORD"],
                                plateward.alerts.facts.VerificationAnswer["NO_RECORD"],
                            ),
                            (
                                plateward.alerts.facts.VerificationAnswer["CLEAR"],
                                plateward.alerts.facts.VerificationAnswer["CLEAR"],
                            ),
                            (
                                plateward.alerts.facts.VerificationAnswer["DOWN"],
                                plateward.alerts.facts.VerificationAnswer["DOWN"],
                            ),
                            (
                                plateward.alerts.facts.VerificationAnswer["GARBLED"],
                                plateward.alerts.facts.VerificationAnswer["GARBLED"],
                            ),
                        ],
                        max_length=10,
                    ),
                ),
                ("detail", models.CharField(max_length=300)),
                ("verbatim", plateward.db.fields.SealedTextField(blank=True)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verifications",
                        to="alerts.alert",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["captured_at"], name="alert_by_capture"),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["stage", "-number"], name="alert_by_stage"),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(
                    models.Q(("stage", plateward.alerts.facts.Stage["CLOSED"]), _negated=True),
                    ("historical", False),
                ),
                fields=["-number"],
                name="alert_open",
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("historical", True)), fields=["-number"], name="alert_found_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(fields=("read", "entry"), name="one_alert_per_read_and_entry"),
        ),
        migrations.AddIndex(
            model_name="sighting",
            index=models.Index(fields=["captured_at"], name="sighting_by_capture"),
        ),
        migrations.AddConstraint(
            model_name="sighting",
            constraint=models.UniqueConstraint(
                fields=("read", "alert"), name="one_sighting_per_read_and_alert"
            ),
        ),
    ]
