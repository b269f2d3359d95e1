"""Changes of second factors: each leaves the person with one, is logged, and notifies the person."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record_refusal
from plateward.core.db.locking import change_row, lock_row
from plateward.ground.policy.decision import Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people.models import FACTORS, Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.rules import keeps_a_factor

FACTOR_NAMES = {
    Authenticator.Type.RECOVERY_CODES.value: "recovery codes",
    Authenticator.Type.TOTP.value: "authenticator app",
    Authenticator.Type.WEBAUTHN.value: "passkey or security key",
}


@contextmanager
def factor_change(actor: Actor, person: Person) -> Iterator[None]:
    """Serialized, each change in one transaction with its entries and notices; a refusal is recorded."""
    try:
        with transaction.atomic():
            lock_row(person)
            yield
    except Refused as refused:
        record_refusal(actor, Event.PERSON_FACTOR, f"person:{person.username}", refused.refusal)
        raise


@enforces("6.c.ii.1/factors", "IA-2/people")
def require_a_factor(person: Person) -> None:
    """Raise Refused if the factor just removed was the last. Every removal calls this (signals.py)."""
    left = Authenticator.objects.filter(user=person, type__in=FACTORS).count()
    require(keeps_a_factor(left, Person.objects.values_list("may_enroll", flat=True).get(pk=person.pk)))


def send_change_notice(person: Person, change: str, kind: str) -> None:
    """Notify the factor's owner of a change: if somebody else made it, this is how they learn of it."""
    text = f"Your second factors were changed: {FACTOR_NAMES[kind]} {change}."
    text += " If this was not you, notify the ALPR administrator at once."
    notify([person], Kind.FACTOR_CHANGE, text, person, link=reverse("mfa_index"))


@enforces("6.c.ii.1/factors", "AU-2/logons")
def remove_factor(actor: Actor, factor: Authenticator) -> None:
    """This app or key no longer signs anybody in."""
    with factor_change(actor, factor.user):
        factor.delete()


@enforces("6.c.ii.1/factors", "AU-2/logons", "IA-5.codes/strong")
def replace_app(actor: Actor, factor: Authenticator, secret: str) -> None:
    """Replace the secret in one act: a lost phone leaves nobody without a factor."""
    with act(actor, Event.PERSON_FACTOR, f"person:{factor.user.username}") as entry:
        entry.note(change="replaced", type=factor.type)
        change_row(lock_row(factor), data={"secret": get_adapter().encrypt(secret)})
        send_change_notice(factor.user, "replaced", factor.type)


@enforces("AU-2/logons")
def rename_key(actor: Actor, factor: Authenticator, name: str) -> None:
    with act(actor, Event.PERSON_FACTOR, f"person:{factor.user.username}") as entry:
        entry.note(change="renamed", type=factor.type)
        locked = lock_row(factor)
        locked.wrap().name = name
        locked.save(update_fields=["data"])
        send_change_notice(factor.user, f"renamed to “{name}”", factor.type)
