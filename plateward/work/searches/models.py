"""Searches, and all that happens to one. Every row is final (migrations): a search's state follows from them."""

from django.db import models
from django.db.models import Value
from django.db.models.functions import Replace

from plateward.core.cases.standing import NumberStanding
from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import InOrder, NewestFirst, Row
from plateward.core.decisions.models import Referral
from plateward.core.pages.models import HasPage
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.offenses import OFFENSES
from plateward.ground.reasons.purposes import PURPOSES, is_urgent
from plateward.people.models import ByPerson, Person
from plateward.work.searches import marking
from plateward.work.searches.offenses import Tie, families_of
from plateward.work.searches.query import SearchQuery, read_query

STANDINGS = [(standing.value, standing.value) for standing in NumberStanding]
BARE_NUMBER = Replace("number", Value("-"))  # as cases.rules.bare
DIGEST = 64  # characters of an HMAC-SHA-256 in hex


class Basis(models.TextChoices):
    """What a search that starts from a place rests on."""

    WARRANT = "warrant", "A warrant"
    EXIGENCY = "exigency", "An emergency that leaves no time for a warrant"


class Reach(models.TextChoices):
    """Whose reads a search looks through."""

    UNIT = "unit", "Own unit"
    DISTRICT = "district", "Own district"
    AGENCY = "agency", "All of the agency"


@enforces("6.b.i.8/scope", "6.e.ii/own")
class SearchReach(NewestFirst, ByPerson):
    """How far the searches of a role reach, as the administrator set it. The latest of a role is in effect."""

    role = models.CharField(max_length=20)
    reach = models.CharField(max_length=8, choices=Reach)
    reason = models.CharField(max_length=1000)


@enforces("6.e.vi/reason", "6.e.vi/number", "6.a.i.1/every")
class Search(HasPage):
    """A search as a person asked for it. Plates are only in sealed fields."""

    page_route = "searches:search"
    key = models.UUIDField(unique=True)  # made with the empty form: a form sent twice makes one search
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="searches")
    at = models.DateTimeField(default=clock.now, db_index=True)
    purpose = models.CharField(max_length=30)
    reason = SealedTextField(max_length=2000)
    number = models.CharField(max_length=40, db_index=True)  # CAD or case number
    query_json = SealedTextField()
    starts_from_place = models.BooleanField(default=False)
    basis = models.CharField(max_length=8, choices=Basis, blank=True)  # of one that starts from a place
    basis_text = SealedTextField(
        max_length=1000, blank=True
    )  # the warrant's number, or the emergency in words
    # Of the warrant. Null: there is none, or it was asked for before these were kept.
    warrant_court = SealedTextField(max_length=200, null=True)
    warrant_on = models.DateField(null=True)
    why_older = SealedTextField(max_length=1000, blank=True)  # why older reads are needed
    # What happened and what ties the vehicle to it, as chosen. None: asked before these were kept; nullable, so that
    # SQLite remakes no table.
    offense = models.CharField(max_length=20, null=True)  # noqa: DJ001  # of offenses
    tie = models.CharField(max_length=12, null=True)  # noqa: DJ001  # its Tie; empty: it starts from a place
    tie_to = SealedTextField(max_length=200, null=True)  # whose broadcast, of whom, or what else
    brakes = models.JSONField(default=list)  # rules.Brake, each for its own reason

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(BARE_NUMBER, name="search_by_bare_number")]

    @property
    def query(self) -> SearchQuery:
        """What was asked for."""
        return read_query(self.query_json)

    @property
    def purpose_label(self) -> str:
        """The purpose as pages show it."""
        return PURPOSES[self.purpose].label if self.purpose in PURPOSES else self.purpose

    @property
    def offense_label(self) -> str:
        """The offense or event as pages show it."""
        offense = OFFENSES.get(self.offense or "")
        return offense.label if offense else ""

    @property
    def families(self) -> frozenset[str]:
        """What it is about, for a comparison with others in its case."""
        return families_of(self.offense or "", self.reason)

    @property
    def tie_label(self) -> str:
        """What ties the vehicle to the case, as pages show it."""
        return ". ".join(filter(None, (Tie(self.tie).label if self.tie else "", self.tie_to)))

    @property
    def urgent(self) -> bool:
        """Whether any supervisor on duty may approve it: an urgent purpose, or an emergency as its basis."""
        return is_urgent(self.purpose) or self.basis == Basis.EXIGENCY


