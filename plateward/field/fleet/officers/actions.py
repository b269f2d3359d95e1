"""Who is logged in at which reader, and what the screens report."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.field.fleet.models import Reader
from plateward.field.fleet.officers.signals import alarm_acknowledged
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.officer import ScreenAct, ScreenReport
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.sign_in.adapters import attempted_account
from plateward.people.sign_in.at_reader import refusal_of


@enforces("6.a.i.2/vehicle")
def take_place(reader: Reader, person: Person, since: datetime) -> None:
    """From now on this person is logged in here, and at no other reader, unless they logged in there later."""
    Reader.objects.filter(officer=person, officer_since__lt=since).exclude(pk=reader.pk).update(
        officer=None, officer_since=None
    )
    Reader.objects.filter(pk=reader.pk).update(officer=person, officer_since=since)


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


def _record_act(caller: Actor, reader: Reader, item: ScreenAct, person: Person | None) -> None:
    about = attempted_account(item.username)
    details: dict[str, Any] = {"reader": reader.name, "at": item.at.isoformat(), "act": str(item.id)}
    match item.kind:
        case "login":
            record(caller, Event.SCREEN_LOGIN, about, reason=item.why, **details)
        case "fail":
            record(
                caller, Event.SCREEN_LOGIN, about, outcome="failed", clause="AC-7", reason=item.why, **details
            )
        case "logout":
            record(caller, Event.SCREEN_LOGOUT, about, reason=item.why, **details)
        case "acknowledge":
            if person and item.read:
                actor = PersonActor.of(person, caller.address)
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
