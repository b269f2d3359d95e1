"""Notices: given within the act that causes them, and read. What is wrong with the audit log becomes one."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any, ClassVar, Protocol
from urllib.parse import urlsplit

from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.kinds import CONFIDENTIAL, Kind
from plateward.people.notices.models import MAX_TEXT, READ_WITHIN, Notice
from plateward.people.permissions import Permission, Role
from plateward.people.routes import ROUTES
from plateward.people.signed import held_back, roles_with


class Thing(Protocol):
    """What a notice is about: a row with a page."""

    pk: Any
    _meta: ClassVar[Any]

    def get_absolute_url(self) -> str: ...


def _key(thing: Thing) -> str:
    return f"{thing._meta.label_lower}:{thing.pk}"


def people_with(permission: Permission) -> QuerySet[Person]:
    """Whom a matter of this duty concerns: those whose role has it, as far as it is signed."""
    return Person.objects.filter(role__in=roles_with(permission)).order_by("pk")


def managers(person: Person) -> list[Person]:
    """Whom a change to this person's access concerns: their supervisor and the administrators; for an
    administrator's the Chief, too, who may be the only one left to act."""
    concerned = Q(role=Role.ADMINISTRATOR) | Q(pk=person.supervisor_id or 0)
    if person.role == Role.ADMINISTRATOR:
        concerned |= Q(role=Role.CHIEF)
    return list(Person.objects.filter(concerned).exclude(pk=person.pk).order_by("pk"))


@enforces("AC-2/told")
def notify(
    people: Iterable[Person],
    kind: Kind,
    text: str,
    about: Thing | None,
    *,
    link: str | None = None,
    again: bool = False,
) -> None:
    """Show it to these people from their next page on. Call this within the act that causes it: both or neither.
    `link`: the page on which to act, if not the thing's own; `again`: it replaces those of its kind about the thing. If
    there is something to do, whatever ends that calls `settle`. Whoever may not open that page, since
    that duty of their role is not signed, is not told either."""
    if link is None:
        link = about.get_absolute_url() if about else ""
    key = _key(about) if about else ""
    if again and about:
        settle_matter(kind, about)
    Notice.objects.bulk_create(
        Notice(to=person, kind=kind, text=text[:MAX_TEXT], link=link, about=key)
        for person in people
        if _may_be_told(person, link)
    )


@enforces("AC-3/signed")
def _may_be_told(person: Person, link: str) -> bool:
    held = held_back(person.role)
    try:
        return not held or ROUTES.get(resolve(urlsplit(link).path).view_name) not in held
    except Resolver404:
        return True


@enforces("AC-2/told")
def notify_once(
    people: Iterable[Person], kind: Kind, text: str, about: Thing, *, link: str | None = None
) -> None:
    """Notify those of these people who have no open notice of this kind about it, of what goes on until it is settled:
    whoever is concerned only later hears of it, too."""
    notices = Notice.objects.filter(about=_key(about), kind=kind, settled_at=None)
    notified = set(notices.values_list("to", flat=True))
    notify((person for person in people if person.pk not in notified), kind, text, about, link=link)


@enforces("AC-2/told")
def settle_matter(kind: Kind, about: Thing, people: Iterable[Person] | None = None) -> None:
    """Nothing of this kind is left to do about this thing for these people; None: for anybody. Its notices are no
    longer new. Call this within the act that ends it, before that notifies of its end."""
    notices = Notice.objects.filter(about=_key(about), kind=kind, settled_at=None)
    (notices if people is None else notices.filter(to__in=people)).update(settled_at=clock.now())


def settle_all_but(kind: Kind, things: Iterable[Thing]) -> None:
    """Nothing of this kind is left to do about anything but these."""
    open_notices = Notice.objects.filter(kind=kind, settled_at=None)
    open_notices.exclude(about__in=[_key(thing) for thing in things]).update(settled_at=clock.now())


def withdraw_notices(kind: Kind, about: Thing, person: Person) -> None:
    """This person may no longer see these notices. Call this within the act that bars them."""
    Notice.objects.filter(about=_key(about), kind=kind, to=person).update(
        text="This notice was withdrawn.", link="", settled_at=clock.now()
    )


def was_notified(kind: Kind, about: Thing, within: timedelta) -> bool:
    """Whether anybody was recently notified of this, so that no reminder is needed."""
    return bool(people_notified(kind, about, within))


def people_notified(kind: Kind, about: Thing, within: timedelta) -> set[int]:
    """Who was recently notified of this, by key."""
    lately = Notice.objects.filter(about=_key(about), kind=kind, told_at__gt=clock.now() - within)
    return set(lately.values_list("to", flat=True))


# Every page asks this: the ORM takes longer to build it than the database to answer it.
UNREAD = f"SELECT COUNT(*) FROM {Notice._meta.db_table} WHERE to_id = %s AND read_at IS NULL AND settled_at IS NULL"  # noqa: S608


def unread_count(person: Person) -> int:
    """How many are new to this person."""
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, [person.pk])
        return int(cursor.fetchone()[0])


def overdue_notices() -> QuerySet[Notice]:
    """Notices unread for more than a day: their recipients must be notified in another way. None of those that may be
    about whoever looks at this list."""
    waiting = Notice.objects.filter(read_at=None, settled_at=None).exclude(kind__in=CONFIDENTIAL)
    return waiting.filter(told_at__lte=clock.now() - READ_WITHIN).select_related("to")


@enforces("AC-2/told")
def mark_read(actor: PersonActor, keys: Collection[int]) -> int:
    """Mark those of the person's own notices that were shown as read. Returns how many."""
    with act(actor, Event.NOTICE_READ, f"person:{actor.person.username}") as entry:
        notices = Notice.objects.filter(to=actor.person, read_at=None, pk__in=keys)
        numbers = list(notices.values_list("pk", flat=True))
        entry.note(notices=numbers)
        return notices.update(read_at=clock.now())
