"""An investigation opened, assigned and worked on: each one act with its entry. Entries name no subject: whoever reads
the log may be the one."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.audit.models import AuditEntry
from plateward.core.db.locking import lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import Decision, Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.oversight.breaches.models import Breach
from plateward.oversight.detectors.routing import leaves_chain
from plateward.oversight.findings.actions import KINDS as FINDING_KINDS
from plateward.oversight.findings.actions import involve
from plateward.oversight.findings.audience import NOBODY, people_who_authorize
from plateward.oversight.findings.models import Finding
from plateward.oversight.investigations import routing, rules
from plateward.oversight.investigations.models import Allegation, Investigation, InvestigationStep, View
from plateward.oversight.investigations.rules import Matter, Party
from plateward.people import days
from plateward.people.access.suspensions.actions import switch_off
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter, withdraw_notices
from plateward.people.notices.kinds import Kind
from plateward.people.penalties.rules import policy_clauses
from plateward.people.permissions import Permission
from plateward.work.alerts.models import Alert

KINDS = [kind for kind in Kind if kind.startswith("investigation.") and kind is not Kind.INVESTIGATION_NOTIFY]
Duty = Callable[[Party, Matter], Decision]


@enforces("6.f.i.3/investigate")
def open_investigation(
    actor: PersonActor,
    subject: Person,
    *,
    what: str,
    happened_on: date,
    known: str,
    finding: Finding | None = None,
    breach: Breach | None = None,
) -> Investigation:
    """Open one about this person: from a finding, a breach, or one's own knowledge. The subject's supervisor
    investigates or, if the matter leaves the chain of command, an outside role. Raises Refused."""
    with act(actor, Event.INVESTIGATION_OPEN, "investigations") as entry:
        if finding:
            finding = lock_row(finding)
        taken = finding is not None and Investigation.objects.filter(finding=finding).exists()
        parties = routing.parties([actor.person, subject])
        require(rules.may_open(*parties, taken=taken, about=finding.subject_id if finding else None))
        require(rules.is_stated(what, known, happened_on, days.today()))
        implicated = set(finding.involved.all()) if finding else set()
        implicated |= set(Person.objects.filter(pk__in=breach.suspects)) if breach else set()
        implicated.discard(subject)
        roles = routing.roles_for(subject, implicated)
        investigation = Investigation.objects.create(
            subject=subject,
            what=what.strip(),
            happened_on=happened_on,
            known=known.strip(),
            finding=finding,
            breach=breach,
            to=";".join(roles),
            outside=leaves_chain(roles),
            opened_by=actor.person,
        )
        entry.note(investigation=investigation.pk)
        for person in implicated:
            add_step(actor, investigation, InvestigationStep.Kind.IMPLICATED, person=person)
        for kind in FINDING_KINDS:
            if finding:
                settle_matter(kind, finding)
        place(actor, investigation)
    return investigation


def place(actor: Actor, investigation: Investigation) -> None:
    """Find who investigates, within an act, and notify them; if nobody can, those who can change that."""
    investigation.investigator = None
    person = routing.find_investigator(investigation)
    if person:
        _assign(actor, investigation, person, "")
        return
    investigation.save(update_fields=["investigator"])
    settle_matter(Kind.INVESTIGATION_ASSIGN, investigation)  # this one replaces it
    heads = people_who_authorize(investigation.subject, investigation.implicated)
    notify(heads, Kind.INVESTIGATION_ASSIGN, NOBODY, investigation, link="")


def _assign(actor: Actor, investigation: Investigation, person: Person, why: str) -> None:
    investigation.investigator = person
    investigation.save(update_fields=["investigator"])
    add_step(actor, investigation, InvestigationStep.Kind.ASSIGNED, why, person=person)
    settle_matter(Kind.INVESTIGATION_ASSIGN, investigation)
    text = (
        f"You investigate possible misuse by {investigation.subject.full_name}. Do not discuss it with them."
    )
    notify([person], Kind.INVESTIGATION_ASSIGN, text, investigation)


@enforces("6.f.i.3/investigate")
def assign(actor: PersonActor, investigation: Investigation, person: Person, text: str) -> None:
    """Give it to another investigator. Raises Refused."""
    with working(actor, Event.INVESTIGATION_ASSIGN, investigation, rules.may_review) as (current, _):
        require(rules.may_investigate(routing.party_of(person), routing.matter_of(current)))
        require(rules.says_enough(text))
        _assign(actor, current, person, text)


@enforces("6.b.i.9/entries", "6.b.i.9/first", "AU-6/findings")
def record_view(actor: PersonActor, investigation: Investigation, **details: Any) -> None:
    """Record that somebody looks at it, before they see it."""
    with act(actor, Event.INVESTIGATION_VIEW, f"investigation:{investigation.pk}") as entry:
        entry.note(**details)
        View.objects.create(investigation=investigation, by=actor.person)


@enforces("6.f.i.3/investigate")
def add_note(actor: PersonActor, investigation: Investigation, text: str) -> None:
    """Record what was learned. Raises Refused."""
    with working(actor, Event.INVESTIGATION_NOTE, investigation) as (current, _):
        require(rules.says_enough(text))
        add_step(actor, current, InvestigationStep.Kind.NOTED, text)


@enforces("6.f.i.3/investigate")
def allege(actor: PersonActor, investigation: Investigation, clause: str, text: str) -> None:
    """Record an allegation. Raises Refused."""
    with working(actor, Event.INVESTIGATION_NOTE, investigation, rules.may_lead) as (current, _):
        require(rules.says_enough(text))
        if clause not in policy_clauses():
            raise Refused(rules.refuse("This is not a policy clause.", "Choose one.", field="clause"))
        Allegation.objects.create(investigation=current, clause=clause, text=text.strip(), by=actor.key)


@enforces("6.f.i.3/investigate")
def add_interview(
    actor: PersonActor, investigation: Investigation, number: str, happened_at: datetime, text: str
) -> None:
    """Record an interview: with whom (`number`: their name), when, and what was said. Raises Refused."""
    with working(actor, Event.INVESTIGATION_NOTE, investigation, rules.may_lead) as (current, _):
        require(rules.says_enough(text))
        if happened_at > clock.now():
            raise Refused(
                rules.refuse(
                    "This time is in the future.", "Enter the time it happened.", field="happened_at"
                )
            )
        add_step(
            actor, current, InvestigationStep.Kind.INTERVIEWED, text, number=number, happened_at=happened_at
        )


@enforces("6.f.i.3/investigate", "6.b.i.2/hold", "6.b.i.9/entries")
def attach(
    actor: PersonActor,
    investigation: Investigation,
    things: Iterable[Finding | Alert | AuditEntry],
    text: str,
) -> None:
    """Add evidence by reference; nothing is copied. Raises Refused."""
    with working(actor, Event.INVESTIGATION_ATTACH, investigation, rules.may_lead) as (current, entry):
        require(rules.says_enough(text))
        attached = Counter[str]()  # an entry's number would name whose act it is
        for thing in things:
            name = {Finding: "finding", Alert: "alert", AuditEntry: "entry"}[type(thing)]
            add_step(actor, current, InvestigationStep.Kind.ATTACHED, text, **{name: thing})
            attached[name] += 1
        entry.note(**attached)


@enforces("6.f.i.3/investigate", "6.c.ii/people")
def implicate(actor: PersonActor, investigation: Investigation, person: Person, text: str) -> None:
    """Record who may be part of it: from now on they see nothing of it, and if it so leaves the chain of command,
    somebody outside investigates. Raises Refused."""
    with working(actor, Event.INVESTIGATION_NOTE, investigation) as (current, entry):
        entry.note(names_somebody=True)
        require(rules.says_enough(text))
        if person.pk in {actor.person.pk, current.subject_id, *current.implicated}:
            raise Refused(
                rules.refuse("This is you, the subject, or on record.", "Check the name.", field="person")
            )
        add_step(actor, current, InvestigationStep.Kind.IMPLICATED, text, person=person)
        for kind in KINDS:
            withdraw_notices(kind, current, person)
        implicated = Person.objects.filter(pk__in=current.implicated)
        roles = routing.roles_for(current.subject, implicated)
        if current.finding:
            involve(current.finding, person, roles)
        if leaves_chain(roles) and not current.outside:
            current.outside, current.to = True, ""
            widen(current, roles)
            place(actor, current)
        elif current.investigator_id == person.pk:
            place(actor, current)


def widen(investigation: Investigation, roles: Iterable[str]) -> None:
    """Let these roles see it, too."""
    investigation.to = ";".join(dict.fromkeys([*filter(None, investigation.to.split(";")), *roles]))
    investigation.save(update_fields=["to", "outside"])


@enforces("6.f.i.3/investigate", "AC-2/disabled")
def suspend(actor: PersonActor, investigation: Investigation, reason: str) -> None:
    """Suspend the subject's access at once, as an interim measure. The log names the suspended person, so that this
    investigation's own entry beside it is one as of any other step. Raises Refused."""
    with working(actor, Event.INVESTIGATION_NOTE, investigation) as (current, _):
        if Permission.PERSON_SWITCH_OFF not in actor.person.permissions:
            raise Refused(
                Refusal(
                    "AC-2",
                    "You may not suspend access.",
                    "Ask the ALPR administrator or the CJIS Security Officer.",
                )
            )
        require(rules.says_enough(reason, "reason"))
        switch_off(actor, current.subject, reason)
        add_step(actor, current, InvestigationStep.Kind.SUSPENDED, reason)


@contextmanager
def working(
    actor: PersonActor, event: Event, investigation: Investigation, duty: Duty = rules.may_work
) -> Iterator[tuple[Investigation, EntryDraft]]:
    """An act on the investigation as it is now, of somebody who may. Raises Refused."""
    with act(actor, event, f"investigation:{investigation.pk}") as entry:
        current = lock_row(investigation, "subject")
        require(rules.is_open(current.closed_at is not None))
        require(duty(routing.party_of(actor.person), routing.matter_of(current)))
        yield current, entry


def add_step(
    actor: Actor, investigation: Investigation, kind: InvestigationStep.Kind, text: str = "", **more: Any
) -> InvestigationStep:
    """Record a step, within the act that does it."""
    return InvestigationStep.objects.create(
        investigation=investigation, kind=kind, text=text.strip(), by=actor.key, at=clock.now(), **more
    )