@enforces("6.a.iii/known", "6.a.iii/outage")
class NumberCheck(InOrder):
    """What CAD said about a search's number, then or later. `vehicles`: how many plates CAD has in it; `named`: those
    of the search among them, `zeroed`, parted by blanks. CAD's other plates are not kept. `kind`, `place` and `since`:
    of the incident, as CAD has it. Null: of a check before that was kept."""

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="checks")
    standing = models.CharField(max_length=11, choices=STANDINGS)
    detail = models.CharField(max_length=400)
    vehicles = models.PositiveSmallIntegerField(null=True)
    named = SealedTextField(null=True)
    kind = models.CharField(max_length=120, null=True)  # noqa: DJ001  # see Search.offense
    place = SealedTextField(null=True)
    since = models.DateTimeField(null=True)
    at = models.DateTimeField(default=clock.now)


@enforces("6.e.vi/generic", "6.a.ii.2/found")
class Mark(Row):
    """Something odd about a search, for its supervisor's look the same day. A search without any is not marked."""

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(max_length=8, choices=[(mark.value, mark.label) for mark in marking.Mark])
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["search", "kind"], name="a_search_is_marked_once_for_each_reason")
        ]


@enforces("6.e.vi/generic", "6.a.ii.2/found")
class MarkStep(InOrder, ByPerson):
    """What a supervisor did about a marked search, or what its searcher answered; the last one counts."""

    class Kind(models.TextChoices):
        IN_ORDER = "in_order", "In order"
        ASKED = "asked", "Asked"
        ANSWERED = "answered", "Answered"
        FINDING = "finding", "Finding opened"

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="mark_steps")
    kind = models.CharField(max_length=8, choices=Kind)
    text = SealedTextField(max_length=1000, blank=True)


class SearchStep(Row):
    """A further step of a search that starts from a place: more plates to be unmasked, which needs a decision again.
    Step 0 is the search itself and has no row."""

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    why = SealedTextField(max_length=1000)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["search", "number"], name="a_step_of_a_search_is_taken_once")
        ]


@enforces("6.a.ii.2/brake", "6.a.ii.3/brake")
class SearchDecision(ByPerson):
    """How a step of a search was decided; step 0 is the search itself."""

    class Kind(models.TextChoices):
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="decisions")
    step = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=9, choices=Kind)
    acting = models.CharField(max_length=400, blank=True)  # why this person could decide
    text = SealedTextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["search", "step"], name="a_step_is_decided_once")]


class SearchReferral(Referral):
    """To whom a step that nobody decided in time was passed; nobody: to the administrators."""

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="referrals")
    step = models.PositiveSmallIntegerField(default=0)


@enforces("6.a.ii.2/place")
class Unmasking(Row):
    """A plate that a search from a place was allowed to show, and why just this one."""

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="unmaskings")
    digest = models.CharField(max_length=DIGEST)
    plate = SealedTextField(max_length=20)
    reason = SealedTextField(max_length=1000)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["search", "digest"], name="a_plate_of_a_search_is_unmasked_once")
        ]


class GivenAs(models.TextChoices):
    """The texts that give a ground, each by its field."""

    REASON = "reason", "Reason"
    BASIS = "basis_text", "Warrant number, or the emergency in words"
    OLDER = "why_older", "Why older reads are needed"
    UNMASKING = "unmasking", "Why a plate is unmasked"
    STEP = "why", "Why more plates are needed"
    TIE = "tie_to", "What ties the vehicle to the case"
    NARRATIVE = "narrative", "Why a plate is to be listed"  # of a hot list request


@enforces("SB40.share/words", "SB40.use/surveillance", "SB40.use/traffic")
class StoppedRequest(NewestFirst, HasPage):
    """A search or a hot list request that was stopped because a text of it points to a purpose that the law bars; the
    ALPR administrator decides. Its plates are not kept."""

    page_route = "searches:stopped_request"
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    purpose = models.CharField(max_length=30)
    reason = SealedTextField(max_length=2000)  # the text, in whichever field it was
    # None: stopped before this was kept, and cleared for no field. A default would remake SQLite's table.
    field = models.CharField(max_length=10, choices=GivenAs, null=True)  # noqa: DJ001
    number = models.CharField(max_length=40)
    clause = models.CharField(max_length=20)
    why = models.CharField(max_length=400)

    @property
    def what(self) -> str:
        """What was stopped, for a sentence."""
        return "hot list request" if self.field == GivenAs.NARRATIVE else "search"


@enforces("SB40.share/words", "SB40.use/surveillance", "SB40.use/traffic")
class StoppedDecision(ByPerson):
    """What the administrator decided on a stopped request. CLEARED: the words mislead; this text may be given in this
    field for this number by this person."""

    class Kind(models.TextChoices):
        BARRED = "barred", "Barred by law"
        CLEARED = "cleared", "Not such a purpose"

    stopped = models.OneToOneField(StoppedRequest, on_delete=models.PROTECT, related_name="decision")
    kind = models.CharField(max_length=7, choices=Kind)
    text = SealedTextField(max_length=1000)
