"""Who is available, and where: the facts that routing uses."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from plateward.field.fleet.models import Reader
from plateward.field.hotlists.audience import audiences, lists_of
from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.distance import meters_between
from plateward.ground.wire.read import Position
from plateward.people.chain_of_command.routing import able, candidates
from plateward.people.chain_of_command.rules import Candidate
from plateward.people.models import Person
from plateward.people.notices.actions import people_with
from plateward.people.permissions import Permission, Role
from plateward.people.sign_in import sign_ins
from plateward.people.superiors import chains_above
from plateward.work.alerts.audience.alerts import alerts_shared_with, shared_with
from plateward.work.alerts.routing.models import QuietHours, Whereabouts
from plateward.work.alerts.routing.rules import AudiencePresence, Recipient


def note_positions(places: Sequence[tuple[Reader, Position, datetime]]) -> None:
    """Each reader was there then; a late read never overwrites a newer position."""
    time = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO alerts_whereabouts (reader_id, lat, lon, at) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (reader_id) DO UPDATE SET lat = excluded.lat, lon = excluded.lon, at = excluded.at "
            "WHERE alerts_whereabouts.at < excluded.at",
            [(reader.pk, position.lat, position.lon, time(at)) for reader, position, at in places],
        )


def _recent_places() -> QuerySet[Whereabouts, tuple[int, float, float]]:
    """Unit, latitude and longitude of each reader within the last minutes."""
    since = clock.now() - timedelta(minutes=settings.NEAR_MINUTES)
    recent = Whereabouts.objects.filter(at__gte=since, reader__revoked_at=None)
    return recent.values_list("reader__unit", "lat", "lon")


def unit_places(units: Collection[int]) -> dict[int, tuple[float, float]]:
    """Where a reader of each of these units was last, latitude and longitude, if that was within the last minutes."""
    return {
        unit: (lat, lon) for unit, lat, lon in _recent_places().filter(reader__unit__in=units).order_by("at")
    }


@enforces("5.b/reaches")
def units_near(lat: float, lon: float) -> dict[int, float]:
    """Units with a reader near this place within the last minutes: meters to the nearest reader of each."""
    nearest: dict[int, float] = {}
    for unit, other_lat, other_lon in _recent_places().exclude(reader__unit=None):
        meters = meters_between(lat, lon, other_lat, other_lon)
        if meters <= settings.NEAR_KM * 1000:
            nearest[unit] = min(meters, nearest.get(unit, meters))
    return nearest


@enforces("5.b/reaches", "6.c.ii/lists")
def audience_presence(hotlist: HotList, units: Iterable[int]) -> AudiencePresence:
    """Which of these units and Communications are in the list's audience, and who is on duty."""
    candidates = people_with(Permission.ALERT_VIEW).filter(Q(unit__in=units) | Q(role=Role.COMMUNICATIONS))
    rows = {pk: (unit, role) for pk, unit, role in candidates.values_list("pk", "unit", "role")}
    lists = audiences(rows.keys())
    inside = {pk for pk in rows if hotlist.pk in lists.get(pk, ())}

    def there(people: Collection[int]) -> tuple[frozenset[int], bool]:
        units = frozenset(unit for pk in people if (unit := rows[pk][0]) is not None)
        return units, any(rows[pk][1] == Role.COMMUNICATIONS for pk in people)

    (members, communications), (present, answering) = there(inside), there(on_duty(inside))
    return AudiencePresence(members, present, communications, answering)


def on_duty(people: Collection[int]) -> set[int]:
    """Those who can be reached now: an open session, no declared absence, and current access to alerts."""
    return set(able(sign_ins.people_with_open_session(people), Permission.ALERT_VIEW))


def communications(hotlist: HotList) -> list[Person]:
    """People of Communications in the list's audience and on duty."""
    every = {person.pk: person for person in Person.objects.filter(role=Role.COMMUNICATIONS)}
    lists = audiences(every.keys())
    present = on_duty({pk for pk in every if hotlist.pk in lists[pk]})
    return [every[pk] for pk in sorted(present)]


def recipients(people: Collection[int]) -> dict[int, Recipient]:
    """What decides which alerts reach each of these people (keys) now; the same few queries for hundreds."""
    return _recipients(people, audiences(people), shared_with(people))


def _recipients(
    people: Collection[int],
    lists: Mapping[int, frozenset[int]],
    shared: Mapping[int, frozenset[int]],
) -> dict[int, Recipient]:
    quiet = {hours.person_id: hours.quiet for hours in QuietHours.objects.filter(person__in=people)}
    rows = list(Person.objects.filter(pk__in=people).values_list("pk", "unit", "role"))
    none = frozenset[int]()
    places = unit_places({unit for _, unit, _ in rows if unit is not None})
    return {
        pk: Recipient(
            pk, lists.get(pk, none), shared.get(pk, none), unit, role, quiet.get(pk), places.get(unit or 0)
        )
        for pk, unit, role in rows
    }


def recipient_of(person: int) -> Recipient:
    """The same for one person, by key."""
    return recipients([person])[person]


def page_recipient(person: Person) -> Recipient:
    """The same for the viewer of a page, which asks once for whom lists are."""
    lists, shared = {person.pk: lists_of(person)}, {person.pk: alerts_shared_with(person)}
    return _recipients([person.pk], lists, shared)[person.pk]


@enforces("6.b.i.8/scope", "6.c.ii/lists")
def chain_above(units: Collection[int], hotlist: HotList) -> list[list[Candidate]]:
    """The supervisors of these units' people, then theirs, and so on; each with what bars notifying them."""
    led = Person.objects.filter(unit__in=units, supervisor__isnull=False)
    chains = chains_above(set(led.values_list("pk", flat=True))).values()
    everybody = {pk for chain in chains for pk in chain}
    by_pk, lists = candidates(everybody, Permission.ALERT_VIEW), audiences(everybody)

    def candidate(pk: int) -> Candidate:
        if by_pk[pk].cannot or hotlist.pk in lists[pk]:
            return by_pk[pk]
        return Candidate(by_pk[pk].person, "may not see this list")

    levels: list[list[Candidate]] = []
    for level in zip_longest(*chains):
        nearer = {candidate.person.pk for those in levels for candidate in those}
        levels.append([candidate(pk) for pk in sorted({*level} - {None} - nearer)])
    return [level for level in levels if level]
