"""What is counted of the log, entry by entry: the figures of a day and a year. Pure; needs no Django, so that an
outsider counts an exported log by the very same rules.

Only entries of what was done count, but for searches that the rules refused. A figure is a number with a name; a name
with two dots is a row of a table: "searches.offense.robbery".
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from plateward.core.audit.events import Event
from plateward.ground.policy.trace import enforces

FIGURES: Final = {
    "reads": "Plate reads stored",
    "cameras": "Cameras in use",
    "hits": "Hits: alerts raised",
    "alerts.judged": "Alerts whose plate a person compared with the picture",
    "alerts.confirmed": "Of these, the listed plate and state",
    "alerts.denied": "Alerts denied by NCIC, FMCSA or the entering unit",
    "alerts.recalled": "Alerts recalled because their entry was withdrawn",
    "alerts.enforcement": "Alerts closed: enforcement action taken",
    "alerts.encounter": "Alerts closed: encounter, no enforcement action",
    "alerts.investigation": "Alerts closed: investigation opened",
    "alerts.not_located": "Alerts closed: vehicle not located or not stopped",
    "alerts.not_verified": "Alerts closed: not verified",
    "alerts.misread": "Alerts closed: camera misread the plate",
    "alerts.other_plate": "Alerts closed: the listed plate is a different one",
    "alerts.wrong_state": "Alerts closed: plate is from another state than listed",
    "alerts.wrong_vehicle": "Alerts closed: another class of vehicle than listed",
    "alerts.stale": "Alerts closed: entry should no longer be on the list",
    "searches.made": "Searches made",
    "searches.approved": "Searches approved by a second person",
    "searches.refused": "Searches refused, by the rules or by a second person",
    "agencies.asked": "Questions of outside agencies",
    "audits": "Audit reviews signed",
    "findings": "Findings of possible misuse opened",
    "upheld": "Findings upheld: offenses recorded against a person",
    "unauthorized": "Breaches confirmed: unauthorized access or search",
    "days_destroyed": "Days of reads destroyed at the end of their term",
}
TABLES: Final = {
    "searches.purpose": "Searches by purpose",
    "searches.offense": "Searches by offense or event",
    "agencies.agency": "Questions of outside agencies",
}
# An agency that alone asks is named by their sum: of a day it is not shown.
DAILY: Final = tuple(name for name in FIGURES if name != "agencies.asked")
WRONG_PLATE = ("misread", "other_plate", "wrong_state")


class CountedFacts(msgspec.Struct):
    """Of an entry's facts, what counting needs."""

    at: str
    actor_id: str
    event: str
    outcome: str


class CountedEntry(msgspec.Struct):
    """An entry's line (leaf.py), read for counting. Without details only facts count."""

    entry: CountedFacts
    details: dict[str, Any] = {}


decode_entry = msgspec.json.Decoder(CountedEntry).decode


@dataclass(frozen=True)
class Span:
    """From the beginning of a day of the agency to the beginning of another, as the log writes times."""

    starts: str
    ends: str

    @classmethod
    def of(cls, first: date, after: date, zone: ZoneInfo) -> "Span":
        return cls(_moment(first, zone), _moment(after, zone))

    @classmethod
    def of_year(cls, year: int, zone: ZoneInfo) -> "Span":
        return cls.of(date(year, 1, 1), date(year + 1, 1, 1), zone)


def _moment(day: date, zone: ZoneInfo) -> str:
    at = datetime.combine(day, time.min, zone).astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass
