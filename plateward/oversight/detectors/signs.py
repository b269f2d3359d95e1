"""What speaks for and against one search, judged once for all detectors."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from plateward.oversight.detectors.cad_book import LIES, SILENT, UNEXPLAINED, CadBook
from plateward.oversight.detectors.matters import Matters
from plateward.oversight.detectors.rates import Rates
from plateward.oversight.detectors.records import Claim, Event, EventKind, Person
from plateward.oversight.detectors.roster import Roster
from plateward.oversight.detectors.thresholds import Thresholds
from plateward.oversight.detectors.usual import ALIKE, Usual
from plateward.reasons.barred import Ground, barred_ground
from plateward.reasons.rules import Part, judge_reason
from plateward.reasons.text import plain

SAMPLED = 25  # of so many explained reasons one is judged, to know how vague they usually are
CIVIL_TRAFFIC = "SB40.use"  # the clause of a ground
MINOR = 0.05  # a search less unexplained than that is explained


class Wording(StrEnum):
    """What a reason is worth. UNTIED: it says what happened, but not why this plate. VAGUE: it says nothing."""

    GOOD = "good"
    UNTIED = "untied"
    VAGUE = "vague"


@dataclass(frozen=True, slots=True)
class Reading:
    """An event with its signs. `weight`: how much of a search is unexplained, 0 for anything else; `base` without what
    its reason and time add. `off_shift`: None if nothing says; `known_from`: as of the roster. `wording`, `barred` are
    judged only where `base` says that it matters. `is_retry`: the same search was made minutes ago."""

    event: Event
    claim: Claim = Claim.UNJUDGED
    base: float = 0.0
    weight: float = 0.0
    off_shift: bool | None = None
    wording: Wording = Wording.GOOD
    barred: bool = False
    is_retry: bool = False
    known_from: str = ""

    @property
    def is_unexplained(self) -> bool:
        return self.base >= 0.3

    @property
    def is_unfounded(self) -> bool:
        """Whether it has no case number, or one that CAD was heard on and that does not fit."""
        return self.is_unexplained and self.claim not in SILENT

    @property
    def is_vague(self) -> bool:
        return self.wording is Wording.VAGUE

    @property
    def is_loose(self) -> bool:
        """Whether the reason does not say why this plate, whatever else it says."""
        return self.wording is not Wording.GOOD

    @property
    def is_lie(self) -> bool:
        return self.claim in LIES and self.is_unexplained


class Signs:
    """Reads events in order of time."""

    def __init__(
        self, people: Mapping[str, Person], roster: Roster, cad: CadBook, thresholds: Thresholds
    ) -> None:
        self.people, self.roster, self.cad, self.thresholds = people, roster, cad, thresholds
        self.rates = Rates()
        self._matters = Matters(cad)
        self._usual = Usual(thresholds.repeat_days, int(thresholds.few_plates))
        self._lately: OrderedDict[tuple[str, str], datetime] = OrderedDict()
        self._traffic: set[str] = set()  # people with reasons of civil traffic enforcement
        self._searches = 0

    def read(self, event: Event) -> Reading:
        """The event with its signs, which from now on count among those of its person's colleagues."""
        off_shift = self.roster.is_off(
            event.person, event.at, timedelta(minutes=self.thresholds.overtime_minutes)
        )
        if event.kind is EventKind.VIEW:
            self._matters.view(event)
        if event.kind is not EventKind.SEARCH or not event.plate:
            return Reading(event, off_shift=off_shift, known_from=self.roster.known_from)
        person, event = self.person(event.person), replace(event, case=self.cad.number_meant(event))
        theirs = person.own_plates | person.family_plates
        claim = self._matters.claim(event, self.cad.claim(event, person.unit, theirs), person)
        worth = 1.0 if claim in SILENT else self._worth(person, claim, "claim")
        base = UNEXPLAINED[claim] * worth
        wording, barred = self._reason(event, person, base)
        extra = 0.0
        if base > MINOR:
            extra += self._wording_weight(wording) * self._worth(person, wording, "reason")
            extra += (
                self.thresholds.off_shift_weight
                * (bool(off_shift) and not self.roster.known_from)  # what is inferred accuses nobody alone
                * self._worth(person, "off shift", "roster")
            )
            extra += self.thresholds.barred_weight * barred
        is_retry = self._is_retry(event)
        weight = base * (1 + extra) * (0.5 if is_retry else 1)
        reading = Reading(
            event, claim, base, weight, off_shift, wording, barred, is_retry, self.roster.known_from
        )
        self._count(person, reading)
        self._usual.hear(person, event.at, claim, event.plate, weight if weight > MINOR else 0.0)
        return reading

    def person(self, key: str) -> Person:
        """Who that is, as far as is known."""
        return self.people.get(key, Person(key))

    def careless(self, subject: str, sign: str, judged: str) -> float:
        """How often a careless colleague's searches have this sign."""
        rate = self.rates.usual(self.person(subject), sign, judged)
        return min(rate * self.thresholds.habit_factor, rate + self.thresholds.habit_more)

    def excess(self, searches: Sequence[Reading], *, few: bool = False) -> float:
        """What a person's searches for one plate, or for a few, weigh more than colleagues' as a rule."""
        last = searches[-1].event
        weights = ((item.claim, item.weight) for item in searches)
        return self._usual.excess(self.person(last.person), last.at, weights, few=few)

    def _worth(self, person: Person, sign: str, judged: str) -> float:
        return self.rates.worth(person, sign, judged, self.thresholds)

    def _wording_weight(self, wording: Wording) -> float:
        weights = {Wording.UNTIED: self.thresholds.untied_weight, Wording.VAGUE: self.thresholds.vague_weight}
        return weights.get(wording, 0.0)

    def _reason(self, event: Event, person: Person, base: float) -> tuple[Wording, bool]:
        self._searches += 1
        is_sample = self._searches % SAMPLED == 0
        if base <= MINOR and not is_sample:
            return Wording.GOOD, False
        wording, ground = _judged(event.reason or event.purpose, event.case)
        barred = ground is not None and not self._is_usual(ground, event.person)
        if is_sample:
            self.rates.add(person, "reason", [wording])
        return wording, barred

    def _is_usual(self, ground: Ground, person: str) -> bool:
        """Whether three others gave reasons of civil traffic enforcement, by whom the practice is known. What aims at
        people for who they are or what they believe is a finding however many do it."""
        if ground.clause != CIVIL_TRAFFIC:
            return False
        others = self._traffic - {person}
        self._traffic.add(person)
        return len(others) >= ALIKE

    def _is_retry(self, event: Event) -> bool:
        key, retry = (event.person, event.plate), timedelta(minutes=self.thresholds.retry_minutes)
        before = self._lately.pop(key, None)
        self._lately[key] = event.at
        while next(iter(self._lately.values())) < event.at - retry:
            self._lately.popitem(last=False)
        return before is not None and abs(event.at - before) <= retry

    def _count(self, person: Person, reading: Reading) -> None:
        signs: list[str] = [reading.claim]
        if reading.is_unexplained:
            signs += ["unfounded"] * reading.is_unfounded + ["lie"] * reading.is_lie
            signs += ["unexplained vague"] * reading.is_vague + ["unexplained loose"] * reading.is_loose
        self.rates.add(person, "claim", signs)
        if reading.off_shift is not None:
            off = ["off shift"] * reading.off_shift
            both = ["unexplained off shift"] * (reading.off_shift and reading.is_unexplained)
            self.rates.add(person, "roster", off + both)


@lru_cache(maxsize=50_000)
def _judged(reason: str, case: str) -> tuple[Wording, Ground | None]:
    """What the reason is worth; and the ground that it points to, if ordinary cases do not have its words, too."""
    judgment = judge_reason(reason, case_number=case)
    wording = Wording.GOOD if judgment.accepted else Wording.VAGUE
    if judgment.missing == (Part.TIE,):
        wording = Wording.UNTIED
    return wording, barred_ground(plain(reason)) if judgment.barred else None
