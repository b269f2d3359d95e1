"""What NCIC, entering agencies and FMCSA said about an alert's plate. Records are added, never changed, but
for the result of sending a request."""

from django.db import models
from django.utils.functional import cached_property

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import InOrder, Row
from plateward.core.decisions.models import Referral, Referred
from plateward.ground.links.fmcsa import FmcsaOutcome
from plateward.ground.links.ncic.hit import HitConfirmationRequest as Question
from plateward.ground.links.ncic.hit import Priority, RecordVerdict
from plateward.work.alerts.answers import NumberedVerdict, withdrawn_records
from plateward.work.alerts.facts import VerificationAnswer, VerificationSource
from plateward.work.alerts.models import Alert, AlertRecord, SystemDisposition
from plateward.work.alerts.verifying.rules import RequestStatus, door_text


class Verification(AlertRecord):
    """One question to NCIC or FMCSA and its answer, kept word for word."""

    source = models.CharField(max_length=5, choices=VerificationSource, default=VerificationSource.NCIC)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="verifications")
    query = models.CharField(max_length=40)
    answer = models.CharField(max_length=10, choices=[(a, a) for a in VerificationAnswer])
    detail = models.CharField(max_length=300)
    verbatim = SealedTextField(blank=True)

    @property
    def positive(self) -> bool:
        """Whether it verifies the alert while it is fresh."""
        return self.answer == VerificationAnswer.HIT and not self.refuted

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """The numbers of records it names that their entering agencies say are not valid."""
        answered = self.alert.hit_requests.exclude(answers=None)
        verdicts = list(answered.values_list("nic", "number", "answers__verdict"))
        if not verdicts:  # nearly always
            return frozenset()
        named = set(self.records.values_list("nic", flat=True))
        return withdrawn_records(
            (nic, NumberedVerdict(number, RecordVerdict(verdict)))
            for nic, number, verdict in verdicts
            if nic in named
        )

    @property
    def refuted(self) -> bool:
        """Whether every record it names is invalid."""
        return bool(self.withdrawn) and self.withdrawn >= set(self.records.values_list("nic", flat=True))


class NcicRecord(InOrder):
    """A record that NCIC named in its answer: its number, who entered it, and their case."""

    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="records")
    nic = models.CharField(max_length=10)
    ori = models.CharField(max_length=9)
    oca = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=100)
    plate = models.CharField(max_length=10)
    state = models.CharField(max_length=2)
    # The vehicle, in NCIC's codes as received.
    year = models.CharField(max_length=40, blank=True, default="")
    make = models.CharField(max_length=40, blank=True, default="")
    model = models.CharField(max_length=40, blank=True, default="")
    style = models.CharField(max_length=40, blank=True, default="")
    color = models.CharField(max_length=40, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.reason} (NIC {self.nic}, entered by {self.ori})"


class HitRequest(AlertRecord):
    """A hit confirmation request (YQ), stored before it is sent so that its answer finds it even if the hub
    fails."""

    class State(models.TextChoices):
        SENDING = "sending", "It is not known whether it was sent"
        SENT = "sent", "Sent"
        UNSURE = "unsure", "It is not sure that it was sent"
        FAILED = "failed", "Not sent"

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="hit_requests")
    control = models.CharField(max_length=16, unique=True)
    number = models.PositiveSmallIntegerField(help_text="RNO: the first, second or third.")
    priority = models.CharField(max_length=1, choices=[(p.value, p.name.title()) for p in Priority])
    due_at = models.DateTimeField()
    nic = models.CharField(max_length=10)
    to = models.CharField(max_length=9, help_text="The ORI of the agency that entered the record.")
    oca = models.CharField(max_length=20)
    plate = models.CharField(max_length=10)
    state = models.CharField(max_length=2)
    sending = models.CharField(max_length=7, choices=State, default=State.SENDING)
    detail = models.CharField(max_length=300, blank=True)
    verbatim = SealedTextField(blank=True)

    def requested(self) -> RequestStatus:
        """As the rules see it."""
        return RequestStatus(
            number=self.number,
            due=self.due_at,
            sent=self.sending != self.State.FAILED,
            verdicts=frozenset(RecordVerdict(answer.verdict) for answer in self.answers.all()),
        )

    def question(self, ori: str) -> Question:
        """The message to send."""
        return Question(
            id=self.control,
            ori=ori,
            to=self.to,
            number=self.number,
            priority=Priority(self.priority),
            oca=self.oca,
            nic=self.nic,
            plate=self.plate,
            state=self.state,
            operator=self.by.username,
            reason=f"LPR alert {self.alert_id}",
        )


