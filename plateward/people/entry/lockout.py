"""Failed tries of a person lock the account (AC-7); interruptions/actions.py restores it. What bars a log-in at all."""

from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from plateward import clock
from plateward.audit import repeats
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.repeats import network
from plateward.audit.who import Who
from plateward.people.access.models import Interruption
from plateward.people.access.rules import way_back
from plateward.people.models import FailedTry, Person
from plateward.people.notices.actions import managers, notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.people.rules import FAILED_WITHIN, GUESSED_FROM, too_many
from plateward.policy.decision import Refusal
from plateward.policy.trace import enforces

# What refuses the log-in itself, and its sentence. The rest refuses duties alone.
# These end by an act, never by a date, whatever the clock says.
BARRING = {
    Interruption.Kind.TERMINATED: "your access ended when you left the agency.",
    Interruption.Kind.HIGH_RISK: "your account is switched off.",
    Interruption.Kind.LOCKED: "your account was locked after five failed log-ins.",
}
_KEPT = timedelta(days=1)


@enforces("AC-7", "AU-2")
def failed(who: Who, event: Event, object: str, person: Person | None, reason: str, **details: Any) -> None:
    """Count and record a wrong password, code or key, and lock the account at the fifth within 15 minutes.

    A name without an account is counted as well, so that both take as long. Where many come from one address, that is
    flagged, and the log has their number (audit/repeats.py); the one that locks an account always has its entry.
    """
    now = clock.now()
    with transaction.atomic():  # one after the other: of tries at once each is seen by the next
        if person:
            Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        FailedTry.objects.filter(at__lt=now - _KEPT).delete()
        FailedTry.objects.create(person=person, at=now, address=network(who.address))
        locks = person is not None and _must_lock(person, now)
    if person is None or not locks:
        repeats.record(who, event, object, outcome="failed", reason=reason, **details)
    else:
        with act(who, event, object) as entry:
            entry.outcome, entry.reason = "failed", reason
            entry.note(**details)
            Person.objects.select_for_update(no_key=True).get(pk=person.pk)
            if _must_lock(person, now):
                _lock(who, person)
    _flag_guessing(who, now)


def _must_lock(person: Person, now: datetime) -> bool:
    tries = FailedTry.objects.filter(person=person, at__gt=now - FAILED_WITHIN).values_list("at", flat=True)
    locks = Interruption.objects.filter(person=person, kind=Interruption.Kind.LOCKED)
    released = locks.exclude(ends=None).order_by("-ends").values_list("ends", flat=True).first()
    return too_many(tries, released, now) and not locks.filter(ends=None).exists()


@enforces("AC-7", "AU-2")
def _flag_guessing(who: Who, now: datetime) -> None:
    """Somebody tries many accounts from one address: on record and told, when it begins and while it goes on."""
    address = network(who.address)
    lately = FailedTry.objects.filter(address=address, at__gt=now - FAILED_WITHIN)
    number = lately.count()
    if number < GUESSED_FROM or not cache.add(f"people.guessed:{address}", 1, FAILED_WITHIN.total_seconds()):
        return
    accounts = lately.exclude(person=None).values("person").distinct().count()
    what = f"{number} log-ins failed within 15 minutes from {who.address}, on {accounts} accounts."
    with act(who, Event.ADDRESS_FLAG, f"address:{address}", reason=what) as entry:
        entry.clause = "AC-7"
        entry.note(accounts=accounts)
        concerned = Person.objects.filter(role__in=[Role.ADMINISTRATOR, Role.CYBER]).order_by("pk")
        notify(
            concerned,
            Kind.LOGIN_GUESS,
            f"{what} Strangers wait there between tries. Find out who it is.",
            None,
            link=reverse("people:log_ins"),
        )


def _lock(who: Who, person: Person) -> None:
    reason = "Five log-ins failed within 15 minutes."
    with act(who, Event.ACCESS_INTERRUPT, f"person:{person.username}", reason=reason) as entry:
        entry.clause = "AC-7"
        entry.note(kind=Interruption.Kind.LOCKED.value)
        Interruption.objects.create(
            person=person,
            kind=Interruption.Kind.LOCKED,
            reason=reason,
            begins=clock.now(),
            begun_by="system:log-in",
        )
        if person.role == Role.ADMINISTRATOR:  # nobody else looks at the list of the locked
            told = (
                f"{person.full_name} is locked after five failed log-ins: find out first who made them. Another "
                "administrator releases them under Log-ins and terminals; where there is none, the Chief under Offices."
            )
            notify(managers(person), Kind.ACCOUNT_LOCK, told, person, link=reverse("people:log_ins"))


@enforces("AC-7", "AC-2")
def barred(person: Person) -> Refusal | None:
    """What refuses the log-in itself. Told only to who has given the right first factor."""
    one = Interruption.objects.filter(person=person, kind__in=BARRING, ends=None).first()
    if one is None:
        return None
    kind = Interruption.Kind(one.kind)
    clause, way = way_back(kind, Role(person.role) if person.role else None)
    return Refusal(clause, f"You cannot log in: {BARRING[kind]}", way)
