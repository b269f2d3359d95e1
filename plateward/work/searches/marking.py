"""What is odd about a search: its purpose, offense, tie and sentence, compared with one another and with CAD's record.
It is marked for the supervisor's look the same day; where it is gross, a second person is asked first. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from plateward.ground.labeled import Labeled
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.judging import Judgment
from plateward.ground.reasons.offenses import OFFENSES
from plateward.ground.reasons.purposes import PURPOSES, is_urgent
from plateward.ground.reasons.words import families_in
from plateward.work.searches.offenses import Tie, families_of, incident_families

PERSONAL = frozenset({"missing", "family"})  # what somebody may report who only wants to find a person


class Mark(Labeled):
    """Why a search is marked."""

    THIN = "thin", "The sentence says little about this case."
    ODD = "odd", "Some of the sentence is not words."
    TEXT = "text", "The sentence describes a different offense or event than the one chosen."
    PURPOSE = "purpose", "The purpose is for another kind of offense or event."
    INCIDENT = "incident", "CAD has a different type of incident."
    UNNAMED = "unnamed", "“Named in the case record”, but CAD does not name this plate."
    RELATED = "related", "A missing person or a family matter, and CAD does not name this plate."
    STORIES = "stories", "Other searches in this case are for another offense or event."


@dataclass(frozen=True)
class Grounds:
    """What a search rests on, as far as is known. `offense` and `tie` may be empty. `incident`: CAD's type. `named`:
    whether CAD names all plates; None: not known, or no plate. `others`: the families of each other search in the
    case."""

    purpose: str
    offense: str
    tie: str
    text: str
    judgment: Judgment
    incident: str = ""
    named: bool | None = None
    others: Collection[frozenset[str]] = ()

    @property
    def families(self) -> frozenset[str]:
        return families_of(self.offense, self.text)


@enforces("6.e.vi/generic", "6.a.ii.2/found")
def marks_of(grounds: Grounds) -> list[Mark]:
    """Everything odd about it."""
    told, judgment = families_in(grounds.text), grounds.judgment
    chosen = OFFENSES[grounds.offense].families if grounds.offense in OFFENSES else frozenset()
    fact = bool(grounds.offense and (grounds.tie or grounds.named))
    personal = PERSONAL & (grounds.families | told | incident_families(grounds.incident))
    holds = {
        # With its offense and its tie as facts, a short sentence is enough.
        Mark.THIN: judgment.marked and not judgment.odd and not (fact and told),
        Mark.ODD: judgment.odd,
        Mark.TEXT: _differ(chosen, told),
        Mark.PURPOSE: purpose_differs(grounds),
        Mark.INCIDENT: incident_differs(grounds),
        Mark.UNNAMED: grounds.tie == Tie.NAMED and grounds.named is False,
        Mark.RELATED: bool(personal) and grounds.named is False,
        Mark.STORIES: any(_differ(grounds.families, other) for other in grounds.others),
    }
    return [mark for mark, applies in holds.items() if applies]


@enforces("6.a.ii.2/brake", "6.e.vi/generic")
def is_gross(grounds: Grounds, *, from_place: bool) -> bool:
    """Whether a second person is asked first: what a purpose or a place opens is used for another kind of case."""
    return (from_place or is_urgent(grounds.purpose)) and (
        purpose_differs(grounds) or incident_differs(grounds)
    )


def purpose_differs(grounds: Grounds) -> bool:
    """Whether the purpose is for another kind of offense or event."""
    purpose = PURPOSES.get(grounds.purpose)
    return _differ(purpose.families if purpose else frozenset(), grounds.families)


def incident_differs(grounds: Grounds) -> bool:
    """Whether CAD has a different type of incident."""
    return _differ(grounds.families, incident_families(grounds.incident))


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and not one & other)
