"""What CAD says of the case number that somebody gave for a plate."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from plateward.ground.policy.trace import enforces
from plateward.oversight.detectors.records import FORTNIGHT, CadRecord, LogEvent, NumberClaim

EARLY = timedelta(hours=2)  # a search may precede its CAD record: a stop is run first and called in after
STILL_WORKED_ON = FORTNIGHT  # after a case was closed
NUMBER = re.compile(r"\b[A-Za-z]{0,4}\d[\w-]*\w")  # in a reason

# Words that follow "the case number …".
CONTRADICTS = {
    NumberClaim.CLOSED: "belongs to a case that was closed before",
    NumberClaim.NOT_YET: "belongs to a case that CAD opened later",
    NumberClaim.OTHER_PLATE: "belongs to a case with another plate",
    NumberClaim.OTHER_UNIT: "belongs to another unit's case",
    NumberClaim.UNKNOWN: "is unknown to CAD",
}
CONFIRMED = frozenset({NumberClaim.OPEN, NumberClaim.PLATE_NAMED})
# What no case explains; CAD speaks neither for nor against what is in neither set.
UNEXPLAINED = frozenset(CONTRADICTS) | {NumberClaim.MISSING}
EXPLAINED = frozenset({NumberClaim.ELSEWHERE, NumberClaim.JOINT, NumberClaim.PLATE_NAMED})


def bare(number: str) -> str:
    """A number as it is compared: letters and digits, in capitals."""
    return re.sub(r"[\W_]", "", number).upper()


class CadBook:
    """All records of CAD; what lies ahead of a search is not used to judge it."""

    def __init__(self, records: Iterable[CadRecord]) -> None:
        newest = {(bare(record.number), record.opened_at): record for record in records}
        # Of a number, one; or more if it was opened again, the latest last.
        self._by_number: dict[str, list[CadRecord]] = defaultdict(list)
        self._by_plate: dict[str, list[CadRecord]] = defaultdict(list)
        for (number, _), record in sorted(newest.items()):
            self._by_number[number].append(record)
            for plate in record.plates:
                self._by_plate[plate].append(record)
        self._units = {bare(record.unit) for record in newest.values()}

    def number_meant(self, event: LogEvent) -> str:
        """The case number of a search; from the reason, if the field is empty. Empty if there is none."""
        words = [] if event.case else NUMBER.findall(event.reason)
        return next((word for word in words if bare(word) in self._by_number), event.case)

    @enforces("6.a.iii/worth")
    def claim(self, event: LogEvent, unit: str, theirs: frozenset[str] = frozenset()) -> NumberClaim:
        """What the case number of this search is worth, for somebody of this unit. A case that names one of `theirs`,
        the plates of the person and their family, is their own affair: it explains no search without its number."""
        number = bare(event.case)
        claim = self._of_number(number, event, unit)
        if event.claim and claim is not NumberClaim.PLATE_NAMED:
            claim = event.claim
        elif number and not self._by_number:
            return NumberClaim.UNJUDGED
        if claim in CONFIRMED:
            return claim
        of_plate = [record for record in self._by_plate.get(event.plate, ()) if not record.plates & theirs]
        if any(_has_begun(record, event.at) and not _is_over(record, event.at) for record in of_plate):
            return NumberClaim.ELSEWHERE
        return claim if number else NumberClaim.MISSING

    def _of_number(self, number: str, event: LogEvent, unit: str) -> NumberClaim:
        records = self._by_number.get(number, [])
        if not records:
            return NumberClaim.UNKNOWN
        begun = [record for record in records if _has_begun(record, event.at)]
        if not begun:
            return NumberClaim.NOT_YET
        record = begun[-1]
        if _is_over(record, event.at):
            return NumberClaim.CLOSED
        if event.plate in record.plates:
            return NumberClaim.PLATE_NAMED
        # A unit that CAD never names has no cases of its own: its people work on others'.
        if record.unit and bare(unit) != bare(record.unit) and bare(unit) in self._units:
            return NumberClaim.OTHER_UNIT
        return NumberClaim.OTHER_PLATE if record.plates and event.plate else NumberClaim.OPEN


def _has_begun(record: CadRecord, at: datetime) -> bool:
    return record.opened_at - EARLY <= at


def _is_over(record: CadRecord, at: datetime) -> bool:
    return record.closed_at is not None and at - record.closed_at > STILL_WORKED_ON
