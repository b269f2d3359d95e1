"""An alert and what people recorded about it, with person and time. Records are added, never changed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import Row
from plateward.core.pages.models import HasPage
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.models import EncounterBasis, Entry
from plateward.ground import clock
from plateward.ground.links.ncic.vehicle import CLASS_TEXT, COLOR_TEXT, VehicleClass
from plateward.ground.matching.partial import plates_agree
from plateward.people.actor import PersonActor
from plateward.work.alerts import vehicles
from plateward.work.alerts.answers import governing_answer
from plateward.work.alerts.facts import (
    ActKind,
    AlertOutcome,
    Facts,
    FaultKind,
    Stage,
    VerificationAnswer,
    VerificationSource,
)
from plateward.work.alerts.rules import Agreement, agreement
from plateward.work.alerts.stored import StoreAnswer, read_or_why
from plateward.work.alerts.vehicles import Description, ObservedVehicle, Years

if TYPE_CHECKING:
    from plateward.work.alerts.verifying.models import Verification


class Alert(HasPage):
    """A read that may be of a listed plate. `stage` repeats what the records say, for the queue."""

    page_route = "alerts:alert"
    number = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="alerts")
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="alerts")
    read = models.UUIDField()
    captured_at = models.DateTimeField(help_text="As its reader's clock said.")
    seen_at = models.DateTimeField(help_text="The same by the hub's clock, where the reader's was off.")
    arrived_at = models.DateTimeField()
    hotlist_version = models.CharField(max_length=64)
    list_at = models.DateTimeField(null=True, help_text="As of when its list was, when the read was matched.")
    kind = models.CharField(max_length=11, help_text="How it matches: see matching.kinds.MatchKind.")
    state_agreement = models.CharField(max_length=10)
    sure = models.BooleanField(
        default=True, help_text="Whether the reader stood by a read of it enough to ring."
    )
    rings = models.BooleanField(
        default=True,
        help_text="Whether a sure read of it matched in a way that rings by its list: see matching.engine.",
    )
    historical = models.BooleanField(
        default=False,
        help_text="An earlier read, found by looking back or more than an hour on its way: it rings no alarm.",
    )
    # The reader's condition when the alert came: see equipment.py. Empty: not recorded at the time.
    shift_check = models.CharField(max_length=8, blank=True, default="")
    shift_check_failed = models.CharField(max_length=60, blank=True, default="")
    malfunction_at = models.DateTimeField(null=True)
    malfunction = models.CharField(max_length=120, blank=True, default="")
    # How the last alert of this entry was handled, if that was recent: see arrival/last_handled.py.
    handled = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", help_text="That last alert."
    )
    handled_words = models.CharField(max_length=200, blank=True, default="")
    silent_until = models.DateTimeField(
        null=True, help_text="It rings no alarm before then, because of how that one was handled."
    )
    stage = models.CharField(max_length=14, choices=Stage, default=Stage.NEW)

    class Meta:
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["captured_at"], name="alert_by_capture"),
            # The queue takes the newest of thousands and reads only the rows it shows.
            models.Index(fields=["stage", "-number"], name="alert_by_stage"),
            models.Index(
                fields=["-number"],
                name="alert_open",
                condition=~models.Q(stage=Stage.CLOSED) & models.Q(historical=False),
            ),
            models.Index(fields=["-number"], name="alert_found_later", condition=models.Q(historical=True)),
        ]
        constraints = [models.UniqueConstraint(fields=["read", "entry"], name="one_alert_per_read_and_entry")]

    @cached_property
    def stored(self) -> StoreAnswer:
        """Its read, or why there is none. The store is asked once."""
        return read_or_why(self)

    @cached_property
    def seen_again(self) -> "list[Sighting]":
        """Its sightings after the first. `summary.summaries` loads them for many alerts at once."""
        return list(self.sightings.select_related("reader"))

    @property
    def disposition(self) -> "Disposition | None":
        """The latest disposition."""
        return self.dispositions.select_related("by", "review").last()

    @property
    def reading(self) -> Agreement | None:
        """The operator's reading of the image, compared with the entry; None: nobody has read it yet."""
        confirmation = getattr(self, "confirmation", None)
        return confirmation.reading if confirmation else None

    def described(self, verifications: "Sequence[Verification] | None" = None) -> list[Description]:
        """The vehicle as the list entry and NCIC's last hit describe it, if they do."""
        entry = self.entry
        descriptions = [vehicles.description_from_words("the list entry", entry.vehicle, entry.plate_type)]
        answers = list(self.verifications.all()) if verifications is None else verifications
        last = governing_answer([item for item in answers if item.source == VerificationSource.NCIC])
        if last and last.answer == VerificationAnswer.HIT:
            descriptions += [
                vehicles.description_from_ncic(
                    f"NCIC {item.nic}", item.year, item.make, item.model, item.style, item.color
                )
                for item in last.records.all()
                if item.nic not in last.withdrawn
            ]
        return [item for item in descriptions if item]

    def facts(self) -> Facts:
        """What the rules need to know, from the records."""
        confirmation = getattr(self, "confirmation", None)
        observations = list(self.observations.all())
        observation = observations[-1] if observations else None
        disposition = self.disposition
        verifications = list(self.verifications.all())
        described = self.described(verifications) if observation else []
        rows = vehicles.compare(observation.seen, described) if observation and observation.matches else []
        explained = [key for record in self.explanations.all() for key in record.differs] if rows else []
        verification = governing_answer(verifications)
        # NCIC's latest answer on the entry itself; FMCSA does not know the entry.
        of_ncic = [record for record in verifications if record.source == VerificationSource.NCIC]
        hits = [record for record in of_ncic if record.answer == VerificationAnswer.HIT]
        by_ncic = governing_answer(of_ncic)
        own = self.entry.own
        answered = self.entry_requests.exclude(answer=None).select_related("answer").last() if own else None
        vouched = answered.answer if answered else None
        denial = getattr(self, "denial", None)
        recall = getattr(self, "recall", None)
        override = getattr(self, "override", None)
        faults = {FaultKind(kind): at for kind, at in self.faults.values_list("kind", "at")}
        settled = {
            FaultKind.VEHICLE_CLASS: observation.at if observation and observation.matches else None,
            FaultKind.STALE: max(
                (record.at for record in (*hits[-1:], vouched) if record and getattr(record, "active", True)),
                default=None,
            ),
        }
        wrong = confirmation if confirmation and not confirmation.agrees else None
        closed = disposition is not None or any(end and end.closes for end in (recall, denial))
        mark = None if closed else self.marks.filter(ended_at=None).first()
        return Facts(
            agrees=confirmation.agrees if confirmation else None,
            differs=wrong.differs if wrong else frozenset(),
            misread=wrong.misread if wrong else None,
            observed=observation.matches if observation and not vehicles.is_blind(rows) else None,
            commercial=any(
                record.kind in (VehicleClass.TRUCK, VehicleClass.TRAILER) for record in observations
            )
            or any(
                record.source == VerificationSource.FMCSA
                and record.answer in (VerificationAnswer.HIT, VerificationAnswer.CLEAR)
                for record in verifications
            ),
            # The first observation counts, as for the plate: the description must not change it.
            other_class=any(
                vehicles.is_other_class(vehicles.compare(record.seen, described)) for record in observations
            ),
            unexplained=frozenset(str(row.attribute) for row in vehicles.differences(rows, explained)),
            answer=VerificationAnswer(verification.answer) if verification else None,
            answered_at=verification.at if verification else None,
            source=VerificationSource(verification.source) if verification else VerificationSource.NCIC,
            refuted=verification is not None and verification.refuted,
            own=own,
            absent=by_ncic is not None and by_ncic.answer == VerificationAnswer.NO_RECORD,
            active=vouched.active if vouched else None,
            active_at=vouched.at if vouched else None,
            active_by=vouched.by_id if vouched else None,
            suffices=own and EncounterBasis.in_force().filter(hotlist=self.entry.hotlist_id).exists(),
            acts=frozenset(ActKind(kind) for kind in self.acts.values_list("kind", flat=True)),
            faults=frozenset(faults),
            doubted=frozenset(
                kind for kind, at in settled.items() if kind in faults and (at is None or at < faults[kind])
            ),
            overridden=override is not None and override.lifts,
            recalled=recall is not None,
            closed=closed or mark is not None,
            marked=FaultKind(mark.kind) if mark else None,
            returned=disposition is not None and disposition.returned,
        )


