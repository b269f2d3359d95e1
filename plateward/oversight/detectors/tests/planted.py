"""Misuse, planted in an agency's ordinary work: cases that became public, and one for every other detector."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from plateward.oversight.detectors.records import Account, EventKind, LogEvent
from plateward.oversight.detectors.tests.invented_agency import BEGIN, DAY, HOUR, Agency

MINUTE = timedelta(minutes=1)
FIFTH = 4  # index of the fifth search, at which it must be found


@dataclass(frozen=True)
class Planted:
    """A case: whom a finding must name, and from when until when it counts as found in time."""

    name: str
    subject: str
    begins_at: datetime
    due_at: datetime
    searches: tuple[datetime, ...] = ()


def plant_all(agency: Agency) -> list[Planted]:
    """Plants every case, each on people of its own, from the fourth week on."""
    free = [
        p
        for p in agency.people.values()
        if p.role == "officer" and len(agency.by_person[p.id]) > agency.ways.days * 0.48
    ]
    agency.rng.shuffle(free)
    return [plant(agency, free.pop()) for plant in PLANTS]


def _start(agency: Agency) -> datetime:
    return BEGIN + agency.rng.randrange(28, 60) * DAY


def _times(
    agency: Agency, person: Account, begin: datetime, days: int, number: int, on_shift: float
) -> list[datetime]:
    """Moments of a person, in this share within their shifts."""
    rng = agency.rng
    shifts = [s for s in agency.by_person[person.id] if begin <= s.start <= begin + days * DAY]
    moments = []
    for _ in range(number):
        if rng.random() < on_shift and shifts:
            moments.append(rng.choice(shifts).start + rng.random() * 10 * HOUR)
        else:
            moments.append(begin + rng.random() * days * DAY)
    return sorted(moments)


def _follow(
    agency: Agency,
    name: str,
    person: Account,
    counts: Sequence[int],
    days: int,
    reasons: Sequence[str],
    case: Callable[[datetime], str],
    on_shift: float = 0.7,
) -> Planted:
    """Somebody's plates, searched so often within so many days."""
    rng, begin = agency.rng, _start(agency)
    plates = [plate for count in counts for plate in [agency.plate()] * count]
    rng.shuffle(plates)
    moments = _times(agency, person, begin, days, len(plates), on_shift)
    for at, plate in zip(moments, plates, strict=True):
        search = agency.search(person.id, at, plate, case(at), rng.choice(reasons))
        agency.events.append(replace(search, action_later=False if agency.ways.actions else None))
    return Planted(name, person.id, moments[0], moments[FIFTH], tuple(moments))


def _none(_: datetime) -> str:
    return ""


def _invented(agency: Agency) -> Callable[[datetime], str]:
    return lambda at: f"{at:%y}-{agency.rng.randrange(700_000, 990_000)}"


def _borrowed(agency: Agency) -> Callable[[datetime], str]:
    """A number of a case that is open somewhere, and has nothing to do with the plate."""

    def number(at: datetime) -> str:
        pool = [r for r in agency.cad[-4000:] + agency.rng.sample(agency.cad, 4000) if r.plates]
        open_now = [r for r in pool if r.opened_at < at and r.closed_at and r.closed_at > at]
        return agency.rng.choice(open_now or pool).number

    return number


def milwaukee(agency: Agency, person: Account) -> Planted:
    """Two plates, 124 and 55 times in two months, under one word."""
    return _follow(agency, "Milwaukee", person, (124, 55), 60, ("investigation",), _none)


def orange_city(agency: Agency, person: Account) -> Planted:
    """A former partner and her parents: 69, 24 and 15 times, under case numbers made up."""
    reasons = ("suspicious vehicle", "traffic", "investigation", "stolen vehicle check")
    return _follow(agency, "Orange City", person, (69, 24, 15), 180, reasons, _invented(agency))


def sedgwick(agency: Agency, _: Account) -> Planted:
    """A chief, 164 and 64 times in four months, under other people's cases."""
    reasons = ("missing child", "narcotics investigation", "suspicious activity")
    return _follow(agency, "Sedgwick", agency.people["p000"], (164, 64), 120, reasons, _borrowed(agency), 0.8)


