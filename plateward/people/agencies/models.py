"""Outside agencies and what became of what they asked. No row changes (migrations): a request's state follows from its
rows and the time."""

from datetime import date, datetime

from django.conf import settings
from django.db import models

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import InOrder, Named, Row
from plateward.core.pages.models import HasPage
from plateward.ground.policy.decision import Allow
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.offenses import OFFENSES
from plateward.ground.reasons.purposes import PURPOSES
from plateward.people import days
from plateward.people.agencies.limits import AGENCIES, LIMITS, as_signed
from plateward.people.agencies.rules import FEDERAL, AgencyState, Recipient, Scope
from plateward.people.agency_grants import terms_granted
from plateward.people.agency_terms import AgencyTerm, term_runs
from plateward.people.models import ByPerson
from plateward.people.signed import limits_of


@enforces("6.b.i.6/request", "SB40.declare/registry")
class Agency(Named, ByPerson, HasPage):
    """Another law enforcement agency. Its people are those whose account has its ORI."""

    page_route = "agencies:agency"
    name = models.CharField(max_length=100)
    skeleton = models.CharField(max_length=100, unique=True)  # rules.skeleton of the name
    state = models.CharField(max_length=2)
    ori = models.CharField("ORI", max_length=9, unique=True)
    contact = SealedTextField(max_length=400)

    @property
    def state_label(self) -> str:
        """As pages show it."""
        return "Federal" if self.state == FEDERAL else self.state

    @property
    def needs_declaration(self) -> bool:
        """Whether it is of another state, or federal."""
        return self.state != settings.AGENCY_ORI[:2]

    def declaration_at(self, now: datetime) -> "Declaration | None":
        """The declaration in force."""
        return self.declarations.filter(begins__lte=now, ends__gt=now).last()

    def as_recipient(self, now: datetime) -> Recipient:
        """Of what is given to it by hand."""
        grant, declaration, given = self.grant, self.declaration_at(now), AgencyGrant.given_to(self.ori)
        _, closed = terms_granted()
        in_force = grant is not None and grant.request.state(now) is AgencyState.GRANTED
        return Recipient(
            self.ori,
            self.needs_declaration,
            declaration.pk if declaration else None,
            grant.pk if grant and in_force else None,
            signed=given is not None and isinstance(term_runs(given.scope, now), Allow),
            closed=closed,
        )

    @property
    def grant(self) -> "AgencyGrant | None":
        """The latest: a later one replaces the earlier."""
        return AgencyGrant.of(self.ori)


class ForPurposes(Row):
    """Asked, declared or granted for these purposes."""

    purposes = models.JSONField(default=list)

    class Meta:
        abstract = True

    @property
    def purpose_labels(self) -> list[str]:
        """As pages show them."""
        return [PURPOSES[purpose].label for purpose in self.purposes]


@enforces("6.b.i.6/request")
class AgencyRequest(InOrder, ByPerson, ForPurposes):
    """What an agency asks for, as somebody here recorded it. To widen or prolong a scope is a request again."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="requests")
    asked_by = models.CharField(max_length=120)  # at the agency: name and title
    what = SealedTextField(max_length=2000)

    def get_absolute_url(self) -> str:
        return self.agency.get_absolute_url()

    def state(self, now: datetime) -> AgencyState:
        """Its state at a moment not long ago."""
        decision = getattr(self, "decision", None)
        if decision is None:
            return AgencyState.CONSULTED if hasattr(self, "consultation") else AgencyState.WAITING
        if not decision.granted:
            return AgencyState.DENIED
        grant: AgencyGrant = self.grant
        if hasattr(grant, "revocation"):
            return AgencyState.REVOKED
        replaced = AgencyGrant.objects.filter(request__agency=self.agency_id, pk__gt=grant.pk).exists()
        runs = isinstance(term_runs(grant.scope, now), Allow)
        return AgencyState.GRANTED if runs and not replaced else AgencyState.ENDED


@enforces("SB40.declare/registry")
class Declaration(InOrder, ByPerson, ForPurposes):
    """What an agency declared in writing: for which purposes it uses what it gets, who signed, and its term."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="declarations")
    signed_by = models.CharField(max_length=120)  # name and title
    begins = models.DateTimeField()
    ends = models.DateTimeField()

    @property
    def last_day(self) -> date:
        """The last day of its term."""
        return days.last_day(self.ends)


