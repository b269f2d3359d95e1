"""What the detectors read, and what they say."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

OUTSIDE = ("outside", "other agency", "external", "federal", "partner")


class Claim(StrEnum):
    """What the number turns out to be, at the time of the search. ELSEWHERE: none is given, but CAD, an alert or the
    person's own earlier search has a case for the plate. JOINT: a colleague searches the plate, too.
    OPEN_WITHOUT_PLATE: open, in a CAD that names no plates. WORKED: of one's own open case, of whose other plates CAD
    names some, and which one works on for days."""

    CLOSED = "closed"
    ELSEWHERE = "elsewhere"
    FOREIGN = "foreign"
    JOINT = "joint"
    MISSING = "missing"
    NOT_YET = "not yet"
    OPEN = "open"
    OPEN_WITHOUT_PLATE = "open without plate"
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
    LOGIN = "login"
    SEARCH = "search"
    SHARE = "share"
    VIEW = "view"


@dataclass(frozen=True, slots=True)
class Person:
    """Plates are `zeroed`: compared without blanks, O as 0. `has_access`: now, and since
    `access_since`; None: unknown."""

    id: str
    name: str = ""
    role: str = ""
    unit: str = ""
    supervisor: str = ""
    own_plates: frozenset[str] = frozenset()
    family_plates: frozenset[str] = frozenset()
    has_access: bool = True
    access_since: datetime | None = None

    @property
    def label(self) -> str:
        return self.name or self.id

    @property
    def is_outside(self) -> bool:
        """Whether they are of another agency, which has case numbers of its own."""
        return any(word in self.role.casefold() for word in OUTSIDE)


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
class Event:
    """One thing that one account did. Text that is unknown is empty, anything else None. `plate` is `zeroed`;
    `results`: how many reads, rows or images it returned; `action_later`: whether police action followed;
    `claim`: what CAD said of the number when it was asked for this search."""

    at: datetime
    person: str
    kind: EventKind
    plate: str = ""
    purpose: str = ""
    reason: str = ""
    case: str = ""
    address: str = ""
    device: str = ""
    networked: bool | None = None
    results: float | None = None
    action_later: bool | None = None
    to: str = ""
    what: str = ""
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What a detector says of a person now. `implicated`: others who may have done it, and so are not to hear of it.
    `topic` parts patterns of one detector that have no plate."""

    detector: str
    subject: str
    sentence: str
    plate: str = ""
    implicated: frozenset[str] = frozenset()
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
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