def joplin(agency: Agency, person: Account) -> Planted:
    """395 times in 14 months (here within the year), one plate, on shift, with wording like anybody's."""
    reasons = [agency.reason() for _ in range(40)]
    days = min(agency.ways.days - 70, 290)
    return _follow(agency, "Joplin", person, (395 * days // 425,), days, reasons, _borrowed(agency), 1.0)


def palos_heights(agency: Agency, person: Account) -> Planted:
    """24 searches under a colleague's password on two days, for many plates, from a device nobody knows."""
    begin, rng = _start(agency) + 3 * HOUR, agency.rng
    moments = sorted(begin + rng.choice((0, 1)) * DAY + rng.random() * 4 * HOUR for _ in range(24))
    for at in moments:
        search = agency.search(person.id, at, agency.plate(), "", "immigration violation")
        agency.events.append(replace(search, device="desktop-7f31", address="156.9.40.12"))
    return Planted("Palos Heights", person.id, moments[0], moments[FIFTH], tuple(moments))


def own_plate(agency: Agency, person: Account) -> Planted:
    """One's own plate, once."""
    return _once(agency, "own plate", person, sorted(person.own_plates)[0])


def family_plate(agency: Agency, person: Account) -> Planted:
    """A family member's plate, once."""
    plate = agency.plate()
    agency.people[person.id] = replace(person, family_plates=person.family_plates | {plate})
    return _once(agency, "family's plate", person, plate)


def colleague_plate(agency: Agency, person: Account) -> Planted:
    """A colleague's plate, once."""
    return _once(agency, "colleague's plate", person, sorted(agency.people["p030"].own_plates)[0])


def _once(agency: Agency, name: str, person: Account, plate: str) -> Planted:
    at = _times(agency, person, _start(agency), 20, 1, 1.0)[0]
    agency.events.append(agency.search(person.id, at, plate, _borrowed(agency)(at)))
    return Planted(name, person.id, at, at + MINUTE, (at,))


def five_in_five_days(agency: Agency, person: Account) -> Planted:
    """A plate, five times in five days, and never again."""
    return _follow(agency, "five in five days", person, (5,), 5, [agency.reason()], _none, 0.5)


def off_shift(agency: Agency, person: Account) -> Planted:
    """Every evening another plate, at home, outside any shift."""
    begin, rng = _start(agency), agency.rng
    moments: list[datetime] = []
    while len(moments) < 15:
        at = begin + rng.random() * 20 * DAY
        if all(at < s.start - 5 * HOUR or at > s.end + 5 * HOUR for s in agency.by_person[person.id]):
            moments.append(at)
    for at in sorted(moments):
        agency.events.append(agency.search(person.id, at, agency.plate(), "", "traffic"))
    return Planted("off-shift", person.id, min(moments), sorted(moments)[FIFTH], tuple(sorted(moments)))


def no_action(agency: Agency, person: Account) -> Planted:
    """A plate under an open case of the unit that names no plate: only that nothing ever follows can tell."""
    case = agency.open_case(_start(agency) - DAY, person.unit, frozenset(), 300 * DAY).number
    planted = _follow(agency, "no later action", person, (40,), 60, [agency.reason()], lambda _: case, 1.0)
    return replace(
        planted, due_at=planted.searches[FIFTH] + 2 * DAY
    )  # the action has a day, then it can be told


def lies(agency: Agency, person: Account) -> Planted:
    """Plate after plate under numbers of cases that have other plates."""
    return _follow(agency, "plausible lies", person, (1,) * 20, 8, [agency.reason()], _borrowed(agency), 1.0)


def reason_reuse(agency: Agency, person: Account) -> Planted:
    """Plate after plate with one invented story."""
    return _follow(
        agency, "reason reuse", person, (1,) * 30, 8, ["Follow-up on the Kessler matter"], _none, 1.0
    )


def volume(agency: Agency, person: Account) -> Planted:
    """A hundred plates in three days, as if to try the system."""
    return _follow(agency, "volume", person, (1,) * 100, 3, ["patrol check", "area check"], _none, 1.0)


def shared_account(agency: Agency, person: Account) -> Planted:
    """The person works in a car, and somebody searches under their name from a phone elsewhere meanwhile."""
    shift = next(s for s in agency.by_person[person.id] if s.start > _start(agency))
    moments = [shift.start + (2 + index * 0.2) * HOUR for index in range(12)]
    for at in moments:
        agency.events.append(agency.search(person.id, at - 5 * MINUTE, agency.plate(), _borrowed(agency)(at)))
        search = agency.search(person.id, at, agency.plate(), "", "")
        agency.events.append(replace(search, device="phone-a91", address="203.0.113.77"))
    return Planted("shared account", person.id, moments[0], moments[FIFTH], tuple(moments))


def other_agency(agency: Agency, person: Account) -> Planted:
    """A federal agent on the task force, whose own desk the log-in comes from."""
    agency.people["x900"] = Account("x900", "Agent X", "federal task force", "D3", "")
    begin = _start(agency)
    for day in range(-20, 0):
        agency.events.append(
            LogEvent(begin + day * DAY, "x900", EventKind.LOGIN, device="fed-desk-2", address="192.0.2.20")
        )
    moments = [begin + 3 * HOUR + index * 10 * MINUTE for index in range(10)]
    for at in moments:
        search = agency.search(person.id, at, agency.plate(), _borrowed(agency)(at))
        agency.events.append(replace(search, device="fed-desk-2", address="192.0.2.20"))
    return Planted("another agency's log-in", person.id, moments[0], moments[FIFTH], tuple(moments))


def bulk_export(agency: Agency, person: Account) -> Planted:
    """Everything of a road, exported at night."""
    at = _start(agency) + 8 * HOUR
    for index in range(6):
        search = agency.search(person.id, at + index * 5 * MINUTE, "", "")
        agency.events.append(replace(search, kind=EventKind.EXPORT, results=4000.0))
    return Planted("bulk export", person.id, at, at + DAY)


def before_leaving(agency: Agency, person: Account) -> Planted:
    """A resignation is on record; until the last day there are exports every day."""
    last = _start(agency) + 40 * DAY
    agency.events = [e for e in agency.events if e.person != person.id or e.at < last]
    kept = agency.by_person[person.id] = [s for s in agency.by_person[person.id] if s.start < last]
    moments = [s.end - HOUR for s in kept[-6:]]
    resigns = "resignation, last day in two weeks"
    agency.events.append(
        LogEvent(moments[0] - DAY, "p001", EventKind.CONFIGURATION, to=person.id, what=resigns)
    )
    for at in moments:
        search = agency.search(person.id, at, agency.plate(), "")
        agency.events.append(replace(search, kind=EventKind.EXPORT, results=90.0))
    return Planted("before leaving", person.id, moments[0], kept[-1].end + DAY)


PLANTS: tuple[Callable[[Agency, Account], Planted], ...] = (
    milwaukee,
    orange_city,
    sedgwick,
    joplin,
    palos_heights,
    own_plate,
    family_plate,
    colleague_plate,
    five_in_five_days,
    off_shift,
    no_action,
    lies,
    reason_reuse,
    volume,
    shared_account,
    other_agency,
    bulk_export,
    before_leaving,
)
PUBLIC = 5  # of them, the first became public