@enforces("SB40.declare/registry", "6.i.i/aes")
class DeclarationLetter(InOrder):
    """The letter itself, as it was scanned. Apart from its declaration, which every search of the agency asks."""

    declaration = models.OneToOneField(Declaration, on_delete=models.PROTECT, related_name="letter")
    name = models.CharField(max_length=100)
    media_type = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    content = SealedTextField()  # in base64


@enforces("6.b.i.6/chief")
class Consultation(InOrder, ByPerson):
    """What the Chief answered before the decision, by the Chief's own account."""

    request = models.OneToOneField(AgencyRequest, on_delete=models.PROTECT, related_name="consultation")
    favors = models.BooleanField()
    text = SealedTextField(max_length=1000)


@enforces("6.b.i.6/request")
class AgencyDecision(InOrder, ByPerson):
    """How the ALPR administrator decided a request."""

    request = models.OneToOneField(AgencyRequest, on_delete=models.PROTECT, related_name="decision")
    granted = models.BooleanField()
    reason = SealedTextField(max_length=1000)


@enforces("6.b.i.6/scope", "SB40.declare/registry")
class AgencyGrant(InOrder, ForPurposes):
    """What an agency may ask, from the decision to its end, as rules.Scope says."""

    request = models.OneToOneField(AgencyRequest, on_delete=models.PROTECT, related_name="grant")
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, null=True, related_name="grants")
    offenses = models.JSONField(default=list)
    places = models.JSONField(default=list)  # names of districts
    days_back = models.PositiveSmallIntegerField()
    queries_a_day = models.PositiveSmallIntegerField()
    images = models.BooleanField()
    begins = models.DateTimeField()
    ends = models.DateTimeField()

    @classmethod
    def of(cls, ori: str) -> "AgencyGrant | None":
        """The latest of this agency, with all that its scope and its notes need."""
        grants = cls.objects.select_related("request__agency", "declaration", "revocation")
        return grants.filter(request__agency__ori=ori).last()

    @classmethod
    @enforces("AC-4/flow", "6.b.i.6/scope", "SB40.share/purposes", "6.b.i.9/records")
    def given_to(cls, ori: str) -> "AgencyGrant | None":
        """The latest of this agency as far as it is in the signed sharing configuration, which no row is; None: it is
        not signed, or for another time than the log says."""
        grant, (terms, closed) = cls.of(ori), terms_granted()
        signed = as_signed(grant.scope, limits_of(AGENCIES, ori)) if grant else None
        if grant is None or signed is None or closed or [*terms.get(ori, ())][-1:] != [grant.term]:
            return None
        for name in LIMITS:
            value = getattr(signed, name)
            setattr(grant, name, sorted(value) if isinstance(value, frozenset) else value)
        return grant

    @property
    def term(self) -> AgencyTerm:
        """For how long, as the rules see it."""
        revocation = getattr(self, "revocation", None)
        return AgencyTerm(
            begins=self.begins,
            ends=self.ends,
            declaration_ends=self.declaration.ends if self.declaration else None,
            revoked_at=revocation.at if revocation else None,
        )

    @property
    def scope(self) -> Scope:
        """As the rules see it."""
        return Scope(
            **vars(self.term),
            purposes=frozenset(self.purposes),
            offenses=frozenset(self.offenses),
            places=frozenset(self.places),
            days_back=self.days_back,
            queries_a_day=self.queries_a_day,
            images=self.images,
        )

    @property
    def until(self) -> datetime:
        """When it ends by itself."""
        return min(self.ends, self.declaration.ends) if self.declaration else self.ends

    @property
    def last_day(self) -> date:
        """The last day before that."""
        return days.last_day(self.until)

    @property
    def offense_labels(self) -> list[str]:
        """As pages show them."""
        return [OFFENSES[offense].label for offense in self.offenses]


@enforces("6.b.i.6/scope")
class GrantRevocation(InOrder, ByPerson):
    """Why an agency's access was taken away, by the clause that it violated. None of its people gets in any more."""

    grant = models.OneToOneField(AgencyGrant, on_delete=models.PROTECT, related_name="revocation")
    clause = models.CharField(max_length=40)
    reason = SealedTextField(max_length=1000)
