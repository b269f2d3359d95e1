"""Breaches and what was done about them. The database prevents changes and removal (migrations)."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.functional import cached_property

from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import InOrder, NewestFirst
from plateward.core.outbox.models import Outgoing
from plateward.core.pages.models import HasPage
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.oversight.breaches import rules
from plateward.oversight.breaches.rules import LONGEST_TEXT, BreachKind, Deadline, Office
from plateward.people.actor_names import MAX_ACTOR_KEY
from plateward.people.models import Person


class Breaches(models.QuerySet["Breach"]):
    def not_about(self, person: Person) -> "Breaches":
        """Those that are not said to be this person's doing."""
        suspected = BreachStep.objects.filter(breach=OuterRef("pk"), suspect=person)
        return self.exclude(concerns=person).filter(~Exists(suspected))

    def open(self) -> "Breaches":
        """Those that no analysis has closed."""
        return self.filter(
            ~Exists(BreachStep.objects.filter(breach=OuterRef("pk"), kind__in=BreachStep.CLOSING))
        )


@enforces("6.b.i.11/report", "IR-6/hour")
class Breach(NewestFirst, HasPage):
    """One report. `concerns`: the person whose doing it may be, who sees nothing of it."""

    page_route = "breaches:breach"
    kind = models.CharField(max_length=10, choices=BreachKind)
    what = SealedTextField(max_length=LONGEST_TEXT)
    noticed_at = models.DateTimeField()
    concerns = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reported_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(default=clock.now)

    objects = Breaches.as_manager()

    def __str__(self) -> str:
        return f"Breach {self.pk}"

    @cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        """When each office must be notified, and was."""
        kinds = {kind: office for office, kind in BreachStep.NOTIFIED.items()}
        notified = {
            kinds[BreachStep.Kind(step.kind)]: step.at for step in self.steps.all() if step.kind in kinds
        }
        return rules.deadlines(self.noticed_at, self.confirmed_at, notified)

    @property
    def confirmed_at(self) -> datetime | None:
        """When it was confirmed to be a breach; None while it is suspected."""
        return next(
            (step.at for step in self.steps.all() if step.kind == BreachStep.Kind.CONFIRMED),
            None,
        )

    @property
    def suspects(self) -> set[int]:
        """The keys of those whose doing it may be."""
        named = {step.suspect_id for step in self.steps.all()} | {self.concerns_id}
        return {key for key in named if key is not None}

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed; None while it is open."""
        return next((step.at for step in self.steps.all() if step.kind in BreachStep.CLOSING), None)


@enforces("6.b.i.11/contained", "IR-6/hour")
class BreachStep(InOrder):
    """What was done about a breach."""

    class Kind(models.TextChoices):
        NOTIFIED_CJIS = "cjis", "CJIS Security Officer notified"
        NOTIFIED_CYBER = "cyber", "IT Cyber Security notified"
        LATE_CJIS = "late_cjis", "The hour to notify the CJIS Security Officer ran out"
        LATE_CYBER = "late_cyber", "The 24 hours to notify IT Cyber Security ran out"
        NOTIFIED_SYSTEMS = "systems", "CJIS Systems Officer notified"
        LATE_SYSTEMS = "late_system", "The hour to notify the CJIS Systems Officer ran out"
        CONFIRMED = "confirmed", "Confirmed as a breach"
        CUT_OFF = "cut_off", "Cut off"
        LET_THROUGH = "let_through", "Let through again"
        NOTED = "noted", "Noted"
        SUSPECTED = "suspected", "Who may be responsible"
        CLOSED = "closed", "Closed: root cause found"
        NO_BREACH = "no_breach", "Closed: it was no breach"

    CLOSING = (Kind.CLOSED, Kind.NO_BREACH)
    NOTIFIED = {
        Office.CJIS: Kind.NOTIFIED_CJIS,
        Office.CYBER: Kind.NOTIFIED_CYBER,
        Office.SYSTEMS: Kind.NOTIFIED_SYSTEMS,
    }
    LATE = {
        Office.CJIS: Kind.LATE_CJIS,
        Office.CYBER: Kind.LATE_CYBER,
        Office.SYSTEMS: Kind.LATE_SYSTEMS,
    }

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=11, choices=Kind)
    text = SealedTextField(max_length=2 * LONGEST_TEXT)
    suspect = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    at = models.DateTimeField(default=clock.now)


@enforces("IR-6/systems")
class OfficerEmail(Outgoing):
    """To the state's CJIS Systems Officer, of a confirmed breach. `over_at`: it was sent, or somebody reached them."""

    breach = models.OneToOneField(Breach, on_delete=models.PROTECT, related_name="email")
    over_at = models.DateTimeField(null=True)