class Sighting(Row):
    """The same listed plate seen again by any reader while its alert is open: no new alert."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="sightings")
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="+")
    read = models.UUIDField()
    captured_at = models.DateTimeField(help_text="As its reader's clock said.")
    seen_at = models.DateTimeField(help_text="The same by the hub's clock, where the reader's was off.")

    class Meta:
        ordering = ["seen_at"]
        indexes = [models.Index(fields=["captured_at"], name="sighting_by_capture")]
        # Not one per read: a plate may be on two lists, each with its own alert.
        constraints = [
            models.UniqueConstraint(fields=["read", "alert"], name="one_sighting_per_read_and_alert")
        ]


class AlertRecord(Row):
    """One thing that one person recorded about one alert."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["pk"]

    @classmethod
    def write(cls, actor: PersonActor, **what: Any) -> Self:
        """Within an act, what its person records: now, unless `what` says when."""
        return cls._default_manager.create(**{"by": actor.person, "at": clock.now()} | what)


class SystemDisposition(Row):
    """What the system itself found about an alert. Never altered or removed."""

    at = models.DateTimeField()
    why = models.CharField(max_length=300, help_text="In words, for a person who saw the alert.")
    closes = models.BooleanField(help_text="False: it was acted upon, and a person must say how it ended.")

    class Meta:
        abstract = True
        ordering = ["pk"]


