"""An invented agency at work: people, shifts, CAD and a year of ordinary events, with the noise of honest work."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta

from plateward.oversight.detectors.records import Account, CadRecord, EventKind, LogEvent, Shift
from plateward.oversight.detectors.tests.invented_words import ORDINARY_REASONS, SHORT_REASONS, STREETS

BEGIN = datetime(2025, 1, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PARTNERS = (
    "Bernalillo County SO",
    "Rio Rancho PD",
    "Santa Fe PD",
    "Farmington PD",
    "Las Cruces PD",
    "Gallup PD",
)
KINDS = (
    "stolen vehicle",
    "burglary",
    "hit and run",
    "robbery",
    "missing person",
    "assault",
    "larceny",
    "narcotics",
)


@dataclass(frozen=True)
class Ways:
    """How this agency works: shares of searches, and what its records hold."""

    people: int = 500
    days: int = 364
    cad_names_plate: float = 0.8
    second_vehicle: float = 0.04
    typo: float = 0.015
    no_case: float = 0.007
    short_reason: float = 0.05
    overtime: float = 0.03
    closed: float = 0.02
    call_signs: bool = False  # CAD writes call signs, people.csv districts
    devices: bool = True
    actions: bool = True


@dataclass
class Agency:
    """Everything that a history holds; `events` in no order."""

    ways: Ways
    rng: random.Random
    people: dict[str, Account] = field(default_factory=dict)
    shifts: list[Shift] = field(default_factory=list)
    by_person: dict[str, list[Shift]] = field(default_factory=dict)
    cad: list[CadRecord] = field(default_factory=list)
    events: list[LogEvent] = field(default_factory=list)
    laptops: dict[str, str] = field(default_factory=dict)
    _number: int = 0

    def plate(self) -> str:
        """An invented plate; its Q keeps it from any series that is issued."""
        letters = "".join(self.rng.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=2))
        return f"{letters}Q{self.rng.randrange(1000, 10000)}"

    def open_case(self, at: datetime, unit: str, plates: frozenset[str], lasts: timedelta) -> CadRecord:
        """A new record of CAD."""
        self._number += 1 + (self.rng.random() < 0.6)
        if self.ways.call_signs:
            unit = f"{self.rng.choice('ABCD')}{self.rng.randrange(10, 99)}"
        number = f"{at:%y}-{self._number:06d}"
        record = CadRecord(number, at, at + lasts, unit, self.rng.choice(KINDS), plates)
        self.cad.append(record)
        return record

    def search(self, person: str, at: datetime, plate: str, case: str, reason: str = "") -> LogEvent:
        """A search from where this person usually works."""
        device, address = self.place(person, at)
        return LogEvent(
            at,
            person,
            EventKind.SEARCH,
            plate,
            "felony",
            reason or self.reason(),
            case,
            address,
            device,
            results=float(self.rng.randrange(0, 40)),
            action_later=self.rng.random() < 0.35 if self.ways.actions else None,
        )

    def reason(self) -> str:
        """What an officer writes: mostly what happened, sometimes two words."""
        if self.rng.random() < self.ways.short_reason:
            return self.rng.choice(SHORT_REASONS)
        text = self.rng.choice(ORDINARY_REASONS)
        return text.format(
            street=self.rng.choice(STREETS), hour=self.rng.randrange(24), day=self.rng.randrange(1, 29)
        )

    def place(self, person: str, at: datetime) -> tuple[str, str]:
        """The device and address of somebody: a car of the unit, a desktop, or a laptop behind a VPN."""
        if not self.ways.devices:
            return "", ""
        who = self.people[person]
        unit = int(who.unit[1:] or 1)
        if who.role in {"officer", "sergeant"}:
            car = (int(person[1:]) * 7 + at.timetuple().tm_yday * 5) % 8
            return f"car-{unit}-{car}", f"10.{unit}.0.{car + 10}"
        if who.role == "detective":
            laptop = self.laptops.setdefault(person, f"laptop-{person}-0")
            if self.rng.random() < 0.002:  # a new one
                laptop = self.laptops[person] = f"laptop-{person}-{self.rng.randrange(1, 1000)}"
            if self.rng.random() < 0.3:
                return (
                    laptop,
                    f"{self.rng.choice((73, 98, 174))}.{self.rng.randrange(250)}.{self.rng.randrange(250)}.7",
                )
            return laptop, f"10.{unit}.1.{self.rng.randrange(20, 90)}"
        return f"desk-{unit}-{person[-1]}", f"10.{unit}.2.{person[-1]}"


def make_agency(seed: int, ways: Ways | None = None) -> Agency:
    """An agency with a year of ordinary work. Deterministic."""
    agency = Agency(ways or Ways(), random.Random(seed))
    _hire(agency)
    for person in list(agency.people.values()):
        _roster(agency, person)
    for person in list(agency.people.values()):
        _work(agency, person)
    _matters(agency)
    _office(agency)
    return agency


def _hire(agency: Agency) -> None:
    size = agency.ways.people
    posts = ["chief", "administrator", "CJIS officer", "reviewer", "reviewer"]
    posts += ["sergeant"] * (size // 14) + ["detective"] * (size // 12) + ["communications"] * (size // 25)
    posts += ["officer"] * (size - len(posts))
    sergeants = [f"p{index:03d}" for index, role in enumerate(posts) if role == "sergeant"]
    for index, role in enumerate(posts):
        above = "" if role == "chief" else "p000"
        if role in {"officer", "detective", "communications"}:
            above = sergeants[index % len(sergeants)]
        agency.people[f"p{index:03d}"] = Account(
            f"p{index:03d}",
            f"Person {index}",
            role,
            f"D{index % 12 + 1}",
            above,
            frozenset(agency.plate() for _ in range(agency.rng.randrange(1, 3))),
            frozenset(agency.plate() for _ in range(agency.rng.randrange(0, 3))),
        )


def _roster(agency: Agency, person: Account) -> None:
    """Four days on, three off, in one of three watches; weeks of leave; some leave for good."""
    rng, days = agency.rng, agency.ways.days
    begin = {"officer": rng.choice((6, 14, 21)), "communications": rng.choice((6, 14, 22))}.get(
        person.role, 8
    )
    first, leave = rng.randrange(7), rng.randrange(days)
    away = range(leave, leave + rng.choice((10, 14, 21, 28)))
    last = rng.randrange(30, days) if person.role == "officer" and rng.random() < 0.06 and days > 60 else days
    listed = agency.by_person[person.id] = []
    for day in range(min(last, days)):
        if (day + first) % 7 < 4 and day not in away:
            start = BEGIN + day * DAY + begin * HOUR
            listed.append(Shift(person.id, start, start + 10 * HOUR))
    agency.shifts += listed


def _work(agency: Agency, person: Account) -> None:
    """The searches of every shift, each for a call or case of the unit."""
    rng = agency.rng
    usual = {"officer": 1.2, "sergeant": 0.5, "detective": 4.0, "communications": 2.0, "reviewer": 0.1}
    usual_here = usual.get(person.role, 0.05) * rng.lognormvariate(0, 0.4)
    careless = 12.0 if rng.random() < 0.01 else 1.0
    for shift in agency.by_person[person.id]:
        device, address = agency.place(person.id, shift.start)
        agency.events.append(
            LogEvent(shift.start, person.id, EventKind.LOGIN, device=device, address=address)
        )
        for _ in range(_poisson(rng, usual_here)):
            length = shift.end - shift.start
            at = shift.start + rng.random() * length
            if rng.random() < agency.ways.overtime:
                at = shift.end + rng.random() * 4 * HOUR
            _search_for_call(agency, person, at, careless)
        if rng.random() < 0.02:  # a day in court, at a time of its own
            court = datetime.combine(shift.start.date() + rng.choice((4, 5)) * DAY, time(15), UTC)
            for _ in range(rng.randrange(1, 4)):
                _search_for_call(agency, person, court + rng.random() * 3 * HOUR, careless)


def _search_for_call(agency: Agency, person: Account, at: datetime, careless: float) -> None:
    rng, ways = agency.rng, agency.ways
    plate = agency.plate()
    unit = person.unit if rng.random() > 0.03 else f"D{rng.randrange(1, 13)}"
    named = {agency.plate() for _ in range(rng.choice((0, 0, 1)))}
    if rng.random() < ways.cad_names_plate:
        named |= {agency.plate()} if rng.random() < ways.second_vehicle else {plate}
    opened, lasts = at - rng.random() * 6 * HOUR, rng.choice((0.5, 1, 5, 20)) * DAY
    if rng.random() < ways.closed:  # a question that comes after closing
        opened = at - lasts - rng.random() * 25 * DAY
    case = agency.open_case(opened, unit, frozenset(named), lasts).number
    if rng.random() < ways.typo * careless:
        case = _mistyped(rng, case)
    elif rng.random() < ways.no_case * careless:
        case = ""
    search = agency.search(person.id, at, plate, case)
    agency.events.append(search)
    if rng.random() < 0.05:
        agency.events.append(replace(search, at=at + rng.random() * timedelta(minutes=3)))
    if rng.random() < 0.4:
        agency.events.append(
            replace(
                search, at=at + timedelta(minutes=1), kind=EventKind.VIEW, results=None, action_later=None
            )
        )
    if person.role == "detective" and rng.random() < 0.04:
        rows = float(rng.randrange(5, 300))
        agency.events.append(
            replace(search, at=at + timedelta(minutes=9), kind=EventKind.EXPORT, results=rows)
        )


def _mistyped(rng: random.Random, number: str) -> str:
    at = rng.randrange(3, len(number) - 1)
    if rng.random() < 0.4:
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return number[:at] + str(rng.randrange(10)) + number[at + 1 :]


def _matters(agency: Agency) -> None:
    """Long cases: a detective with one plate, task forces, stolen vehicles looked for again and again."""
    rng, months = agency.rng, agency.ways.days / 30
    by_role = {
        role: [p for p in agency.people.values() if p.role == role] for role in ("officer", "detective")
    }
    for _ in range(int(3 * months)):
        _matter(agency, [rng.choice(by_role["detective"])], plates=rng.randrange(1, 3), searches=30, days=45)
    for _ in range(int(months / 2)):
        force = rng.sample(by_role["detective"] + by_role["officer"], 6)
        _matter(agency, force, plates=5, searches=60, days=21)
    for _ in range(int(20 * months * agency.ways.people / 500)):
        _matter(agency, [rng.choice(by_role["officer"])], plates=1, searches=rng.randrange(3, 8), days=12)


def _matter(agency: Agency, who: list[Account], plates: int, searches: int, days: int) -> None:
    rng = agency.rng
    begin = BEGIN + rng.random() * max(1, agency.ways.days - days) * DAY
    wanted = [agency.plate() for _ in range(plates)]
    case = agency.open_case(begin, who[0].unit, frozenset(wanted), (days + 5) * DAY).number
    reason = agency.reason()
    for _ in range(searches):
        person = rng.choice(who)
        shifts = [s for s in agency.by_person[person.id] if begin <= s.start <= begin + days * DAY]
        if not shifts:
            continue
        at = rng.choice(shifts).start + rng.random() * 11 * HOUR
        number = _mistyped(rng, case) if rng.random() < agency.ways.typo else case
        agency.events.append(agency.search(person.id, at, rng.choice(wanted), number, reason))


def _office(agency: Agency) -> None:
    """What the administrator and supervisors do: shares with partners, settings, accounts of those who leave."""
    rng = agency.rng
    for day in range(agency.ways.days):
        at = BEGIN + day * DAY + 17 * HOUR
        for _ in range(_poisson(rng, 0.7)):
            detective = rng.choice([p for p in agency.people.values() if p.role == "detective"])
            share = agency.search(detective.id, at, agency.plate(), "")
            case = agency.open_case(at - DAY, detective.unit, frozenset({share.plate}), 9 * DAY).number
            partner = rng.choice(PARTNERS) if rng.random() < 0.98 else f"Agency {rng.randrange(100)}"
            agency.events.append(replace(share, kind=EventKind.SHARE, case=case, to=partner, what="reads"))
        if rng.random() < 0.3:
            what = rng.choice(
                ("camera 14 renamed", "shift times", "sender of notices", "retention reviewed, kept")
            )
            agency.events.append(
                LogEvent(at + HOUR, "p001", EventKind.CONFIGURATION, what=what, reason="upkeep")
            )
    for person, shifts in agency.by_person.items():
        if shifts and shifts[-1].start < BEGIN + (agency.ways.days - 30) * DAY:
            at = shifts[-1].end + HOUR
            agency.events.append(
                LogEvent(at, "p001", EventKind.CONFIGURATION, to=person, what="account disabled: resigned")
            )


def _poisson(rng: random.Random, mean: float) -> int:
    count, left = 0, rng.expovariate(1)
    while left < mean:
        count, left = count + 1, left + rng.expovariate(1)
    return count


def in_order(agency: Agency) -> Iterator[LogEvent]:
    """The events in order of time."""
    yield from sorted(agency.events, key=lambda event: event.at)
