"""Requests to list a plate or remove an entry, with every version and its decisions.

A Request has the current state; versions, decisions and checks are never altered or removed (migrations).
"""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import InOrder, Row
from plateward.core.pages.models import HasPage
from plateward.field.hotlists.models import Entry, HotList
from plateward.field.hotlists.reasons import PRIORITIES
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import MAX_ACTOR_KEY
from plateward.people.models import Person

UNREVIEWED_AT_MOST = timedelta(hours=2)  # 6.f.i.1, if the Chief enabled review after entry


@enforces("6.f.i.1/review")
class Request(HasPage):
    """One request. Its versions hold the details; the last one counts."""

    page_route = "requests:review"

    class Kind(models.TextChoices):
        LIST = "list", "List a plate"
        REMOVE = "remove", "Remove an entry"

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for review"
        UNREVIEWED = "unreviewed", "In force, waits for review"
        RETURNED = "returned", "Returned for correction"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn by requester"

    class Number(models.TextChoices):
        NONE = "", "Not required"
        KNOWN = "known", "Known to CAD"
        UNREACHABLE = "unreachable", "Not checked yet: CAD gave no answer"
        UNKNOWN = "unknown", "Not known to CAD"

    key = models.UUIDField(unique=True)  # made with the empty form: a form sent twice makes one request
    kind = models.CharField(max_length=6, choices=Kind)
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="hotlist_requests")
    hotlist = models.ForeignKey(HotList, on_delete=models.PROTECT, related_name="requests")
    # The entry to remove, or the entry made: by approval, or earlier if in force unreviewed.
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, related_name="requests")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, db_index=True)
    emergency = models.BooleanField(default=False)
    # Whether CAD knows the last version's number.
    number_known = models.CharField(max_length=11, choices=Number, default=Number.NONE, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    moved_at = models.DateTimeField(default=clock.now)  # the last change of state

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(kind="remove", state="waiting"),
                name="one_removal_waits_per_entry",
            ),
            models.CheckConstraint(
                condition=Q(kind="list") | Q(entry__isnull=False), name="a_removal_names_its_entry"
            ),
        ]

    @property
    def open(self) -> bool:
        """Whether the request still awaits a decision."""
        return self.state in OPEN

    @property
    def last(self) -> "Version":
        """The version that counts; there is always one."""
        return max(self.versions.all(), key=lambda version: version.pk)


OPEN = (Request.State.WAITING, Request.State.UNREVIEWED)


# What an entry and a version of a request have alike, beside their list.
LISTED = ("plate", "bare", "state", "reason", "priority", "vehicle", "number")


class Version(InOrder):
    """The request as submitted, first or corrected after a return."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="versions")
    at = models.DateTimeField(default=clock.now)
    hotlist = models.ForeignKey(HotList, on_delete=models.PROTECT, related_name="+")
    plate = models.CharField(max_length=20)
    bare = models.CharField(max_length=20, db_index=True)
    state = models.CharField(max_length=2, blank=True)
    reason = models.CharField(max_length=40)
    priority = models.CharField(max_length=6, choices=[(p, p) for p in PRIORITIES])
    vehicle = models.CharField(max_length=120, blank=True)
    narrative = SealedTextField(max_length=4000)  # for a removal, why the entry should go
    number = models.CharField(max_length=40, blank=True)  # CAD or case number
    expires_at = models.DateTimeField(null=True)
    emergency = models.BooleanField(default=False)
    later = models.BooleanField(default=False)  # in force before its review


@enforces("6.f.i.1/review")
class Decision(InOrder):
    """What a person, or the hub itself, did with a version."""

    class Kind(models.TextChoices):
        ENTERED = "entered", "Put in force before review"
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"
        ENDED = "ended", "Ended by the hub"

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=9, choices=Kind)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")  # None: the hub
    acting = models.CharField(max_length=400, blank=True)  # why this person could decide
    text = SealedTextField(max_length=1000, blank=True)  # what to fix, or why
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, related_name="decisions")
    at = models.DateTimeField(default=clock.now)


@enforces("6.a.iii/known", "6.a.iii/outage")
class RequestCheck(InOrder):
    """CAD's answer on whether it knows a version's number."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="checks")
    outcome = models.CharField(max_length=11, choices=Request.Number)
    detail = models.CharField(max_length=300)
    at = models.DateTimeField(default=clock.now)


@enforces("6.f.i.1/after")
class Later(Row):
    """A period in which the Chief allows review after entry."""

    begins = models.DateTimeField(default=clock.now)
    begun_by = models.CharField(max_length=MAX_ACTOR_KEY)
    reason = models.CharField(max_length=400)
    ends = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    end_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # Open periods all have an empty `ended_by`, so there can be only one.
            models.UniqueConstraint(
                fields=["ended_by"], condition=Q(ends=None), name="one_time_of_later_review"
            )
        ]

    @classmethod
    def allowed(cls) -> bool:
        """Whether it is allowed now."""
        return cls.objects.filter(ends=None).exists()
