"""Failed tries lock the account (AC-7), suspensions/actions.py restores it. What bars a sign-in."""

from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from plateward.core.audit import repeated_refusals
from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.records.gate import as_recorded
from plateward.core.audit.repeated_refusals import client_network
from plateward.core.db.fields import is_sealed
from plateward.core.db.locking import lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.access.models import Suspension
from plateward.people.access.rules import way_back
from plateward.people.models import FailedTry, Person
from plateward.people.notices.actions import managers, notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.people.rules import FAILED_WITHIN, GUESSED_FROM, too_many_failures
from plateward.people.sign_in.factor_seals import is_own

# What refuses the sign-in itself, and its sentence. Anything else refuses only duties. These end by an act,
# never by a date, whatever the clock says.
BARRED_SENTENCES = {
    Suspension.Kind.TERMINATED: "your access ended when you left the agency.",
    Suspension.Kind.HIGH_RISK: "your account is suspended.",
    Suspension.Kind.LOCKED: "your account was locked after five failed log-ins.",
}
_TRIES_KEPT = timedelta(days=1)


@enforces("AC-7/lock", "AC-7/strangers", "AU-2/logons")
def record_failed_try(
    actor: Actor, event: Event, object: str, person: Person | None, reason: str, **details: Any
) -> None:
    """Count and record a wrong password, code or key, and lock the account at the fifth within 15 minutes.

    A name without an account counts too, so that both take as long. Many failures from one address are
    flagged, and counted on the log (core/audit/repeated_refusals.py); each lock has its entry.
    """
    now = clock.now()
    with transaction.atomic():  # serialized: of simultaneous tries each counts the previous ones
        if person:
            lock_row(person)
        FailedTry.objects.filter(at__lt=now - _TRIES_KEPT).delete()
        FailedTry.objects.create(person=person, at=now, address=client_network(actor.address))
        locks = person is not None and _must_lock(person, now)
    if person is None or not locks:
        repeated_refusals.record_or_count(actor, event, object, outcome="failed", reason=reason, **details)
    else:
        with act(actor, event, object) as entry:
            entry.outcome, entry.reason = "failed", reason
            entry.note(**details)
            lock_row(person)
            if _must_lock(person, now):
                _lock_account(actor, person)
    _flag_guessing(actor, now)


def _must_lock(person: Person, now: datetime) -> bool:
    tries = FailedTry.objects.filter(person=person, at__gt=now - FAILED_WITHIN).values_list("at", flat=True)
    locks = Suspension.objects.filter(person=person, kind=Suspension.Kind.LOCKED)
    released = locks.exclude(ends=None).order_by("-ends").values_list("ends", flat=True).first()
    return too_many_failures(tries, released, now) and not locks.filter(ends=None).exists()


@enforces("AC-7/strangers", "AU-2/logons")
def _flag_guessing(actor: Actor, now: datetime) -> None:
    """Somebody tries many accounts from one address: log and notify, when it starts and while it lasts."""
    address = client_network(actor.address)
    lately = FailedTry.objects.filter(address=address, at__gt=now - FAILED_WITHIN)
    number = lately.count()
    if number < GUESSED_FROM or not cache.add(f"people.guessed:{address}", 1, FAILED_WITHIN.total_seconds()):
        return
    accounts = lately.exclude(person=None).values("person").distinct().count()
    text = f"{number} log-ins failed within 15 minutes from {actor.address}, on {accounts} accounts."
    with act(actor, Event.ADDRESS_FLAG, f"address:{address}", reason=text) as entry:
        entry.clause = "AC-7"
        entry.note(accounts=accounts)
        concerned = Person.objects.filter(role__in=[Role.ADMINISTRATOR, Role.CYBER]).order_by("pk")
        notify(
            concerned,
            Kind.LOGIN_GUESS,
            f"{text} Unknown browsers there must wait between attempts. Find out who it is.",
            None,
            link=reverse("people:log_ins"),
        )


def _lock_account(actor: Actor, person: Person) -> None:
    reason = "Five log-ins failed within 15 minutes."
    with act(actor, Event.ACCESS_INTERRUPT, f"person:{person.username}", reason=reason) as entry:
        entry.clause = "AC-7"
        entry.note(kind=Suspension.Kind.LOCKED.value)
        Suspension.objects.create(
            person=person,
            kind=Suspension.Kind.LOCKED,
            reason=reason,
            begins=clock.now(),
            begun_by="system:log-in",
        )
        if person.role == Role.ADMINISTRATOR:  # nobody else reads the list of locked accounts
            text = (
                f"{person.full_name} is locked after five failed log-ins: first find out who made them. Another "
                "administrator releases it under Log-ins and terminals; if there is none, the Chief under "
                "Offices."
            )
            notify(managers(person), Kind.ACCOUNT_LOCK, text, person, link=reverse("people:log_ins"))


@enforces("6.a.i.2/own", "6.j.i/proven", "6.b.i.9/records", "IA-2/people")
def altered_secret(person: Person) -> Refusal | None:
    """What of the account, its password and its second factors is not as the hub stored it for this person, or is an
    older one of theirs, put back."""
    stored, factors = Person.objects.get(pk=person.pk), list(Authenticator.objects.filter(user=person))
    if not (is_sealed(stored) and all(map(is_own, factors))):
        return Refusal(
            "IA-5.codes",
            "You cannot log in: the password or a second factor of this account was altered in the database.",
            "Notify the ALPR administrator: it may be an attack. Integrity names the record.",
        )
    decision = as_recorded(stored, *factors)
    return decision if isinstance(decision, Refusal) else None


@enforces("AC-7/lock", "AC-2/disabled")
def sign_in_refusal(person: Person) -> Refusal | None:
    """What refuses the sign-in itself. Shown only after the right first factor."""
    if altered := altered_secret(person):
        return altered
    suspension = Suspension.objects.filter(person=person, kind__in=BARRED_SENTENCES, ends=None).first()
    if suspension is None:
        return None
    kind = Suspension.Kind(suspension.kind)
    clause, way = way_back(kind, Role(person.role) if person.role else None)
    return Refusal(clause, f"You cannot log in: {BARRED_SENTENCES[kind]}", way)
