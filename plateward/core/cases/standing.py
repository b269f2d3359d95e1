"""Whether a CAD or case number may be worked on: known, open, and a matter of the person's unit. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rapidfuzz.distance import OSA

from plateward.ground.links.cad import CadAnswer, CadOutcome
from plateward.ground.links.eido import NO_DESCRIPTION, IncidentDescription, IncidentStatus
from plateward.ground.matching.normalize import zeroed
from plateward.ground.policy.trace import enforces


class NumberStanding(StrEnum):
    """OPEN: open, with units that the person works with. UNASSIGNED: open, and CAD names no unit for it."""

    CLOSED = "closed"
    FOREIGN = "foreign"
    OPEN = "open"
    UNASSIGNED = "unassigned"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"


PART = 3  # characters of a plate, at least, that a witness saw
WORKABLE = frozenset({NumberStanding.OPEN, NumberStanding.UNASSIGNED})


@dataclass(frozen=True)
class NumberAnswer:
    """What CAD's answer means for this person; `detail` is a sentence for people; `plates`: of the vehicles that CAD
    names, `zeroed`; `about`: the incident's type, place and time."""

    standing: NumberStanding
    detail: str
    at: datetime
    plates: frozenset[str] = frozenset()
    about: IncidentDescription = NO_DESCRIPTION


@enforces("6.a.iii/known")
def judge_number(number: str, answer: CadAnswer, units: Collection[str] | None) -> NumberAnswer:
    """What CAD's answer about this number means for somebody who works with these `units`, named as CAD names what it
    assigns: by unit or by badge. None: with every unit."""

    def is_so(standing: NumberStanding, detail: str) -> NumberAnswer:
        incident = answer.incident
        named = frozenset(map(zeroed, incident.plates)) - {""} if incident else frozenset()
        return NumberAnswer(
            standing, detail, answer.at, named, incident.about if incident else NO_DESCRIPTION
        )

    if answer.outcome is CadOutcome.UNREACHABLE:
        return is_so(NumberStanding.UNREACHABLE, answer.detail)
    if answer.outcome is CadOutcome.UNKNOWN or answer.incident is None:
        return is_so(NumberStanding.UNKNOWN, answer.detail)
    if answer.incident.status is not IncidentStatus.OPEN:
        return is_so(NumberStanding.CLOSED, f"CAD says that {number} is {answer.incident.status.value}.")
    assigned = [unit.name for unit in answer.incident.units]
    if not assigned:
        return is_so(NumberStanding.UNASSIGNED, f"{number} is open, but CAD names no unit for it.")
    if units is None or {_bare(name) for name in assigned} & {_bare(name) for name in units}:
        return is_so(NumberStanding.OPEN, f"{number} is open.")
    return is_so(NumberStanding.FOREIGN, f"CAD has {', '.join(assigned[:5])} on {number}, not your unit.")


@enforces("6.a.iii/worth")
def names_plate(plates: Collection[str], plate: str) -> bool:
    """Whether CAD's plates have this one, both `zeroed`: as it is, as a part of it that a witness saw, or with one
    character misread."""
    return any(
        OSA.distance(plate, named, score_cutoff=1) <= 1
        or (min(len(plate), len(named)) >= PART and (plate in named or named in plate))
        for named in plates
    )


def _bare(name: str) -> str:
    """A unit's name as it is compared: "Unit 12", "UNIT-12" and "unit12" are one."""
    return "".join(character for character in name.casefold() if character.isalnum())