class Confirmation(AlertRecord):
    """Plate and state as a person read them from the image, before seeing the entry."""

    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="confirmation")
    plate = models.CharField(max_length=20)
    state = models.CharField(max_length=2, blank=True)
    agrees = models.BooleanField()

    @property
    def reading(self) -> Agreement:
        """This person's reading of plate and state, compared with the entry."""
        listed = self.alert.entry
        return agreement(self.plate, self.state, listed.plate, listed.state)

    @property
    def differs(self) -> frozenset[FaultKind]:
        """Where this person's reading of plate and state differs from the entry."""
        same = {FaultKind.PLATE: self.reading.plate, FaultKind.STATE: self.reading.state}
        return frozenset(kind for kind, agreed in same.items() if not agreed)

    @property
    def misread(self) -> bool | None:
        """Whether the camera read the plate differently than this person; None if its read is gone or missing."""
        stored = self.alert.stored.kept
        return None if stored is None else not plates_agree(self.plate, stored.read.plate)


class Observation(AlertRecord):
    """Whether the plate on the vehicle itself matches; False: the vehicle does not carry it. Also the vehicle
    as the observer described it before seeing the description; "": could not tell."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="observations")
    matches = models.BooleanField()
    kind = models.CharField(max_length=10, blank=True, default="", choices=list(CLASS_TEXT.items()))
    color = models.CharField(max_length=6, blank=True, default="", choices=list(COLOR_TEXT.items()))
    make = models.CharField(max_length=20, blank=True, default="")
    years = models.CharField(max_length=4, blank=True, default="", choices=Years)

    @property
    def seen(self) -> ObservedVehicle:
        """The vehicle, as the rules see it."""
        return ObservedVehicle(self.kind, self.color, self.make, self.years)


class Explanation(AlertRecord):
    """Why the vehicle seen differs from the description, in words; `differs`: the differences explained."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="explanations")
    differs = models.JSONField()
    text = SealedTextField()


class Act(AlertRecord):
    """An encounter, investigation or enforcement action begun on this alert."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=14, choices=[(k, k) for k in ActKind])


class Disposition(AlertRecord):
    """How the alert ended; if a supervisor returned it, another follows. `closing.models` holds each kind of
    enforcement action it names. Never altered or removed (closing's migrations)."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="dispositions")
    outcome = models.CharField(max_length=14, choices=AlertOutcome)
    enforcement = SealedTextField(
        blank=True, help_text="In words, as it was asked before each kind was asked by itself."
    )
    narrative = SealedTextField()
    # Null: not yet asked when this alert was closed.
    persons_stopped = models.PositiveSmallIntegerField(null=True)
    force_used = models.BooleanField(null=True)
    force = SealedTextField(blank=True, default="")
    recovered = models.BooleanField(null=True, help_text="Whether property was.")
    recovery = SealedTextField(blank=True, default="")
    notified_for = SealedTextField(null=True, help_text="Why the alert notified. Null: no law asked for it.")

    class Meta(AlertRecord.Meta):
        indexes = [models.Index(fields=["at"], name="disposition_by_time")]

    def get_absolute_url(self) -> str:
        """Page URL."""
        return self.alert.get_absolute_url()

    @cached_property
    def returned(self) -> bool:
        """Whether a supervisor returned it for completion."""
        review = getattr(self, "review", None)
        return review is not None and review.returned


class Recall(SystemDisposition):
    """The alert's entry is no longer in force."""

    class Cause(models.TextChoices):
        EXPIRY = "expiry", "The entry expired"
        LOAD = "load", "A new copy of the list is without it"
        RECALL = "recall", "A person recalled it"
        REMOVAL = "removal", "Its removal was approved"
        RETIRED = "retired", "The list was retired"
        SETTINGS = "settings", "The list's settings were changed"
        OTHER = "other", "It was ended"

    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="recall")
    cause = models.CharField(max_length=8, choices=Cause)


class Change(Row):
    """The live queue's outbox: an alert came or changed. Browsers continue from the last change they saw."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="+")
    new = models.BooleanField(help_text="The alert came; otherwise its stage changed.")
    at = models.DateTimeField()
