"""What the detectors read, and what they say."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FORTNIGHT, MONTH = 14 * DAY, 30 * DAY


class NumberClaim(StrEnum):
    """What the number turns out to be, at the time of the search. ELSEWHERE: CAD or an alert has a matter for the
    plate, whatever number is given. JOINT: a colleague searches the plate, too. OPEN: CAD names no plate. WORKED: of
    one's own case, of whose other plates CAD names some, and which one has worked on for a day."""

    CLOSED = "closed"
    ELSEWHERE = "elsewhere"
    JOINT = "joint"
    MISSING = "missing"
    NOT_YET = "not yet"
    OPEN = "open"
    OTHER_PLATE = "other plate"
    OTHER_UNIT = "other unit"
    PLATE_NAMED = "plate named"
    UNJUDGED = "unjudged"
    UNKNOWN = "unknown"
    WORKED = "worked"


class EventKind(StrEnum):
    """What somebody did."""

    CONFIGURATION = "configuration"
    EXPORT = "export"
    LISTING = "listing"
    LOGIN = "login"
    SEARCH = "search"
    SHARE = "share"
    VIEW = "view"


@dataclass(frozen=True, slots=True)
class Account:
    """Plates are `zeroed`: compared without blanks, O as 0."""

    id: str
    name: str = ""
    role: str = ""
    unit: str = ""
    supervisor: str = ""
    own_plates: frozenset[str] = frozenset()
    family_plates: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Shift:
    """A rostered shift."""

    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class CadRecord:
    """A call or case that CAD knows. `closed_at`: none while it is open. `plates` are `zeroed`."""

    number: str
    opened_at: datetime
    closed_at: datetime | None = None
    unit: str = ""
    kind: str = ""
    plates: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One thing that one account did. Text that is unknown is empty, anything else None. `plate` is `zeroed`;
    `results`: how many reads, rows or images it returned; `action_later`: whether police action followed;
    `to`: to whom it went; of a listing, which its person approved, who had asked for it.
    `claim`: what CAD said of the number when it was asked for this search; `marked`: whether its reason was marked as
    thin or odd; None: the reason itself is to be judged."""

    at: datetime
    person: str
    kind: EventKind
    plate: str = ""
    purpose: str = ""
    reason: str = ""
    case: str = ""
    address: str = ""
    device: str = ""
    results: float | None = None
    action_later: bool | None = None
    to: str = ""
    what: str = ""
    claim: NumberClaim | None = None
    marked: bool | None = None


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What a detector says of a person, from this moment. `implicated`: others who may have done it, and so are not to
    hear of it. `topic` parts patterns of one detector that have no plate."""

    at: datetime
    subject: str
    sentence: str
    plate: str = ""
    implicated: frozenset[str] = frozenset()
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, from the moment when it was first said. `to`: the roles that hear of it. `count`: how often it was
    said until `last_at`."""

    at: datetime
    detector: str
    subject: str
    plate: str
    to: tuple[str, ...]
    sentence: str
    last_at: datetime
    count: int = 1
    implicated: frozenset[str] = frozenset()
    topic: str = ""
