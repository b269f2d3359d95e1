"""Accounts and their second factors, each change one recorded act."""

import secrets
from datetime import date
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import change_row
from plateward.ground.errors import ActError
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import rules
from plateward.people.models import Person, SignIn

# No 0 and o, no 1, i and l: people read it from a screen or a slip of paper.
_LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"


class AccountError(ActError):
    """This account cannot be made: the sentence says why."""


@enforces("6.e.i/own", "6.a.i.2/own", "AC-2/attributes")
def create_person(
    actor: Actor, username: str, full_name: str, *, badge: str, password: str | None = None, **more: Any
) -> tuple[Person, str]:
    """Make a named account without any access; returns it with its password.

    Without `password`, make one for a single sign-in; the person must then choose their own. With an empty
    one nobody can sign in before `give_password`. `more`: other fields of Person. Access is requested and
    approved separately: see access/actions.py. Raises AccountError if a value is wrong or taken.
    """
    first = one_time_password() if password is None else password
    with act(actor, Event.PERSON_CREATE, f"person:{username.lower()}") as entry:
        try:
            if first:
                validate_password(first)
            person = Person(
                username=username.lower(),
                full_name=full_name,
                badge=badge,
                must_change_password=not password,
                may_enroll=True,
                **more,
            )
            person.set_password(first or None)
            person.full_clean()
            person.save(force_insert=True)
        except ValidationError as wrong:
            raise AccountError(
                f"No account was created for {username}. {' '.join(wrong.messages)}"
            ) from wrong
        entry.note(name=full_name, badge=badge, agency=person.agency, sworn=person.sworn)
        entry.note(employed_since=_iso(person.employed_since), employed_until=_iso(person.employed_until))
    return person, first


@enforces("6.e.i/own", "6.a.i.2/own", "AU-2/logons")
def give_password(actor: Actor, person: Person) -> str:
    """The first password, for one sign-in, to hand over in person; a new one ends the old. Returns it.

    It opens nothing by itself: the person then chooses another, and sets up a second factor.
    """
    with act(actor, Event.PERSON_PASSWORD, f"person:{person.username}") as entry:
        require(rules.may_give_password(actor.id, person.username, person.enrolled))
        entry.note(given="for one log-in")
        return set_one_time_password(person)


def set_one_time_password(person: Person) -> str:
    """Within an act: a password for one sign-in, which ends the open ones; returns it."""
    password = one_time_password()
    person.set_password(password)
    change_row(person, password=person.password, must_change_password=True, may_enroll=True)
    SignIn.objects.filter(person=person).delete()
    return password


@enforces("6.c.ii.1/factors")
def enroll_totp(actor: Actor, person: Person, secret: str) -> None:
    """Give a person a known authenticator secret (base32, at least 112 bits)."""
    with act(actor, Event.PERSON_FACTOR, f"person:{person.username}") as entry:
        entry.note(change="added", type="totp")
        sealed = get_adapter().encrypt(secret)
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": sealed})


def one_time_password() -> str:
    """Four groups of four legible characters: 79 bits."""
    return "-".join("".join(secrets.choice(_LEGIBLE) for _ in range(4)) for _ in range(4))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
