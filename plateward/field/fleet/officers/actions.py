"""Who is logged in at which reader, and what the screens report."""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from plateward.core.audit import repeated_refusals
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record, record_refusal
from plateward.core.audit.models import AuditEntry
from plateward.field.fleet.models import Reader
from plateward.field.fleet.officers import rules
from plateward.field.fleet.officers.signals import alarm_acknowledged
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.officer import ScreenAct, ScreenReport
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.purpose.rules import may_state
from plateward.people.sign_in.adapters import attempted_account
from plateward.people.sign_in.at_reader import refusal_of


@enforces("6.a.i.2/vehicle")
def take_place(reader: Reader, person: Person, since: datetime) -> None:
    """From now on this person is logged in here, and at no other reader, unless they logged in there later."""
    Reader.objects.filter(officer=person, officer_since__lt=since).exclude(pk=reader.pk).update(
        officer=None, officer_since=None
    )
    Reader.objects.filter(pk=reader.pk).update(officer=person, officer_since=since)


@enforces("6.e.i/vehicle", "AU-2/logons")
def give_code(caller: Actor, reader: Reader) -> tuple[str, datetime]:
    """The code that this reader's screen shows from now on, and until when it counts."""
    now = clock.now()
    asked_at = reader.code_at
    if asked_at is None or reader.code_by_id or not rules.is_younger(asked_at, rules.SAME_CODE, now):
        asked_at, reader.code = now, "".join(secrets.choice(rules.ALPHABET) for _ in range(rules.LENGTH))
        with act(caller, Event.SCREEN_CODE, f"reader:{reader.name}"):
            Reader.objects.filter(pk=reader.pk).update(code=reader.code, code_at=now, code_by=None)
    return reader.code, asked_at + rules.CODE_LASTS


@enforces("6.e.i/vehicle", "AC-7/lock", "6.b.i.9/denied")
def reader_of_code(actor: PersonActor, code: str) -> Reader:
    """The reader whose screen shows this code. Raises Refused, on record."""
    now = clock.now()
    wrong = AuditEntry.objects.filter(
        event=Event.SCREEN_CODE, outcome="refused", actor_id=actor.id, at__gt=now - rules.WRONG_WITHIN
    ).count()
    shown = Reader.objects.filter(code=code, code_by=None, revoked_at=None).select_related("unit").first()
    many = wrong >= rules.MOST_WRONG
    if shown and not many and rules.is_younger(shown.code_at, rules.CODE_LASTS, now):
        return shown
    refusal = rules.TOO_MANY if many else rules.WRONG
    repeated_refusals.record_or_count(
        actor, Event.SCREEN_CODE, "code", outcome="refused", clause=refusal.clause, reason=refusal.reason
    )
    raise Refused(refusal)


@enforces("6.e.i/vehicle", "6.a.i.2/vehicle", "IA-2/people", "AU-2/logons")
def confirm_code(actor: PersonActor, code: str) -> Reader:
    """This person, who has just proved a factor of theirs, logs in at the reader whose screen shows the code. Raises
    Refused."""
    reader = reader_of_code(actor, code)
    with act(actor, Event.SCREEN_LOGIN, f"person:{actor.id}") as entry:
        entry.note(reader=reader.name, methods=["code"])
        if refusal := refusal_of(actor.person):
            raise Refused(refusal)
        if not Reader.objects.filter(pk=reader.pk, code=code, code_by=None).update(code_by=actor.person):
            raise Refused(rules.WRONG)  # of two at once, the first
    return reader


@enforces("6.e.i/vehicle", "6.a.i.2/vehicle", "AU-2/logons")
def take_code(caller: Actor, reader: Reader, code: str) -> Person | None:
    """Who confirmed the code that this reader shows, once; None while nobody has. Raises Refused."""
    if reader.code != code or not rules.is_younger(reader.code_at, rules.CODE_LASTS, clock.now()):
        raise Refused(Refusal("6.e.i", "This code has expired.", "Have the screen show another one."))
    person = reader.code_by
    if person is None:
        return None
    if not Reader.objects.filter(pk=reader.pk, code=code).update(code="", code_at=None, code_by=None):
        raise Refused(rules.WRONG)
    if refusal := refusal_of(person):
        record_refusal(caller, Event.SCREEN_LOGIN, f"person:{person.username}", refusal, reader=reader.name)
        raise Refused(refusal)
    return person


@enforces("6.a.i.2/vehicle", "6.e.i/vehicle", "AU-2/logons")
def take_report(caller: Actor, reader: Reader, report: ScreenReport) -> dict[str, str]:
    """Put what happened at the screen on the log, in the reader's own word and with its times; returns who must not be
    logged in there any more, and why.

    Each act's entry is committed by itself: a report that came halfway, or whose answer was lost, comes again, and its
    entries have the acts' ids.
    """
    people = {
        person.username: person
        for person in Person.objects.filter(
            username__in={report.officer, *report.kept, *(item.username for item in report.acts)}
        )
    }
    for item in report.acts:
        _record_act(caller, reader, item, people.get(item.username))
    officer = people.get(report.officer)
    if officer is None:
        Reader.objects.filter(pk=reader.pk).exclude(officer=None).update(officer=None, officer_since=None)
    elif report.since and (reader.officer_id, reader.officer_since) != (officer.pk, report.since):
        take_place(reader, officer, report.since)
    return dict(_refusals(reader, report, people))


@enforces("6.a.i.2/vehicle", "6.a.i.1/every", "6.b.i.9/entries")
def _record_act(caller: Actor, reader: Reader, item: ScreenAct, person: Person | None) -> None:
    """With the purpose that it was done for, if that is one of the person's."""
    about = attempted_account(item.username)
    details: dict[str, Any] = {"reader": reader.name, "at": item.at.isoformat(), "act": str(item.id)}
    stated = may_state(item.purpose, person.permissions if person else ())
    purpose = item.purpose if isinstance(stated, Allow) else ""
    caller = replace(caller, purpose=purpose)
    match item.kind:
        case "login":
            record(caller, Event.SCREEN_LOGIN, about, reason=item.why, **details)
        case "fail":
            record(
                caller, Event.SCREEN_LOGIN, about, outcome="failed", clause="AC-7", reason=item.why, **details
            )
        case "logout":
            record(caller, Event.SCREEN_LOGOUT, about, reason=item.why, **details)
        case "purpose":
            with suppress(Refused), act(caller, Event.PURPOSE_STATE, about) as entry:
                entry.note(purpose=item.purpose, **details)
                require(stated)
        case "acknowledge":
            if person and item.read:
                actor = PersonActor.of(person, caller.address, purpose=purpose)
                alarm_acknowledged.send(sender=Reader, actor=actor, read=item.read)


def _refusals(reader: Reader, report: ScreenReport, people: dict[str, Person]) -> Iterable[tuple[str, str]]:
    for username in {report.officer, *report.kept} - {""}:
        person = people.get(username)
        if person is None:
            yield username, "There is no such account."
        elif refusal := refusal_of(person):
            yield username, str(refusal)[:500]
        elif username == report.officer and report.since:
            other = Reader.objects.filter(officer=person, officer_since__gt=report.since).exclude(
                pk=reader.pk
            )
            if name := other.values_list("name", flat=True).first():
                yield username, f"You logged in at {name} since. A person has one log-in (clause 6.a.i.2)."
