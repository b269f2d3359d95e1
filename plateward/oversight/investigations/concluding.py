"""Outcomes, their reviews, discipline, the report, and the end: each one act with its entry."""

from datetime import datetime

from django.urls import reverse

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft
from plateward.core.decisions.reminders import DAY, Reminder, levels_late, was_reminded
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.oversight.detectors.routing import CJIS_OFFICER
from plateward.oversight.findings.audience import HOLDERS, NOBODY, people_who_authorize
from plateward.oversight.investigations import routing, rules
from plateward.oversight.investigations.actions import KINDS, add_step, place, widen, working
from plateward.oversight.investigations.models import Allegation, Investigation, InvestigationStep
from plateward.oversight.investigations.rules import SUSTAINED, DisciplinaryAction, Result
from plateward.people import days
from plateward.people.access.suspensions.actions import has_left, terminate_access
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify, people_with, settle_matter, was_notified
from plateward.people.notices.kinds import Kind
from plateward.people.penalties.models import Offense
from plateward.people.permissions import Permission, Role
from plateward.people.superiors import chain_above


@enforces("6.f.i.3/discipline")
def conclude(
    actor: PersonActor, investigation: Investigation, allegation: Allegation, result: Result, text: str
) -> None:
    """Give an allegation its outcome, which somebody else then reviews. Raises Refused."""
    with working(actor, Event.INVESTIGATION_CONCLUDE, investigation, rules.may_lead) as (current, entry):
        entry.note(allegation=allegation.pk)
        own = allegation.investigation_id == current.pk
        require(rules.may_conclude(current.progress.rulings.get(allegation.pk), text, own=own))
        add_step(actor, current, InvestigationStep.Kind.CONCLUDED, text, allegation=allegation, result=result)
        reviewers = routing.find_reviewers(current)
        seeing = [name for name in routing.OUTSIDE_NAMES if not reviewers or _holds(name, reviewers)]
        if current.outside and any(person.role == Role.CHIEF for person in reviewers):
            seeing.append(rules.CHIEF)
        if seeing:
            widen(current, seeing)
        settle_matter(Kind.INVESTIGATION_REVIEW, current)
        notify(
            reviewers,
            Kind.INVESTIGATION_REVIEW,
            f"{current}: review the outcome that {actor.person} gave (OPR:50 6.f.i.3).",
            current,
        )
        if not reviewers:
            heads = people_who_authorize(current.subject, {*current.implicated, actor.person.pk})
            notify(heads, Kind.INVESTIGATION_REVIEW, NOBODY, current, link="")


def _holds(name: str, people: list[Person]) -> bool:
    return any(person.role == HOLDERS[name] for person in people)


@enforces("6.f.i.3/discipline", "6.g.i/chain", "IR-6/hour")
def review(
    actor: PersonActor, investigation: Investigation, seen: InvestigationStep, *, accepted: bool, text: str
) -> None:
    """Accept the outcome that was seen, or return it. A violation so documented is to be reported within the hour, and
    its offense recorded. Raises Refused."""
    with working(actor, Event.INVESTIGATION_REVIEW, investigation, rules.may_review) as (current, entry):
        allegation = seen.allegation
        entry.note(allegation=seen.allegation_id, accepted=accepted)
        ruling = current.progress.rulings.get(seen.allegation_id or 0)
        require(rules.may_accept(ruling, seen.pk, text, own=seen.by == actor.key))
        kind = InvestigationStep.Kind.ACCEPTED if accepted else InvestigationStep.Kind.RETURNED
        add_step(actor, current, kind, text, allegation=allegation)
        settle_matter(Kind.INVESTIGATION_REVIEW, current)
        if not accepted and current.investigator:
            answer = f"{current}: {actor.person} returned an outcome. Its page says why."
            notify([current.investigator], Kind.INVESTIGATION_REVIEW, answer, current)
        if accepted and seen.result in SUSTAINED:
            officers = _officers(current)
            to = (
                "the CJIS Security Officer"
                if _holds(CJIS_OFFICER, officers)
                else "the state's CJIS Systems Officer"
            )
            widen(current, [name for name in routing.OUTSIDE_NAMES if _holds(name, officers)])
            due = days.format_time(clock.now() + rules.REPORT_WITHIN)
            owed = f"{current}: a violation must be reported to {to} by {due} (6.f.i.3, IR-6)."
            notify(_handlers(current), Kind.INVESTIGATION_REPORT, owed, current)
            offense = f"{current.subject.full_name}: record the offense after {str(current).lower()} (6.g.i)."
            recorders = people_with(Permission.PENALTY_RECORD).exclude(
                pk__in={current.subject_id, *current.implicated}
            )
            link = current.subject.get_absolute_url()
            notify(recorders, Kind.INVESTIGATION_RECORD, offense, current, link=link)


def _handlers(investigation: Investigation) -> list[Person]:
    """The investigator, unless they are barred from it, and the officers."""
    lead = investigation.investigator
    barred = routing.barred_from(investigation)
    fit = [lead] if lead and lead.pk not in barred else []
    return list(dict.fromkeys([*fit, *_officers(investigation)]))


def _officers(investigation: Investigation) -> list[Person]:
    """The CJIS Security Officer; where that is nobody or only somebody barred, the auditors."""
    barred = routing.barred_from(investigation)
    outside = [person for person in routing.holders(routing.OUTSIDE_NAMES) if person.pk not in barred]
    return [person for person in outside if person.role == HOLDERS[CJIS_OFFICER]] or outside


