"""How much somebody searches and exports, against what is usual for them and for their unit."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from plateward.ground.policy.trace import enforces
from plateward.oversight.detectors.cad_book import CONFIRMED, bare
from plateward.oversight.detectors.detector import Found, detector
from plateward.oversight.detectors.history import History, Use
from plateward.oversight.detectors.records import (
    DAY,
    FORTNIGHT,
    HOUR,
    Account,
    EventKind,
    LogEvent,
    Suspicion,
)
from plateward.oversight.detectors.usual import TIMES, Peaks

LEAVING = re.compile(
    r"\b(leav(e|es|ing)\b(?! of)|left\b|resign|separat|terminat|retire|last day|depart(?!ment)|offboard|"
    r"(disabl|deactivat|remov|revok|end)\w* (the )?(account|access))",
    re.IGNORECASE,
)


@detector("volume", "6.a.ii.2")
@enforces("6.a.ii.2/group")
def volume(history: History, *, hourly: float = 15, daily: float = 20) -> Found:
    """At least {hourly} searches within an hour, or {daily} within 24 hours: twice as many as in the busiest hour or
    day that is usual in the unit, and in the person's own on most of their days."""
    for span, least, said in ((HOUR, hourly, "an hour"), (DAY, daily, "24 hours")):
        made = [
            (recent[-1], len(recent))
            for recent in history.recent(span, lambda use: use.is_search and use.first)
        ]
        peaks = Peaks(history, made)
        for use, number in made:
            usual = peaks.own_or_usual(use)
            if number >= max(least, TIMES * usual) and history.learned(use.event.at):
                most = f"the usual most, their own or the unit's, is {usual:.0f}"
                sentence = f"Made {number} searches within {said}; {most}."
                yield Suspicion(use.event.at, use.event.person, sentence)


@detector("bulk export", "6.j.i")
@enforces("6.a.ii.2/group", "6.j.i/shared")
def bulk_export(history: History, *, results: float = 300, exports: float = 5) -> Found:
    """At least {results} results, or {exports} exports, leave within 24 hours: twice as many as in the busiest day
    that is usual in the unit, and in the person's own on most of their days (exports for one case that CAD confirms
    count as one)."""
    counted = list(history.recent(DAY, lambda use: use.event.kind is EventKind.EXPORT))
    sizes = [(uses[-1], sum(use.event.results or 0 for use in uses)) for uses in counted]
    numbers = [(uses[-1], _number(history, uses)) for uses in counted]
    usual_size, usual_number = Peaks(history, sizes), Peaks(history, numbers)
    for (use, rows), (_, number), uses in zip(sizes, numbers, counted, strict=True):
        usual = usual_size.own_or_usual(use)
        is_many = number >= max(exports, TIMES * usual_number.own_or_usual(use))
        if is_many or rows >= max(results, TIMES * usual):
            size = f", {rows:,.0f} results in all" if rows else ""
            sentence = f"Exported {len(uses)} time{'s' * (len(uses) != 1)} within 24 hours{size}"
            yield Suspicion(
                use.event.at, use.event.person, f"{sentence}; usual are {usual:,.0f} results or fewer."
            )


def _number(history: History, uses: Iterable[Use]) -> int:
    def of_case(event: LogEvent) -> bool:
        return bool(event.case) and history.cad.claim(event, history.person(event.person).unit) in CONFIRMED

    return len({bare(use.event.case) if of_case(use.event) else id(use) for use in uses})


@detector("before leaving", "6.a.ii.2")
@enforces("6.a.ii.2/group")
def before_leaving(history: History, *, acts: float = 5) -> Found:
    """At least {acts} exports or searches that no case explains, within two weeks before or after somebody's leaving
    is on record: twice as many as in the two weeks before these."""
    left: dict[str, datetime] = {}
    for use in history.of(EventKind.CONFIGURATION):
        for person in leavers(use.event, history.people):
            left.setdefault(person, use.event.at)
    for person, at in left.items():
        made = [
            use.event.at
            for use in history.by_person[person]
            if use.event.kind is EventKind.EXPORT or (use.is_search and not use.explained)
        ]
        for end in [at, *(each for each in made if at < each <= at + FORTNIGHT)]:
            late = sum(end - FORTNIGHT < each <= end for each in made)
            before = sum(end - 2 * FORTNIGHT < each <= end - FORTNIGHT for each in made)
            if late >= max(acts, TIMES * before) and history.learned(end - FORTNIGHT):
                sentence = (
                    f"Made {late} exports, or searches that no case is known to explain, within two weeks, while it is "
                    f"on record that they leave; in the two weeks before, {before}."
                )
                yield Suspicion(end, person, sentence)


def leavers(event: LogEvent, people: Mapping[str, Account]) -> list[str]:
    """Whom this event records as leaving or without access from now on: named in `to` or `what`; otherwise whoever made
    it. Empty if it records no such thing."""
    if not LEAVING.search(event.what):
        return []
    words = {event.to, event.what, *re.findall(r"[\w.@-]+", event.what)}
    named = [person.id for person in people.values() if {person.id, person.name or person.id} & words]
    return named or [event.person]
