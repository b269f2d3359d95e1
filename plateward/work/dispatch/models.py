"""Calls for service with their alerts, what to send to CAD, and what CAD said.

A Change is written in the same transaction as what it reports. A Message is one document for CAD. It keeps
its id however often it is sent, and carries all changes that existed when it was written.
"""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from uuid_utils.compat import uuid7

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import InOrder, Row
from plateward.core.jobs.lease import Leased
from plateward.core.outbox.models import Outgoing
from plateward.core.pages.models import HasPage
from plateward.field.reads.place import place_words
from plateward.ground import clock
from plateward.ground.links.eido import IncidentStatus
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.work.alerts.facts import Stage
from plateward.work.alerts.models import Alert


class CallQuerySet(models.QuerySet["Call"]):
    """Queries for calls."""

    def open(self) -> "CallQuerySet":
        """Calls with an open alert."""
        return self.filter(Exists(CallAlert.objects.filter(_open_alert(), call=OuterRef("pk"))))

    def closed(self) -> "CallQuerySet":
        """Calls without an open alert."""
        return self.exclude(Exists(CallAlert.objects.filter(_open_alert(), call=OuterRef("pk"))))


def _open_alert() -> Q:
    return ~Q(alert__stage=Stage.CLOSED)


@enforces("6.e.vii/type", "6.e.vii/closing")
class Call(Leased, HasPage):
    """A call for service of the LPR-hit type, or one that CAD opened and an alert was added to. It stays open
    as long as any of its alerts: they close together."""

    page_route = "dispatch:call"
    LONGEST_ID = 200

    class Opened(models.TextChoices):
        CAD = "cad", "By dispatch itself, before the alert was added"
        DISPATCH = "dispatch", "Automatic: no unit is at the reader"
        LIST = "list", "Automatic: its list goes through dispatch"
        NOTICE = "notice", "Dispatch was notified"

    class Cad(models.TextChoices):
        OPEN = IncidentStatus.OPEN.value, "Open"
        CLOSED = IncidentStatus.CLOSED.value, "Closed by CAD"
        CANCELLED = IncidentStatus.CANCELLED.value, "Canceled by CAD"
        UNKNOWN = "unknown", "No longer in CAD"

    key = models.UUIDField(unique=True, default=uuid7, help_text="Its name on every message.")
    opened = models.CharField(max_length=8, choices=Opened)
    opened_at = models.DateTimeField(default=clock.now)
    number = models.CharField(max_length=60, blank=True, help_text="CAD's own; none before CAD has answered.")
    cad = models.CharField(max_length=9, choices=Cad, default=Cad.OPEN, help_text="As CAD has it.")
    units = models.JSONField(default=list, help_text="Put on it by CAD: pairs of name and status.")
    heard_at = models.DateTimeField(null=True, help_text="By CAD's clock: how old what it said last is.")
    lacks = models.JSONField(default=list, help_text="Alerts of which CAD's own copy has no word.")
    # Only for a call opened in CAD: as shown to the person who chose it.
    cad_id = models.CharField(max_length=LONGEST_ID, blank=True, help_text="CAD's own name of it.")
    kind = models.CharField(max_length=120, blank=True)
    common = models.CharField(max_length=120, blank=True, help_text="Its type in the registry.")
    place = models.CharField(max_length=120, blank=True)
    since = models.DateTimeField(null=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cad_id"], condition=~Q(cad_id=""), name="a_call_of_cad_is_here_once"
            )
        ]

    def __str__(self) -> str:
        return f"call {self.number or f'{self.pk} (no number yet)'}"

    @property
    def origin(self) -> str:
        """How it came about, and through whom."""
        first = self.links.select_related("by").first()
        by = f" by {first.by}" if self.opened == self.Opened.NOTICE and first and first.by else ""
        return f"{self.get_opened_display()}{by}."


class CallAlert(InOrder):
    """An alert belongs to one call."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="links")
    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="link")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")  # None: the hub
    at = models.DateTimeField(default=clock.now)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    radius = models.FloatField(null=True, help_text="Meters: the accuracy of the place.")
    heading = models.FloatField(null=True, help_text="Degrees clockwise from north.")

    @property
    def where(self) -> str:
        """The place in words."""
        return place_words(self.lat, self.lon, self.heading, self.radius)


class MessageQuerySet(models.QuerySet["Message"]):
    """Queries for messages."""

    def waiting(self) -> "MessageQuerySet":
        """Those that CAD has neither taken nor refused."""
        return self.filter(sent_at=None, refused_at=None)


class Message(Outgoing):
    """One document for CAD, until CAD accepts or refuses it; one at a time per call."""

    sealed_without = (
        "leased_until",
        "leased_by",
        "due_at",
        "tries",
        "problem",
        "detail",
        "sent_at",
        "refused_at",
    )
    longest_wait = timedelta(minutes=1)

    id = models.UUIDField(primary_key=True, default=uuid7)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="messages")
    document = SealedTextField()
    made_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(sent_at=None, refused_at=None), name="one_message_waits_per_call"
            )
        ]


class ChangeQuerySet(models.QuerySet["Change"]):
    """Queries for changes."""

    def unheard(self) -> "ChangeQuerySet":
        """Changes CAD has not received, each with the message that carries it."""
        waiting = self.filter(tells=True).filter(Q(message=None) | Q(message__sent_at=None))
        return waiting.select_related("message")


class Change(Row):
    """Something happened to a call. `tells`: CAD must be told; CAD knows its own changes."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="changes")
    alert = models.ForeignKey(
        Alert,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Of which it tells, if of one.",
    )
    at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=120)
    what = models.CharField(max_length=400)
    tells = models.BooleanField(default=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="changes")

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["call"], condition=Q(tells=True, message=None), name="change_to_be_told")
        ]


class Line(Row):
    """The status of the line to CAD: a single row."""

    tried_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    @classmethod
    def hold(cls) -> None:
        """Until the transaction ends, no other node opens a call or adds to one. Code that also needs an
        entry's lock takes that first."""
        cls.objects.get_or_create(pk=1)
        cls.objects.select_for_update(no_key=True).get(pk=1)

    @classmethod
    def note(cls, problem: str = "") -> None:
        """CAD answered or, with a `problem`, did not."""
        row, _ = cls.objects.get_or_create(pk=1)
        changed: dict[str, Any] = {"problem": problem, "tried_at": clock.now()}
        if problem:
            changed["failing_since"] = row.failing_since or clock.now()
        else:
            changed |= {"answered_at": clock.now(), "failing_since": None}
        cls.objects.filter(pk=1).update(**changed)