class HitAnswer(Row):
    """An answer (YR) from the entering agency. A duplicate is not stored."""

    request = models.ForeignKey(HitRequest, on_delete=models.PROTECT, related_name="answers")
    at = models.DateTimeField()
    verdict = models.CharField(max_length=1, choices=[(v.value, v.name) for v in RecordVerdict])
    late = models.BooleanField(help_text="It came after the alert was closed, and changed nothing.")
    remark = SealedTextField(blank=True)
    verbatim = SealedTextField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["request", "verdict"], name="one_answer_of_a_kind")]


class EntryRequest(AlertRecord, Referred):
    """Asks the enterer of an own entry whether it is still active; `by`: who asked."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="entry_requests")


class EntryReferral(Referral):
    """Who was asked."""

    request = models.ForeignKey(EntryRequest, on_delete=models.PROTECT, related_name="referrals")
    due_at = models.DateTimeField(null=True, help_text="When it goes on to the next above; null: nobody is.")


class EntryAnswer(AlertRecord):
    """Whether the entry is active, as the unit that entered it or dispatch says."""

    request = models.OneToOneField(EntryRequest, on_delete=models.PROTECT, related_name="answer")
    active = models.BooleanField()
    why = SealedTextField(blank=True)


class CarrierAnswer(Row):
    """What FMCSA said about a carrier. None and "": it did not say."""

    dot = models.CharField(max_length=8, blank=True)
    name = models.CharField(max_length=120, blank=True)
    allowed = models.BooleanField(null=True, help_text="The carrier may operate.")
    since = models.DateField(null=True, help_text="Since when the carrier is out of service.")
    orders = models.JSONField(default=list, help_text="Out-of-service orders, past ones too: date, reason.")
    authorities = models.JSONField(default=list, help_text="Docket, and its three statuses.")

    class Meta:
        abstract = True


class Carrier(CarrierAnswer):
    """The vehicle and its carrier, as the state names them by the plate."""

    verification = models.OneToOneField(Verification, on_delete=models.PROTECT, related_name="carrier")
    vehicle_out = models.BooleanField(help_text="The vehicle itself is out of service.")
    vehicle_since = models.DateField(null=True)


class Door(CarrierAnswer, AlertRecord):
    """A carrier looked up by the number that a person read on the vehicle. It names a carrier, not the plate,
    so it does not verify. Never altered or removed."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="doors")
    outcome = models.CharField(
        max_length=11, choices=[(outcome.value, outcome.value) for outcome in FmcsaOutcome]
    )
    detail = models.CharField(max_length=300)
    verbatim = SealedTextField(blank=True)

    class Meta(AlertRecord.Meta):
        abstract = False

    @property
    def text(self) -> str:
        """The answer in words."""
        return door_text(self.allowed, FmcsaOutcome(self.outcome))


class Denial(SystemDisposition):
    """NCIC or the enterer of the record or entry says no."""

    class Cause(models.TextChoices):
        NO_RECORD = "no_record", "NCIC has no record"
        NOT_VALID = "not_valid", "The entering agency says that its record is not valid"
        INACTIVE = "inactive", "The entering unit says that its entry is no longer active"

    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="denial")
    cause = models.CharField(max_length=9, choices=Cause)
