"""A breach reported, its offices notified, what leaks cut off, the analysis recorded: each one act with its entry."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet

from plateward.core.audit.actor import HUB, Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.db.locking import lock_row
from plateward.core.decisions.reminders import Reminder
from plateward.core.pages.export_stop import are_exports_stopped
from plateward.core.pages.models import ExportStop
from plateward.field.fleet.actions import revoke_reader
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.policy.decision import Refused, require
from plateward.ground.policy.trace import enforces
from plateward.oversight.breaches import rules
from plateward.oversight.breaches.models import Breach, BreachStep, OfficerEmail
from plateward.oversight.breaches.rules import BreachKind, Cut, Deadline, Office
from plateward.people import days
from plateward.people.access.suspensions.actions import switch_off
from plateward.people.actor import PersonActor
from plateward.people.models import Person, Terminal
from plateward.people.notices.actions import (
    notify,
    people_with,
    settle_matter,
    was_notified,
    withdraw_notices,
)
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission
from plateward.people.terminals import revoke_terminal
from plateward.people.tokens.actions import revoke_token
from plateward.people.tokens.models import ApiToken
from plateward.people.training.actions.changes import Change, open_duties
from plateward.people.training.models import Duty

Row = TypeVar("Row", bound=Model)
SOON, LATER = (
    timedelta(minutes=15),
    timedelta(hours=4),
)  # between reminders, within the first hour and after it


def handlers(breach: Breach) -> list[Person]:
    """Who sees to it: the administrators, the CJIS Security Officer, IT Cyber Security and the Chief, but never the
    person concerned."""
    return list(people_with(Permission.BREACH_HANDLE).exclude(pk__in=breach.suspects))


@enforces("6.b.i.11/report", "IR-6/hour")
def report_breach(
    actor: PersonActor, kind: BreachKind, what: str, noticed_at: datetime, concerns: Person | None
) -> Breach:
    """Report a breach; the same act notifies all who see to it. Raises Refused."""
    with act(actor, Event.BREACH_REPORT, "breaches") as entry:
        reporter, now = lock_row(actor.person), clock.now()
        today = Breach.objects.filter(reported_by=reporter, reported_at__gt=now - timedelta(days=1)).count()
        require(rules.may_report(what, noticed_at, now, today=today))
        breach = Breach.objects.create(
            kind=kind,
            what=what.strip(),
            noticed_at=noticed_at,
            concerns=concerns,
            reported_by=reporter,
            reported_at=now,
        )
        entry.note(
            breach=breach.pk,
            kind=kind.value,
            noticed_at=noticed_at.isoformat(),
            names_somebody=concerns is not None,  # whom, the table says: who reads the log may be the one
        )
        text = f"{actor.person} reports a breach of security: {breach.get_kind_display()} (OPR:50 6.b.i.11)."
        notify(handlers(breach), Kind.BREACH_REPORT, text, breach)
    return breach


@enforces("6.b.i.11/cyber", "IR-6/hour")
def note_notified(actor: PersonActor, breach: Breach, office: Office, text: str) -> None:
    """Record that this office was notified: whom, and how. Raises Refused."""
    with act(actor, Event.BREACH_NOTIFY, f"breach:{breach.pk}") as entry:
        breach = lock_open(breach)
        running = next((deadline for deadline in breach.deadlines if deadline.office is office), None)
        entry.note(office=office.value, due=running and running.due.isoformat())
        require(rules.may_note_notified(office, running, text))
        record_notified(actor, breach, office, text)


def record_notified(actor: Actor, breach: Breach, office: Office, text: str) -> None:
    """Within the act on the locked breach: this office knows; and nothing is left to remind of, if it was the last."""
    add_step(actor, breach, BreachStep.NOTIFIED[office], text)
    if office is Office.SYSTEMS:
        OfficerEmail.objects.filter(breach=breach, over_at=None).update(over_at=clock.now())
    if not any(deadline.done is None for deadline in breach.deadlines if deadline.office is not office):
        settle_matter(Kind.BREACH_REMIND, breach)
        settle_matter(Kind.BREACH_REPORT, breach)


@enforces("IR-6/systems")
def confirm_breach(actor: PersonActor, breach: Breach, text: str) -> None:
    """Record that it is a breach, not only suspected: the state's CJIS Systems Officer is to know within the hour, and
    is sent an email if their address is set. Raises Refused."""
    with act(actor, Event.BREACH_CONFIRM, f"breach:{breach.pk}") as entry:
        breach = lock_open(breach)
        require(rules.may_confirm(breach.confirmed_at is not None, text))
        add_step(actor, breach, BreachStep.Kind.CONFIRMED, text)
        entry.note(kind=breach.kind, email=settings.SYSTEMS_OFFICER is not None)
        if settings.SYSTEMS_OFFICER:
            OfficerEmail.objects.create(breach=breach)


@enforces("6.b.i.11/apart")
def add_note(actor: PersonActor, breach: Breach, text: str) -> None:
    """Record what was learned. Raises Refused."""
    with act(actor, Event.BREACH_NOTE, f"breach:{breach.pk}"):
        add_step(actor, lock_open(breach), BreachStep.Kind.NOTED, text)


@enforces("6.b.i.11/apart", "6.c.ii/people")
def name_suspect(actor: PersonActor, breach: Breach, person: Person, text: str) -> None:
    """Record whose doing it may be: from now on this person sees nothing of it. Raises Refused."""
    with act(actor, Event.BREACH_NOTE, f"breach:{breach.pk}") as entry:
        breach = lock_open(breach)
        entry.note(names_somebody=True)
        require(rules.states_why(text, "text"))
        add_step(actor, breach, BreachStep.Kind.SUSPECTED, text, person)
        for kind in (Kind.BREACH_REPORT, Kind.BREACH_REMIND):
            withdraw_notices(kind, breach, person)


@enforces("6.b.i.11/contained")
def stop_exports(actor: PersonActor, breach: Breach, reason: str) -> None:
    """From now on no file with people or plates leaves, and no program gets an answer. Raises Refused."""
    with act(actor, Event.BREACH_CUT, f"breach:{breach.pk}", reason=reason) as entry:
        breach = lock_open(breach)
        entry.note(cut="exports")
        require(rules.states_why(reason))
        if are_exports_stopped(cause=str(breach)):
            raise Refused(
                rules.refuse("All exports are stopped for this breach already.", "No action is needed.")
            )
        ExportStop.objects.create(cause=str(breach), why=reason.strip(), begun_by=actor.key)
        add_step(actor, breach, BreachStep.Kind.CUT_OFF, f"All exports. {reason}")


@enforces("6.b.i.11/contained")
def resume_exports(actor: PersonActor, breach: Breach, reason: str) -> None:
    """This breach no longer keeps files from leaving. Raises Refused."""
    with act(actor, Event.BREACH_RESUME, f"breach:{breach.pk}", reason=reason) as entry:
        breach = lock_open(breach)
        entry.note(resumed="exports")
        require(rules.states_why(reason))
        stops = ExportStop.objects.filter(ends=None, cause=str(breach))
        if not stops.update(ends=clock.now(), ended_by=actor.key):
            raise Refused(rules.refuse("Exports are not stopped for this breach.", "No action is needed."))
        add_step(actor, breach, BreachStep.Kind.LET_THROUGH, f"All exports. {reason}")


@enforces("6.b.i.11/cause", "6.d.iv/incident", "AT-2/incident")
def close_breach(
    actor: PersonActor,
    breach: Breach,
    *,
    confirmed: bool,
    cause: str,
    remedy: str,
    involved: Iterable[Person] = (),
    nobody: bool = False,
    courses: Collection[str] = (),
) -> None:
    """Close it by its root-cause analysis. If it was a breach, those involved retake `courses` (codes), and the
    material is brought up to date. `nobody`: nobody of the agency was involved. Raises Refused."""
    with act(actor, Event.BREACH_CLOSE, f"breach:{breach.pk}") as entry:
        breach, people = lock_open(breach), tuple(involved)
        kinds = {step.kind for step in breach.steps.all()}
        entry.note(
            confirmed=confirmed, involved=[person.username for person in people], courses=list(courses)
        )
        require(
            rules.may_close(
                confirmed=confirmed,
                waiting=[item.office for item in breach.deadlines if item.done is None],
                exports_stopped=are_exports_stopped(cause=str(breach)),
                involved=bool(people) or nobody,
                cause=cause,
                remedy=remedy,
                contained=BreachStep.Kind.CUT_OFF in kinds,
                was_confirmed=BreachStep.Kind.CONFIRMED in kinds,
            )
        )
        add_step(
            actor,
            breach,
            BreachStep.Kind.CLOSED if confirmed else BreachStep.Kind.NO_BREACH,
            f"{cause.strip()}\n\n{remedy.strip()}".strip(),
        )
        if confirmed:
            open_duties(
                actor,
                Change(
                    Duty.Kind.INCIDENT,
                    reference=str(breach),
                    title=f"{breach}: {breach.get_kind_display()}",
                    what=cause.strip(),
                    happened_on=days.day_of(breach.noticed_at),
                    courses=tuple(courses),
                    people=people,
                ),
            )
        for kind in (Kind.BREACH_REPORT, Kind.BREACH_REMIND):
            settle_matter(kind, breach)
        result = "its root cause is known" if confirmed else "it was no breach"
        notify(handlers(breach), Kind.BREACH_CLOSE, f"{breach} is closed: {result}.", breach)


@enforces("6.b.i.11/cyber", "IR-6/hour")
def _remind(entry: EntryDraft, breach: Breach) -> None:
    """Of offices that do not know yet; and record each time that ran out."""
    late = _newly_late(breach)
    for deadline in late:
        add_step(HUB, breach, BreachStep.LATE[deadline.office], "")
    waiting = [deadline for deadline in breach.deadlines if deadline.done is None]
    entry.note(
        waiting=[deadline.office.value for deadline in waiting],
        late=[deadline.office.value for deadline in late],
    )
    parts = [
        f"{deadline.label} {'had to know by' if deadline.is_overdue(clock.now()) else 'must know by'} "
        f"{days.format_time(deadline.due)} ({deadline.clause})"
        for deadline in waiting
    ]
    notify(handlers(breach), Kind.BREACH_REMIND, f"{breach}: {'; '.join(parts)}.", breach, again=True)


def _is_due(breach: Breach) -> bool:
    """Whether a time ran out unrecorded, or a reminder is due."""
    if breach.closed_at or all(deadline.done for deadline in breach.deadlines):
        return False
    every = LATER if clock.now() > breach.noticed_at + rules.WITHIN[Office.CJIS] else SOON
    lately = any(was_notified(kind, breach, every) for kind in (Kind.BREACH_REPORT, Kind.BREACH_REMIND))
    return bool(_newly_late(breach)) or not lately


def _newly_late(breach: Breach) -> list[Deadline]:
    noted = {step.kind for step in breach.steps.all()}
    return [
        deadline
        for deadline in breach.deadlines
        if deadline.is_overdue(clock.now()) and BreachStep.LATE[deadline.office] not in noted
    ]


remind = Reminder(
    Event.BREACH_REMIND, lambda: Breach.objects.open().prefetch_related("steps"), _is_due, _remind
)


def lock_open(breach: Breach) -> Breach:
    """The breach as it is now, until the act ends. Raises Refused if it is closed."""
    breach = lock_row(breach, "concerns")
    require(rules.is_open(breach.closed_at is not None))
    return breach


def add_step(
    actor: Actor, breach: Breach, kind: BreachStep.Kind, text: str, suspect: Person | None = None
) -> None:
    """Record a step, within the act that does it."""
    BreachStep.objects.create(
        breach=breach, kind=kind, text=text.strip(), suspect=suspect, by=actor.key, at=clock.now()
    )


@enforces("6.b.i.11/contained", "AC-2/disabled")
def cut_off(actor: PersonActor, breach: Breach, cut: Cut, name: str, reason: str) -> None:
    """Cut off the person or their tokens (by account), the terminal or the reader (by name), or all exports. Raises
    Refused."""
    if cut is Cut.EXPORTS:
        stop_exports(actor, breach, reason)
        return
    with act(actor, Event.BREACH_CUT, f"breach:{breach.pk}", reason=reason) as entry:
        breach = lock_open(breach)
        entry.note(cut=cut.value, name=name)
        require(rules.states_why(reason))
        label = _CUTS[cut](actor, name.strip(), f"{breach}: {reason.strip()}"[:400])
        add_step(actor, breach, BreachStep.Kind.CUT_OFF, f"{label}. {reason}")


def _cut_person(actor: PersonActor, username: str, reason: str) -> str:
    person = _one_of(Person.objects.filter(username=username.lower()), "account", username)
    switch_off(actor, person, reason)
    return person.full_name


def _cut_terminal(actor: PersonActor, name: str, _reason: str) -> str:
    terminal = _one_of(Terminal.objects.filter(name=name), "terminal", name)
    revoke_terminal(actor, terminal)
    return f"Terminal {terminal.name}"


def _cut_reader(actor: PersonActor, name: str, _reason: str) -> str:
    reader = _one_of(Reader.objects.filter(name=name, revoked_at=None), "reader in use", name)
    revoke_reader(actor, reader)
    return f"Reader {reader.name}"


def _cut_tokens(actor: PersonActor, username: str, _reason: str) -> str:
    tokens = ApiToken.objects.active(clock.now()).filter(person__username=username.lower())
    owner = _one_of(tokens, "account with API tokens in use", username).person
    for token in tokens:
        revoke_token(actor, token)
    return f"API tokens of {owner} ({len(tokens)})"


def _one_of(rows: QuerySet[Row], thing: str, name: str) -> Row:
    """The first of these rows. Raises Refused if there is none."""
    if (row := rows.first()) is not None:
        return row
    wrong = f"There is no {thing} “{name[:40]}”." if name else "What to cut off is not stated."
    remedy = "Check the spelling." if name else "Enter its name."
    raise Refused(rules.refuse(wrong, remedy, field="name"))


_CUTS = {
    Cut.PERSON: _cut_person,
    Cut.TERMINAL: _cut_terminal,
    Cut.READER: _cut_reader,
    Cut.TOKEN: _cut_tokens,
}
