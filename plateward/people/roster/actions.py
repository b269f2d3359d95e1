"""The directory compared, and each difference approved by a person: an account, a correction, or a separation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from django.conf import settings
from django.urls import reverse

from plateward.core.audit.actor import HUB, Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record
from plateward.core.pages import uploads
from plateward.core.pages.bulk import Together, each
from plateward.core.pages.csv_import import CsvColumns
from plateward.core.pages.models import Upload
from plateward.ground import clock
from plateward.ground.errors import ActError
from plateward.ground.links.ldap import MOST_PEOPLE, LdapError, Listed, people_of
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access.correcting import edit_person
from plateward.people.access.models import Suspension
from plateward.people.access.suspensions.actions import terminate_access
from plateward.people.actions import create_person
from plateward.people.models import Person
from plateward.people.notices.actions import notify_once, settle_all_but, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Mailbox
from plateward.people.permissions import Role
from plateward.people.roster.rules import Account, Change, Difference, compare, is_believable

PURPOSE = "directory"
COLUMNS = CsvColumns((), (), max_bytes=32 * 1024**2, max_rows=MOST_PEOPLE)
EVERY = timedelta(hours=23)  # so that a comparison waits each working day
GONE = "No longer in the agency's directory; approved by a person."


class NotCompared(ActError):
    """The directory was not compared, or not with what is there now; the sentence says why."""


@dataclass(frozen=True)
class Comparison:
    """What the directory said last, and how that differs from the accounts now."""

    upload: Upload
    difference: Difference


def latest_comparison() -> Comparison | None:
    """The last one, while it is fresh: whatever was approved meanwhile is no difference any more."""
    fresh = clock.now() - uploads.TERM
    upload = Upload.objects.filter(purpose=PURPOSE, applied_at=None, uploaded_at__gt=fresh).first()
    if upload is None:
        return None
    return Comparison(upload, compare(msgspec.json.decode(upload.content, type=list[Listed]), accounts()))


def accounts() -> list[Account]:
    """Everybody who has an account here."""
    today = days.today()
    left = set(
        Suspension.objects.filter(kind=Suspension.Kind.TERMINATED, ends=None).values_list("person", flat=True)
    )
    emails = dict(Mailbox.objects.exclude(topics=[]).values_list("person", "address"))
    return [
        Account(
            person.pk,
            person.username,
            person.full_name,
            person.badge,
            emails.get(person.pk, ""),
            person.employment.here
            and person.employed_since is not None
            and (person.employed_until is None or person.employed_until >= today),
            person.pk in left,
        )
        for person in Person.objects.all()
    ]


@enforces("AC-2/disabled", "6.b.i.9/entries")
def compare_now(actor: Actor) -> Comparison:
    """Ask the directory, and keep what it says for a day; nobody's account changes. Raises NotCompared, and Refused for
    a directory that is not believed."""
    if settings.PEOPLE_DIRECTORY is None:
        raise NotCompared("No directory is set: see [ldap] under Settings in the administrator's guide.")
    try:
        listed = people_of(settings.PEOPLE_DIRECTORY)
    except LdapError as error:
        record(actor, Event.PERSON_COMPARE, "directory", outcome="failed", reason=str(error))
        raise NotCompared(str(error)) from error
    with act(actor, Event.PERSON_COMPARE, "directory") as entry:
        here = accounts()
        found = compare(listed, here)
        entry.note(listed=len(listed), new=len(found.new), changed=len(found.changed), gone=len(found.gone))
        entry.note(unusable=len(found.unusable))
        employees = sum(account.employed and not account.left for account in here)
        require(is_believable(found, len(listed), employees))
        Upload.objects.filter(purpose=PURPOSE, applied_at=None).delete()
        upload = uploads.keep(actor, PURPOSE, "Directory", msgspec.json.encode(listed), COLUMNS)
        _notify_of(found.gone.values())
    return Comparison(upload, found)


def compare_if_due() -> None:
    """Daily, where a directory is set; it is on the log if that fails, and tried again in an hour."""
    recent = Upload.objects.filter(purpose=PURPOSE, by=HUB.key, uploaded_at__gt=clock.now() - EVERY)
    if settings.PEOPLE_DIRECTORY is not None and not recent.exists():
        compare_now(HUB)


def _notify_of(gone: Iterable[Account]) -> None:
    people = list(Person.objects.filter(pk__in=[account.pk for account in gone]))
    administrators = list(Person.objects.filter(role=Role.ADMINISTRATOR))
    settle_all_but(Kind.PERSON_GONE, people)
    for person in people:
        text = f"{person.full_name} is no longer in the agency's directory. Approve it, or correct it there."
        to = [administrator for administrator in administrators if administrator != person]
        notify_once(to, Kind.PERSON_GONE, text, person, link=reverse("people:directory"))


@enforces("AC-2/approval", "AC-2/disabled", "6.e.i/own")
def approve(actor: Actor, key: int, numbers: Iterable[str]) -> Together[str]:
    """Make what the directory says of these personnel numbers true here, each as its own act. `key`: of the comparison
    that the person saw. Raises NotCompared if there is another by now."""
    seen = latest_comparison()
    if seen is None or seen.upload.pk != key:
        raise NotCompared("The directory was compared again meanwhile. Review the differences again.")
    return each(numbers, lambda number: _approve(actor, seen.difference, number))


def _approve(actor: Actor, found: Difference, number: str) -> None:
    if new := found.new.get(number):
        create_person(actor, new.username, new.name, badge=number, password="")
    elif change := found.changed.get(number):
        _correct(actor, change)
    elif gone := found.gone.get(number):
        person = Person.objects.get(pk=gone.pk)
        terminate_access(actor, person, GONE)
        settle_matter(Kind.PERSON_GONE, person)
    else:
        raise NotCompared("Nothing differs now.")


def _correct(actor: Actor, change: Change) -> None:
    person = Person.objects.get(pk=change.account.pk)
    with act(actor, Event.PERSON_COMPARE, f"person:{person.username}") as entry:
        if change.name:
            edit_person(actor, person, full_name=change.name)
        if change.email:
            entry.note(email_changed=True)
            Mailbox.objects.filter(person=person).update(address=change.email)
