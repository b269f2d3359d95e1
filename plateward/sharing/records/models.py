"""Requests for records, their answers, letters and files, and the rules of release. The database prevents changes and
removal (migrations)."""

import hmac
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from plateward.core.db.fields import SealedBytesField, SealedTextField
from plateward.core.db.row import InOrder, NewestFirst
from plateward.core.pages.models import HasPage
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import MAX_ACTOR_KEY
from plateward.sharing.records import deadlines, rules
from plateward.sharing.records.rules import AnswerOutcome, Data, Proposal, Requester, RuleOutcome
from plateward.sharing.redaction.models import RedactedPicture

LONGEST_REQUEST, LONGEST_TEXT = 4000, 4000


@enforces("6.h.i/release")
class ReleaseRule(models.Model):
    """What holds for a kind of requester and of data, once the Chief approved it; the last approved one counts."""

    requester = models.CharField(max_length=10, choices=Requester)
    data = models.CharField(max_length=10, choices=Data)
    outcome = models.CharField(max_length=10, choices=RuleOutcome)
    basis = models.CharField(max_length=300)
    proposed_by = models.CharField(max_length=MAX_ACTOR_KEY)
    proposed_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    approved = models.BooleanField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["requester", "data"], condition=Q(decided_at=None), name="release_one_proposed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_data_display()}, for: {self.get_requester_display()}"

    def get_absolute_url(self) -> str:
        return reverse("records:rules")

    @property
    def sha256(self) -> str:
        return rules.fingerprint(self.requester, self.data, self.outcome, self.basis)


class RecordsRequests(models.QuerySet["RecordsRequest"]):
    def open(self) -> "RecordsRequests":
        """Those that are not answered yet."""
        return self.filter(answered_at=None)


@enforces("6.h.iii/deadlines", "SB40.confid/requests")
class RecordsRequest(NewestFirst, HasPage):
    """A request for records, from the public page or taken in from paper. Its status is for whoever knows its number
    and secret; `secret`: a keyed digest."""

    sealed_without = ("due_on", "acknowledged_at", "answered_at")

    class Way(models.TextChoices):
        PAGE = "page", "Public page"
        MAIL = "mail", "Mail or email"
        PHONE = "phone", "Phone"
        PAPER = "paper", "In person"

    page_route = "records:request"
    requester = models.CharField(max_length=10, choices=Requester)
    way = models.CharField(max_length=10, choices=Way)
    name = SealedTextField(max_length=120)
    contact = SealedTextField(max_length=300)
    text = SealedTextField(max_length=LONGEST_REQUEST)
    secret = models.CharField(max_length=64)
    received_on = models.DateField()
    taken_by = models.CharField(max_length=MAX_ACTOR_KEY)
    taken_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField()
    acknowledged_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    objects = RecordsRequests.as_manager()

    def __str__(self) -> str:
        return f"Records request {self.number}"

    @property
    def number(self) -> str:
        return f"{self.received_on.year}-{self.pk:05d}"

    @property
    def acknowledge_by(self) -> date:
        return deadlines.acknowledge_by(self.received_on)

    @property
    def next_due(self) -> date:
        """The day of what is due next."""
        return deadlines.next_due(
            self.received_on, self.due_on, acknowledged=self.acknowledged_at is not None
        )

    @property
    def last_answer(self) -> "RecordsAnswer | None":
        """The one that counts."""
        return next(reversed(list(self.answers.all())), None)


@enforces("6.h.iii/redaction", "6.h.iv/safeguard")
class NamedPicture(models.Model):
    """A picture that a request asks for. Who handles the request may see it to redact it, while the request is open."""

    request = models.ForeignKey(RecordsRequest, on_delete=models.PROTECT, related_name="pictures")
    read = models.UUIDField()
    day = models.DateField()  # UTC day of its capture
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["request", "read"], name="records_named_once")]

    def __str__(self) -> str:
        return f"picture of read {self.read}"

    @property
    def redacted(self) -> RedactedPicture | None:
        """The latest that was made of it for this request."""
        return RedactedPicture.objects.filter(request=str(self.request), read=self.read).first()


class RecordsFile(InOrder):
    """A file for a requester, sealed: what the Chief approves is these bytes. `picture`: the redacted picture that it
    is, or is the proof of."""

    request = models.ForeignKey(RecordsRequest, on_delete=models.PROTECT, related_name="files")
    data = models.CharField(max_length=10, choices=Data)
    name = models.CharField(max_length=100)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    content = SealedBytesField()
    picture = models.ForeignKey(RedactedPicture, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


@enforces("6.h.iii/approval", "6.h.iii/basis")
class RecordsAnswer(InOrder):
    """An answer as Records proposed it, and what the Chief decided of it. The last of a request counts."""

    request = models.ForeignKey(RecordsRequest, on_delete=models.PROTECT, related_name="answers")
    outcome = models.CharField(max_length=10, choices=AnswerOutcome)
    data = models.JSONField(default=list)  # of Data
    basis = models.CharField(max_length=400)
    text = SealedTextField(max_length=LONGEST_TEXT)
    officials = SealedTextField(max_length=600, blank=True)
    fee = models.CharField(max_length=20, blank=True)
    files = models.ManyToManyField(RecordsFile, related_name="answers")
    sha256 = models.CharField(max_length=64)  # of all that the approval is for
    proposed_by = models.CharField(max_length=MAX_ACTOR_KEY)
    proposed_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    approved = models.BooleanField(null=True)
    note = SealedTextField(max_length=400, blank=True, decides=("decided_at", "decided_by", "approved"))

    @property
    def proposal(self) -> Proposal:
        data = tuple(Data(kind) for kind in self.data)
        return Proposal(AnswerOutcome(self.outcome), data, self.basis, self.text, self.officials, self.fee)

    @property
    def digest(self) -> str:
        """The fingerprint of what is there now."""
        files = [file.sha256 for file in self.files.all()]
        return rules.fingerprint(self.request_id, self.proposal, *files)


@enforces("6.h.iii/deadlines")
class RecordsLetter(InOrder):
    """A letter to the requester, as it was written, printed as often as needed. `answer`: the one that it sends."""

    class Kind(models.TextChoices):
        ACKNOWLEDGMENT = "acknowledge", "Acknowledgment"
        EXTENSION = "extension", "Extension"
        ANSWER = "answer", "Answer"

    request = models.ForeignKey(RecordsRequest, on_delete=models.PROTECT, related_name="letters")
    answer = models.ForeignKey(RecordsAnswer, on_delete=models.PROTECT, null=True, related_name="letters")
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=100)
    text = SealedTextField(max_length=2 * LONGEST_TEXT)
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    at = models.DateTimeField(default=clock.now)


def secret_digest(secret: str) -> str:
    """What is stored of a secret, as typed: without its dashes, in capitals."""
    typed = secret.upper().replace("-", "").strip().encode()
    return hmac.digest(settings.RING.key("records secrets"), typed, "sha256").hex()
