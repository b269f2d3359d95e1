"""What the detectors' tests share: a small agency, and searches in it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from plateward.oversight.detectors.cad_book import CadBook
from plateward.oversight.detectors.every import find_all
from plateward.oversight.detectors.history import History
from plateward.oversight.detectors.records import (
    DAY,
    HOUR,
    Account,
    CadRecord,
    EventKind,
    LogEvent,
    Pattern,
    Shift,
)
from plateward.oversight.detectors.roster import Roster

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
ADA = Account("ada", "Ada Archuleta", "officer", "12", "carla", frozenset({"ADQ100"}), frozenset({"ADQ200"}))
BEN = Account("ben", "Ben Begay", "officer", "14", "carla", frozenset({"BEQ100"}))
CARLA = Account("carla", "Carla Chavez", "sergeant", "12", "hector")
GLORIA = Account("gloria", "Gloria Gallegos", "ALPR administrator", "", "hector")
HECTOR = Account("hector", "Hector Herrera", "Chief", "")
REVIEWER = Account("rita", "Rita Romero", "audit reviewer", "", "gloria")
PEOPLE = {person.id: person for person in (ADA, BEN, CARLA, GLORIA, HECTOR, REVIEWER)}
REASON = "Clerk on Alder Rd was robbed at gunpoint at 0915 and wrote down this plate"


def search(at: datetime, plate: str = "XYQ123", person: str = "ada", **values: object) -> LogEvent:
    """A search with a good reason."""
    return LogEvent(at, person, EventKind.SEARCH, plate, **{"reason": REASON, **values})  # type: ignore[arg-type]


def cad_case(number: str = "26-000412", plates: Iterable[str] = ("XYQ123",), **values: object) -> CadRecord:
    """An open case of unit 12."""
    known = {"opened_at": BEGIN - DAY, "unit": "12"} | values
    return CadRecord(number, plates=frozenset(plates), **known)  # type: ignore[arg-type]


def day_shifts(person: str, days: int = 120) -> list[Shift]:
    """Every day from 8 to 18 UTC, beginning a month before."""
    starts = (BEGIN + (day - 30) * DAY + 8 * HOUR for day in range(days))
    return [Shift(person, start, start + 10 * HOUR) for start in starts]


def history_of(
    events: Iterable[LogEvent],
    cad: Iterable[CadRecord] = (),
    roster: Roster | None = None,
    people: Mapping[str, Account] = PEOPLE,
) -> History:
    """These events, given in any order, as the detectors read them."""
    return History(events, people, roster or Roster([]), CadBook(cad))


def watched(
    events: Iterable[LogEvent],
    cad: Iterable[CadRecord] = (),
    shifts: Iterable[Shift] = (),
    numbers: Mapping[str, Mapping[str, float]] | None = None,
    people: Mapping[str, Account] = PEOPLE,
) -> list[Pattern]:
    """What the detectors find in these events."""
    return find_all(history_of(events, cad, Roster(shifts), people), numbers)


def detectors_of(findings: Iterable[Pattern], subject: str = "ada") -> set[str]:
    """The names of what was found about somebody."""
    return {finding.detector for finding in findings if finding.subject == subject}
