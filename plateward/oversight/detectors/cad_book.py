"""What CAD says of the case number that somebody gave for a plate."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from rapidfuzz.distance import OSA

from plateward.oversight.detectors.records import CadRecord, Claim, Event
from plateward.oversight.detectors.thresholds import Thresholds
from plateward.policy.trace import enforces

EARLY = timedelta(hours=2)  # a search may precede its CAD record: a stop is run first and called in after
NEIGHBORS = 2  # characters by which a mistyped number differs
SHORTEST = 3  # characters of a number that is given without its year or day
NUMBER = re.compile(r"\b[A-Za-z]{0,4}\d[\w-]*\w")  # in a reason
WORKED_ON = timedelta(days=60)  # a plate in CAD explains a search without its number for so long


# How much of a search is unexplained: 0 is explained, 1 is not at all.
UNEXPLAINED = {
    Claim.CLOSED: 1.0,
    Claim.ELSEWHERE: 0.2,
    Claim.FOREIGN: 1.0,
    Claim.JOINT: 0.1,
    Claim.MISSING: 1.0,
    Claim.NOT_YET: 1.0,
    Claim.OPEN: 0.1,
    Claim.OPEN_WITHOUT_PLATE: 0.3,
    Claim.OTHER_PLATE: 1.0,
    Claim.OTHER_UNIT: 0.5,
    Claim.PLATE_NAMED: 0.0,
    Claim.UNJUDGED: 0.3,
    Claim.UNKNOWN: 1.0,
    Claim.WORKED: 0.3,
}
# Words that follow "the case number …".
CONTRADICTS = {
    Claim.CLOSED: "belongs to a case that was closed before",
    Claim.FOREIGN: "belongs to another unit's case with another plate",
    Claim.NOT_YET: "belongs to a case that CAD opened later",
    Claim.OTHER_PLATE: "belongs to a case with another plate",
    Claim.OTHER_UNIT: "belongs to another unit's case",
    Claim.UNKNOWN: "is unknown to CAD",
}
LIES = frozenset(CONTRADICTS)
CONFIRMED = frozenset({Claim.OPEN, Claim.OPEN_WITHOUT_PLATE, Claim.PLATE_NAMED})
# CAD names no plate, or could not be asked: it speaks neither for nor against anybody, so however many give such
# numbers, they are worth the same.
SILENT = frozenset({Claim.OPEN_WITHOUT_PLATE, Claim.UNJUDGED})


def bare(number: str) -> str:
    """A number as it is compared: letters and digits, in capitals."""
    return re.sub(r"[\W_]", "", number).upper()


def _end(number: str) -> str:
    """The last part of a number as it is written: of 26-000412, 000412."""
    return bare(re.split(r"[\W_]", number.strip())[-1])


def form_of(number: str) -> str:
    """What a bare number has in common with others of its system: where it has digits and where letters."""
    return re.sub(r"[A-Z]", "A", re.sub(r"\d", "9", number))


class CadBook:
    """All records of CAD; what lies ahead of a search is not used to judge it."""

    def __init__(self, records: Iterable[CadRecord], thresholds: Thresholds) -> None:
        # Of a number, one; or more if it was opened again, the latest last.
        self._by_number: dict[str, list[CadRecord]] = {}
        self._by_end: dict[str, list[CadRecord]] = defaultdict(list)  # what follows the year, day or letters
        self._by_plate: dict[str, list[CadRecord]] = defaultdict(list)
        self._units: set[str] = set()
        self._forms: set[str] = set()
        self._thresholds = thresholds
        for record in records:
            self.add(record)

    def add(self, record: CadRecord) -> None:
        """Take a record, or its newer state; one that was opened at another time is the case opened again."""
        number = bare(record.number)
        times = self._by_number.setdefault(number, [])
        for known in [known for known in times if known.opened_at == record.opened_at]:
            times.remove(known)
            self._by_end[_end(known.number)].remove(known)
            for plate in known.plates:
                self._by_plate[plate].remove(known)
        times.append(record)
        times.sort(key=lambda known: known.opened_at)
        self._by_end[_end(record.number)].append(record)
        self._units.add(bare(record.unit))
        self._forms.add(form_of(number))
        for plate in record.plates:
            self._by_plate[plate].append(record)

    def number_meant(self, event: Event) -> str:
        """The case number of a search: as it was given; in full, if CAD has it with its year or day only; from the
        reason, if the field is empty. Empty if there is none."""
        if event.case:
            given = bare(event.case)
            if given in self._by_number or len(given) < SHORTEST:
                return event.case
            begun = [record for record in self._by_end.get(given, ()) if record.opened_at - EARLY <= event.at]
            return max(begun, key=lambda record: record.opened_at).number if begun else event.case
        words = NUMBER.findall(event.reason)
        return next((word for word in words if bare(word) in self._by_number), "")

    @enforces("6.a.iii")
    def claim(self, event: Event, unit: str, theirs: frozenset[str] = frozenset()) -> Claim:
        """What the case number of this search is worth, for somebody of this unit. A case that names one of `theirs`,
        the plates of the person and their family, is their own affair: it explains no search without its number."""
        number = bare(event.case)
        record = self._record(number, event.at)
        claim = self._of_record(record, event, unit) if record else Claim.UNKNOWN
        if event.claim and claim is not Claim.PLATE_NAMED:
            claim = event.claim
        elif number and not self._by_number:
            return Claim.UNJUDGED
        if claim in {Claim.PLATE_NAMED, Claim.OPEN}:
            return claim
        related = [
            other
            for other in self._by_plate.get(event.plate, ())
            if self._works(other, event.at) and not other.plates & theirs
        ]
        if number and any(OSA.distance(number, bare(other.number)) <= NEIGHBORS for other in related):
            return Claim.PLATE_NAMED
        if not number:
            return Claim.ELSEWHERE if related else Claim.MISSING
        return claim

    def has_form(self, form: str) -> bool:
        """Whether CAD has a number of this form (`form_of`)."""
        return form in self._forms

    def kind_of(self, case: str) -> str:
        """What kind of case CAD says it is; empty if unknown."""
        records = self._by_number.get(bare(case))
        return records[0].kind if records else ""

    def unit_of(self, case: str) -> str:
        """Whose case CAD says it is; empty if unknown."""
        records = self._by_number.get(bare(case))
        return records[0].unit if records else ""

    def _record(self, number: str, at: datetime) -> CadRecord | None:
        """The record of this number at this time: before it was opened again, the earlier one."""
        records = self._by_number.get(number, [])
        begun = [record for record in records if record.opened_at - EARLY <= at]
        return begun[-1] if begun else next(iter(records), None)

    def _works(self, record: CadRecord, at: datetime) -> bool:
        """Whether the record can explain a search for its plate at this time."""
        if record.opened_at - EARLY > at:
            return False
        if record.closed_at is None or record.closed_at > at:
            return at - record.opened_at <= WORKED_ON
        return at - record.closed_at <= timedelta(days=self._thresholds.closed_plate_days)

    def _of_record(self, record: CadRecord, event: Event, unit: str) -> Claim:
        if record.opened_at - EARLY > event.at:
            return Claim.NOT_YET
        named = event.plate in record.plates
        days = self._thresholds.closed_plate_days if named else self._thresholds.closed_days
        if record.closed_at and event.at - record.closed_at > timedelta(days=days):
            return Claim.CLOSED
        if named:
            return Claim.PLATE_NAMED
        # A unit that CAD never names has no cases of its own: its people work on others'.
        other_unit = bool(record.unit) and bare(unit) != bare(record.unit) and bare(unit) in self._units
        if record.plates and event.plate:
            return Claim.FOREIGN if other_unit else Claim.OTHER_PLATE
        return Claim.OTHER_UNIT if other_unit else Claim.OPEN