class Tally:
    """What was counted so far."""

    numbers: Counter[str] = field(default_factory=Counter)
    cameras: set[str] = field(default_factory=set)

    def add(self, read: CountedEntry) -> None:
        """Count an entry of one of `COUNTED`."""
        if read.entry.outcome == "done":
            COUNTED[read.entry.event](self, read.entry, read.details)
        elif read.entry.outcome == "refused" and read.entry.event == Event.SEARCH_ASK:
            self.numbers["searches.refused"] += 1

    def figures(self) -> dict[str, int]:
        """Every figure, in their order."""
        return {name: self.numbers[name] for name in FIGURES} | {"cameras": len(self.cameras)}

    def table(self, name: str) -> dict[str, int]:
        """The rows of a table that are not zero."""
        before = f"{name}."
        return {
            key.removeprefix(before): number for key, number in self.numbers.items() if key.startswith(before)
        }


Details = Mapping[str, Any]


def _batch(tally: Tally, facts: CountedFacts, details: Details) -> None:
    if accepted := details.get("accepted", 0):
        tally.numbers["reads"] += accepted
        tally.cameras.add(facts.actor_id)


def _arrived(tally: Tally, _: CountedFacts, details: Details) -> None:
    tally.numbers["hits"] += details.get("raised", True)


def _confirmed(tally: Tally, _: CountedFacts, details: Details) -> None:
    tally.numbers["alerts.judged"] += 1
    tally.numbers["alerts.confirmed"] += bool(details.get("plate_agrees") and details.get("state_agrees"))


def _closed(tally: Tally, _: CountedFacts, details: Details) -> None:
    if details.get("amends"):
        return  # a disposition that was returned is completed: the alert was counted
    tally.numbers[f"alerts.{details.get('outcome')}"] += 1
    if "mark" in details and details.get("outcome") in WRONG_PLATE:
        tally.numbers["alerts.judged"] += 1  # by one press, without typing the plate


def _searched(tally: Tally, _: CountedFacts, details: Details) -> None:
    tally.numbers["searches.made"] += 1
    for kind in ("purpose", "offense"):
        tally.numbers[f"searches.{kind}.{details.get(kind) or 'other'}"] += 1
    if agency := details.get("agency"):
        tally.numbers["agencies.asked"] += 1
        tally.numbers[f"agencies.agency.{agency}"] += 1


def _approved(tally: Tally, _: CountedFacts, details: Details) -> None:
    tally.numbers["searches.approved"] += not details.get("step")  # a later step unmasks more of the same


def _refused(tally: Tally, _: CountedFacts, details: Details) -> None:
    tally.numbers["searches.refused"] += not details.get("step")


def _breached(tally: Tally, _: CountedFacts, details: Details) -> None:
    tally.numbers["unauthorized"] += details.get("kind") == "access"


def _one(name: str, *, where: str = "") -> Callable[[Tally, CountedFacts, Details], None]:
    def add(tally: Tally, _: CountedFacts, details: Details) -> None:
        tally.numbers[name] += bool(details.get(where)) if where else 1

    return add


COUNTED: Final[Mapping[str, Callable[[Tally, CountedFacts, Details], None]]] = {
    Event.BATCH_RECEIVE.value: _batch,
    Event.ALERT_ARRIVE.value: _arrived,
    Event.ALERT_CONFIRM.value: _confirmed,
    Event.ALERT_DENY.value: _one("alerts.denied"),
    Event.ALERT_DISPOSE.value: _closed,
    Event.ALERT_RECALL.value: _one("alerts.recalled", where="closes"),
    Event.SEARCH_ASK.value: _searched,
    Event.SEARCH_APPROVE.value: _approved,
    Event.SEARCH_REFUSE.value: _refused,
    Event.REVIEW_SIGN.value: _one("audits"),
    Event.FINDING_REPORT.value: _one("findings", where="opens"),
    Event.PENALTY_RECORD.value: _one("upheld"),
    Event.BREACH_CONFIRM.value: _breached,
    Event.RETENTION_DESTROY.value: _one("days_destroyed"),
}


@enforces("SB40.report/yearly")
def count_line(tally: Tally, line: bytes, span: Span) -> None:
    """Count an entry's line, if it is of this span and counts."""
    read = decode_entry(line)
    if read.entry.event in COUNTED and span.starts <= read.entry.at < span.ends:
        tally.add(read)
