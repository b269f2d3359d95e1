"""Notices to people, and what each chose to get of them by mail."""

from datetime import datetime, timedelta

from django.db import models

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import Row
from plateward.core.outbox.models import Outgoing
from plateward.ground import clock
from plateward.ground.links.mail import Relay
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person

READ_WITHIN = timedelta(days=1)  # AC-2
MAX_TEXT = 400  # characters


class Notices(models.QuerySet["Notice"]):
    def new_to(self, person: Person) -> "Notices":
        """Those that this person has not read, and whose matter is not done."""
        return self.filter(to=person, read_at=None, settled_at=None)


@enforces("AC-2/told")
class Notice(models.Model):
    """Something that a person must learn within a day, such as that one of their people has left."""

    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=20)  # a Kind's value
    about = models.CharField(max_length=60, blank=True, default="", help_text="The thing: alerts.alert:7.")
    text = models.CharField(max_length=MAX_TEXT)
    link = models.CharField(max_length=200, blank=True, default="", help_text="Where it is seen to.")
    told_at = models.DateTimeField(default=clock.now)  # when every page of theirs begins to show it
    read_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when nothing is left to do about it."
    )

    objects = Notices.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["to"],
                condition=models.Q(read_at=None, settled_at=None),
                name="notice_new_to",
            ),
            models.Index(fields=["about"], name="notice_about"),
            models.Index(fields=["kind"], condition=models.Q(settled_at=None), name="notice_open"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def due(self) -> datetime:
        return self.told_at + READ_WITHIN


@enforces("SC-8/systems")
class MailRelay(Row):
    """The agency's SMTP relay, as an administrator set it: one row, or none. `domain`: mails go to its addresses alone.
    `failing_since`, `problem`: since it last took a mail."""

    sealed_without = ("failing_since", "problem")

    class Security(models.TextChoices):
        STARTTLS = "starttls", "STARTTLS (usually port 587)"
        TLS = "tls", "TLS from the start (usually port 465)"

    host = models.CharField(max_length=200)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=8, choices=Security, default=Security.STARTTLS)
    user = models.CharField(max_length=100, blank=True)
    secret = SealedTextField(blank=True, help_text="The password. Never shown again.")
    authority = models.TextField(blank=True, help_text="PEM; empty: those that the machine trusts.")
    sender = models.EmailField()
    domain = models.CharField(max_length=200)
    on = models.BooleanField(default=False)
    failing_since = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    def as_link(self) -> Relay:
        """As its client has it."""
        return Relay(
            self.host,
            self.port,
            self.sender,
            implicit_tls=self.security == self.Security.TLS,
            user=self.user,
            password=self.secret,
            authority=self.authority,
        )


class Mailbox(Outgoing):
    """Where a person gets mail, and of which topics. `mailed_upto`: the number of the last notice that was considered;
    before `due_at` nothing is sent."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="mailbox")
    address = models.EmailField()
    topics = models.JSONField(default=list)
    mailed_upto = models.PositiveBigIntegerField(default=0)
