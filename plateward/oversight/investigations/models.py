"""Investigations, what is alleged, and every step of each. The database prevents changes and removal (migrations)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property

from plateward.core.audit.models import AuditEntry
from plateward.core.db.fields import SealedTextField
from plateward.core.db.row import InOrder, NewestFirst
from plateward.core.pages.models import HasPage
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.oversight.breaches.models import Breach
from plateward.oversight.findings.audience import in_audience
from plateward.oversight.findings.models import Finding
from plateward.oversight.investigations import rules
from plateward.oversight.investigations.rules import (
    LONGEST_TEXT,
    Deadline,
    DisciplinaryAction,
    Progress,
    Result,
    Ruling,
)
from plateward.people.actor_names import MAX_ACTOR_KEY
from plateward.people.models import ByPerson, Person
from plateward.people.penalties.models import Offense
from plateward.people.permissions import Role
from plateward.people.superiors import chain_above
from plateward.work.alerts.models import Alert


class Investigations(models.QuerySet["Investigation"]):
    def not_about(self, person: Person) -> "Investigations":
        """Those that are not about this person, and that they are not said to be part of."""
        named = InvestigationStep.objects.filter(
            investigation=OuterRef("pk"), kind=InvestigationStep.Kind.IMPLICATED, person=person
        )
        return self.exclude(subject=person).filter(~Exists(named))

    @enforces("6.f.i.3/investigate", "6.c.ii/people")
    def seen_by(self, viewer: Person) -> "Investigations":
        """Those whose audience the viewer is in, and those that they investigate; never one about them or somebody
        above them, or that they may be part of."""
        assigned = InvestigationStep.objects.filter(
            investigation=OuterRef("pk"), kind=InvestigationStep.Kind.ASSIGNED, person=viewer
        )
        seen = in_audience(viewer) | Q(Exists(assigned))
        if viewer.role == Role.CHIEF:  # to whom an outcome about somebody outside the chain of command may go
            seen |= Q(to__contains=rules.CHIEF)
        rows = self.filter(seen).not_about(viewer)
        rows = rows.exclude(subject__in=chain_above(viewer))
        return rows.select_related("subject__unit", "investigator", "opened_by").prefetch_related(
            "steps", "allegations"
        )


@enforces("6.f.i.3/investigate")
class Investigation(NewestFirst, HasPage):
    """One matter about one person. `to`: the roles that see it, as detectors.routing names them, parted by semicolons;
    `outside`: none of them is in the subject's chain of command. `investigator`: None while nobody can."""

    sealed_without = ("outside", "to", "investigator", "closed_at")
    page_route = "investigations:investigation"
    subject = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    what = SealedTextField(max_length=LONGEST_TEXT)
    happened_on = models.DateField()
    known = SealedTextField(max_length=LONGEST_TEXT)
    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, null=True, related_name="investigation")
    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, null=True, related_name="investigations")
    outside = models.BooleanField()
    to = models.CharField(max_length=100)
    investigator = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    objects = Investigations.as_manager()

    def __str__(self) -> str:
        return f"Investigation {self.pk}"

    def is_seen_by(self, viewer: Person) -> bool:
        """Whether this person sees it."""
        return Investigation.objects.seen_by(viewer).filter(pk=self.pk).exists()

    @property
    def implicated(self) -> set[int]:
        """The keys of those who may be part of it."""
        named = [step for step in self.steps.all() if step.kind == InvestigationStep.Kind.IMPLICATED]
        return {step.person_id for step in named if step.person_id is not None}

    @cached_property
    def progress(self) -> Progress:
        """How far it is, from its steps."""
        rulings: dict[int, Ruling] = {}
        accepted_at = reported_at = None
        for step in self.steps.all():
            key = step.allegation_id or 0
            if step.kind == InvestigationStep.Kind.CONCLUDED:
                rulings[key] = Ruling(step.pk, Result(step.result), accepted=False)
            elif step.kind == InvestigationStep.Kind.RETURNED:
                del rulings[key]
            elif step.kind == InvestigationStep.Kind.ACCEPTED:
                rulings[key] = Ruling(rulings[key].seen, rulings[key].result, accepted=True)
                if rulings[key].result in rules.SUSTAINED:
                    accepted_at = accepted_at or step.at
            elif step.kind == InvestigationStep.Kind.REPORTED:
                reported_at = step.at
        return Progress(
            self.opened_at,
            [allegation.pk for allegation in self.allegations.all()],
            rulings,
            accepted_at,
            any(step.kind == InvestigationStep.Kind.DISCIPLINED for step in self.steps.all()),
            reported_at,
            self.closed_at,
        )

    @property
    def deadlines(self) -> list[Deadline]:
        """What must be done by when."""
        return rules.deadlines(self.progress, timedelta(days=settings.INVESTIGATION_DAYS))

    @property
    def late(self) -> list[Deadline]:
        """Those that ran out."""
        return [item for item in self.deadlines if item.done is None and item.due < clock.now()]

    @property
    def notified_at(self) -> datetime | None:
        """When its subject was notified of it; None while they see nothing."""
        return next(
            (step.at for step in self.steps.all() if step.kind == InvestigationStep.Kind.NOTIFIED), None
        )


@enforces("6.f.i.3/investigate")
class Allegation(InOrder):
    """What somebody is said to have done, and against which clause."""

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="allegations")
    clause = models.CharField(max_length=40)
    text = SealedTextField(max_length=LONGEST_TEXT)
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.clause}: {self.text}"


@enforces("6.f.i.3/investigate", "6.b.i.2/hold", "AU-11/term")
class InvestigationStep(InOrder):
    """What was done. `person`: who was assigned or implicated; `finding`, `alert`, `entry`: what it stands on, by
    reference, which the database then keeps from removal; `happened_at`, `number`: of an interview or report."""

    class Kind(models.TextChoices):
        ASSIGNED = "assigned", "Assigned"
        NOTED = "noted", "Noted"
        INTERVIEWED = "interviewed", "Interviewed"
        ATTACHED = "attached", "Evidence attached"
        IMPLICATED = "implicated", "May be part of it"
        SUSPENDED = "suspended", "Access suspended at once"
        CONCLUDED = "concluded", "Outcome of an allegation"
        RETURNED = "returned", "Outcome returned"
        ACCEPTED = "accepted", "Outcome accepted"
        DISCIPLINED = "disciplined", "Discipline recorded"
        REPORTED = "reported", "Reported to the CJIS Security Officer"
        NOTIFIED = "notified", "Subject notified"
        LATE = "late", "A time ran out"
        CLOSED = "closed", "Closed"

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=11, choices=Kind)
    text = SealedTextField(max_length=LONGEST_TEXT, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    allegation = models.ForeignKey(Allegation, on_delete=models.PROTECT, null=True, related_name="+")
    result = models.CharField(max_length=13, choices=Result, blank=True)
    action = models.CharField(max_length=11, choices=DisciplinaryAction, blank=True)
    offense = models.OneToOneField(Offense, on_delete=models.PROTECT, null=True, related_name="+")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, related_name="+")
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, related_name="+")
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=60, blank=True)
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    at = models.DateTimeField(default=clock.now)


@enforces("AU-6/findings")
class View(NewestFirst, ByPerson):
    """Somebody opened an investigation: whoever warns its subject is one of them."""

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="views")