@enforces("6.f.i.3/discipline", "6.g.i/recorded", "6.j.i/discipline", "AC-2/disabled")
def discipline(
    actor: PersonActor, investigation: Investigation, offense: Offense, action: str, text: str
) -> None:
    """Record the discipline, and link the offense that the administrator recorded; a termination ends the subject's
    access, sessions and offices in the same act. Raises Refused."""
    with working(actor, Event.INVESTIGATION_DISCIPLINE, investigation) as (current, _):
        linked = InvestigationStep.objects.filter(offense=offense).exists()
        own = offense.person_id == current.subject_id and offense.begins >= current.opened_at
        may_end_access = Permission.PERSON_SWITCH_OFF in actor.person.permissions
        require(
            rules.may_discipline(
                current.progress, linked, action, text, own=own, may_end_access=may_end_access
            )
        )
        add_step(actor, current, InvestigationStep.Kind.DISCIPLINED, text, offense=offense, action=action)
        if action == DisciplinaryAction.TERMINATION and not has_left(current.subject):
            terminate_access(actor, current.subject, f"Terminated after {str(current).lower()}.")
        settle_matter(Kind.INVESTIGATION_RECORD, current)


@enforces("6.f.i.3/reported", "IR-6/hour")
def report(
    actor: PersonActor,
    investigation: Investigation,
    recipient: str,
    text: str,
    happened_at: datetime,
    number: str,
) -> None:
    """Record the report to the CJIS Security Officer: to whom, how, when, and the incident's number. Raises Refused."""
    with working(actor, Event.INVESTIGATION_REPORT, investigation) as (current, entry):
        barred = Person.objects.filter(pk__in={current.subject_id, *current.implicated})
        names = [person.full_name for person in barred]
        now = clock.now()
        require(rules.may_report(current.progress, happened_at, now, number, text, recipient, names))
        entry.note(number=number)
        told = f"To {recipient.strip()}: {text.strip()}"
        add_step(
            actor, current, InvestigationStep.Kind.REPORTED, told, happened_at=happened_at, number=number
        )
        settle_matter(Kind.INVESTIGATION_REPORT, current)


@enforces("6.f.i.3/investigate")
def notify_subject(actor: PersonActor, investigation: Investigation, text: str) -> None:
    """Notify the subject, who sees this text and whether it is closed, and nothing else. Raises Refused."""
    with working(actor, Event.INVESTIGATION_NOTIFY, investigation, rules.may_lead) as (current, _):
        require(rules.says_enough(text))
        add_step(actor, current, InvestigationStep.Kind.NOTIFIED, text)
        notify(
            [current.subject],
            Kind.INVESTIGATION_NOTIFY,
            f"{current} is about you. Read what its investigator says.",
            current,
            link=reverse("investigations:own"),
        )


@enforces("6.f.i.3/discipline", "6.f.i.3/reported", "6.g.i/recorded")
def close(actor: PersonActor, investigation: Investigation) -> None:
    """Close it for good. Raises Refused."""
    with working(actor, Event.INVESTIGATION_CLOSE, investigation, rules.may_lead) as (current, _):
        require(rules.may_close(current.progress))
        add_step(actor, current, InvestigationStep.Kind.CLOSED)
        current.closed_at = clock.now()
        current.save(update_fields=["closed_at"])
        for kind in KINDS:
            settle_matter(kind, current)


def _is_due(investigation: Investigation) -> bool:
    if investigation.closed_at:
        return False
    unplaced = investigation.investigator_id is None
    if _newly_late(investigation) or (unplaced and routing.find_investigator(investigation)):
        return True
    soon = any(item.done is None and item.due < clock.now() + 3 * DAY for item in investigation.deadlines)
    assigned = was_notified(Kind.INVESTIGATION_ASSIGN, investigation, DAY)
    return (
        (soon or unplaced)
        and not assigned
        and not was_reminded(Event.INVESTIGATION_REMIND, f"investigation:{investigation.pk}", DAY)
    )


def _newly_late(investigation: Investigation) -> list[str]:
    noted = {step.text for step in investigation.steps.all() if step.kind == InvestigationStep.Kind.LATE}
    return [item.label for item in investigation.late if item.label not in noted]


@enforces("6.f.i.3/investigate", "6.f.i.3/reported", "IR-6/hour")
def _remind(entry: EntryDraft, investigation: Investigation) -> None:
    """Find an investigator for what has none, remind of what runs out, and escalate what has."""
    if investigation.investigator is None:
        place(HUB, investigation)
    lead = investigation.investigator
    now, late = clock.now(), _newly_late(investigation)
    for label in late:
        add_step(HUB, investigation, InvestigationStep.Kind.LATE, label)
    waiting = [item for item in investigation.deadlines if item.done is None]
    levels = max(levels_late(item.due, now) for item in waiting)
    above = chain_above(lead) if lead and not investigation.outside else []
    people = {person.pk: person for person in _handlers(investigation)} if investigation.late else {}
    people |= Person.objects.in_bulk([lead.pk, *above[:levels]] if lead else [])
    if levels > len(above):  # the chain of command ends, is left, or has nobody who can
        widen(investigation, routing.OUTSIDE_NAMES)
        people |= {person.pk: person for person in routing.holders(routing.OUTSIDE_NAMES)}
    for key in routing.barred_from(investigation):
        people.pop(key, None)
    entry.note(late=late, levels=levels)
    parts = [
        f"{item.label}: {'was due' if item.due < now else 'due'} {days.format_time(item.due)}"
        for item in waiting
    ]
    notify(
        people.values(),
        Kind.INVESTIGATION_REMIND,
        f"{investigation}: {'; '.join(parts)}.",
        investigation,
        again=True,
    )


remind = Reminder(
    Event.INVESTIGATION_REMIND,
    lambda: Investigation.objects.filter(closed_at=None).prefetch_related("steps", "allegations"),
    _is_due,
    _remind,
)
