"""Who sees which chain of custody, and whose images they may take along."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from plateward.field.reads.pages.audience import may_see_read
from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.field.reads.store.away import store_answers
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.models import Alert, Sighting
from plateward.work.evidence.custody.chain import Chain, chain_of
from plateward.work.evidence.custody.disclosure import Scope
from plateward.work.evidence.numbers import number_of


@enforces("6.h.iv/custody", "6.c.ii/cases", "6.b.i.8/scope")
def chain_for(person: Person, key: ReadKey) -> Chain | None:
    """The chain of custody of a read, as far as this person may know it: all of it for whoever finds any read's. Others
    see an alert of it; who else looked at the read may tell of another's investigation. None: it is not theirs to see,
    or there is none. Raises StoreAway."""
    scope = None
    if Permission.CUSTODY_FIND not in person.permissions:
        joined = Sighting.objects.filter(read=key.id).values("alert")
        alerts = list(alerts_for(person).filter(Q(read=key.id) | Q(pk__in=joined)))
        if not alerts:
            return None
        numbers = [number_of(alert) for alert in alerts]
        scope = Scope.of([alert.pk for alert in alerts], [key.id], numbers, person.username)
    chain = chain_of([key], scope)
    return chain if chain.events else None


@enforces("6.h.iv/safeguard", "6.c.ii/cases")
def may_take(person: Person, stored: StoredRead, search: int | None) -> bool:
    """Whether this person sees the images, and so may ask for a copy."""
    return Permission.IMAGE_VIEW in person.permissions and may_see_read(person, stored, search)


def stored_read(key: ReadKey) -> StoredRead | None:
    """The read, if it is still kept. Raises StoreAway."""
    try:
        with store_answers():
            return configured_store().get(key)
    except DayDestroyed:
        return None


def find_reads(what: int | UUID, day: date | None) -> list[ReadKey]:
    """The reads of the alert with this number, or the one with this id, if it was captured on the day given or can be
    found without it. Raises StoreAway."""
    if isinstance(what, int):
        rows: list[Alert | Sighting] = [*Alert.objects.filter(pk=what), *Sighting.objects.filter(alert=what)]
        return [ReadKey(row.captured_at.date(), row.read) for row in rows]
    key = _find_read(what, day)
    return [key] if key else []


def _find_read(pk: UUID, day: date | None) -> ReadKey | None:
    """Where the read is: by an alert of it, on the day given, or around the time in its id (UUIDv7)."""
    rows: list[Alert | Sighting] = [
        *Alert.objects.filter(read=pk)[:1],
        *Sighting.objects.filter(read=pk)[:1],
    ]
    if rows:
        return ReadKey(rows[0].captured_at.date(), pk)
    days = [day] if day else _days_of(pk)
    for candidate in days:
        try:
            with store_answers():
                if configured_store().stored_ids(candidate, [pk]):
                    return ReadKey(candidate, pk)
        except DayDestroyed:
            return ReadKey(candidate, pk)
    return ReadKey(day, pk) if day else None


def _days_of(pk: UUID) -> list[date]:
    """The day when the id was made, by the reader's clock, and those beside it."""
    try:
        made = date(1970, 1, 1) + timedelta(milliseconds=pk.int >> 80)
    except OverflowError:
        return []
    return [made, made + timedelta(days=1), max(made, date(1970, 1, 2)) - timedelta(days=1)]
