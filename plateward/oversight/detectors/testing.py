"""What the detectors' tests share: a small agency, and searches in it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from plateward.oversight.detectors.cad_book import CadBook
from plateward.oversight.detectors.records import CadRecord, Event, EventKind, Finding, Person, Shift
from plateward.oversight.detectors.roster import Roster
from plateward.oversight.detectors.thresholds import Thresholds
from plateward.oversight.detectors.watch import NAMES, Watch

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADA = Person("ada", "Ada Archuleta", "officer", "12", "carla", frozenset({"ADQ100"}), frozenset({"ADQ200"}))
BEN = Person("ben", "Ben Begay", "officer", "14", "carla", frozenset({"BEQ100"}))
CARLA = Person("carla", "Carla Chavez", "sergeant", "12", "hector")
GLORIA = Person("gloria", "Gloria Gallegos", "ALPR administrator", "", "hector")
HECTOR = Person("hector", "Hector Herrera", "Chief", "")
REVIEWER = Person("rita", "Rita Romero", "audit reviewer", "", "gloria")
PEOPLE = {person.id: person for person in (ADA, BEN, CARLA, GLORIA, HECTOR, REVIEWER)}
REASON = "Clerk on Alder Rd was robbed at gunpoint at 0915 and wrote down this plate"


def search(at: datetime, plate: str = "XYQ123", person: str = "ada", **values: object) -> Event:
    """A search with a good reason."""
    return Event(at, person, EventKind.SEARCH, plate, **{"reason": REASON, **values})  # type: ignore[arg-type]


def cad_case(number: str = "26-000412", plates: Iterable[str] = ("XYQ123",), **values: object) -> CadRecord:
    """An open case of unit 12."""
    known = {"opened_at": BEGIN - DAY, "unit": "12"} | values
    return CadRecord(number, plates=frozenset(plates), **known)  # type: ignore[arg-type]


def day_shifts(person: str, days: int = 120) -> list[Shift]:
    """Every day from 8 to 18 UTC, beginning a month before."""
    starts = (BEGIN + (day - 30) * DAY + 8 * HOUR for day in range(days))
    return [Shift(person, start, start + 10 * HOUR) for start in starts]


def watched(
    events: Iterable[Event],
    cad: Iterable[CadRecord] = (),
    shifts: Iterable[Shift] = (),
    until: datetime | None = None,
    thresholds: Thresholds | None = None,
) -> list[Finding]:
    """What the detectors find in these events, given in any order."""
    thresholds = thresholds or Thresholds()
    watch = Watch(PEOPLE, Roster(shifts), CadBook(cad, thresholds), thresholds)
    ordered = sorted(events, key=lambda event: event.at)
    for event in ordered:
        watch.hear(event)
    watch.end_at(until or ordered[-1].at + 2 * DAY)
    assert {finding.detector for finding in watch.findings} <= {*NAMES}
    return watch.findings


def detectors_of(findings: Iterable[Finding], subject: str = "ada") -> set[str]:
    """The names of what was found about somebody."""
    return {finding.detector for finding in findings if finding.subject == subject}
