"""Whose plates somebody searches, and how often the same."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

from plateward.ground.policy.trace import enforces
from plateward.oversight.detectors.cad_book import bare
from plateward.oversight.detectors.detector import Found, detector
from plateward.oversight.detectors.history import History, Use
from plateward.oversight.detectors.records import DAY, Account, EventKind, NumberClaim, Suspicion
from plateward.oversight.detectors.usual import Peaks
from plateward.oversight.detectors.wording import claim_words, claims_of, day_of, reasons_of

LOOKS = {EventKind.SEARCH: "Searched", EventKind.VIEW: "Viewed", EventKind.EXPORT: "Exported"}
SILENT = 1 / 8  # of a search, if CAD says nothing of its number
HOUSEHOLD = 3  # plates
ACTION = DAY  # within which police action is expected to be on record


@detector("personal plate", "6.a.ii.3")
@enforces("6.a.ii.3/found")
def personal_plate(history: History) -> Found:
    """Somebody looks at or exports their own plate or one of their family, whatever the case; or searches a
    colleague's, or one of a colleague's family, that no case explains, or exports it."""
    owners = _owners(history)
    for use in history.of(*LOOKS):
        event = use.event
        if not (known := owners.get(event.plate)):
            continue
        owner = next((person for person in known if person.id == event.person), known[0])
        is_theirs = event.plate in owner.own_plates
        if owner.id == event.person:
            yield _use_of(use, "their own plate" if is_theirs else "a family member's plate")
        elif event.kind is EventKind.EXPORT or (use.is_search and not use.explained):
            whose = (
                f"the plate of a colleague, {owner.label}"
                if is_theirs
                else f"a plate of {owner.label}'s family"
            )
            yield _use_of(use, whose, frozenset({owner.id}))


@detector("personal entry", "6.a.ii.3")
@enforces("6.a.ii.3/found")
def personal_entry(history: History) -> Found:
    """A requested hot list entry is approved for a vehicle of one of the agency's people or of their family."""
    owners = _owners(history)
    for use in history.of(EventKind.LISTING):
        event = use.event
        if known := owners.get(event.plate):
            whose = f"a vehicle of {' and '.join(person.label for person in known)} or their family"
            approver = history.person(event.person).label
            sentence = f"Had {whose}, {event.plate}, put on a hot list; {approver} approved it."
            involved = frozenset({event.person, *(person.id for person in known)})
            yield Suspicion(event.at, event.to, sentence, event.plate, involved - {event.to})


def _owners(history: History) -> dict[str, list[Account]]:
    """Whose each plate is, or their family's."""
    owners: dict[str, list[Account]] = defaultdict(list)
    for person in history.people.values():
        for plate in person.own_plates | person.family_plates:
            owners[plate].append(person)
    return owners


def _use_of(use: Use, whose: str, implicated: frozenset[str] = frozenset()) -> Suspicion:
    event = use.event
    case = f"case {event.case}" if event.case else "no case number"
    reason = f"reason “{event.reason or event.purpose}”" if event.reason or event.purpose else "no reason"
    known = claim_words(use.claim) if use.is_search and event.case else ""
    sentence = (
        f"{LOOKS[event.kind]} {whose}, {event.plate}. Given: {reason[:80]}, {case}{known and f', {known}'}."
    )
    return Suspicion(event.at, event.person, sentence, event.plate, implicated)


@detector("repeated plate", "6.a.ii.2")
@enforces("6.a.ii.2/found")
def repeated_plate(history: History, *, searches: float = 4, days: float = 60) -> Found:
    """One plate is searched {searches} times within {days} days, or two or three plates, such as a household's, once
    more for each further one: twice as often as colleagues come back to plates, and no case explains it (searches
    under an open case for which CAD names no plate count one in eight, and in full while no police action follows)."""
    counted: list[tuple[Use, float]] = []
    many: list[tuple[list[Use], float]] = []
    for same in _same_plates(history, timedelta(days=days)):
        weight = _weight(same)
        counted.append((same[-1], weight))
        many += [(same, weight)] if weight >= searches else []
    peaks = Peaks(history, counted)
    for same, weight in many:
        use = same[-1]
        if not peaks.exceeds(use, weight):
            continue
        plates = sorted({each.event.plate for each in same})
        named = f"plate {plates[0]}" if len(plates) == 1 else f"{len(plates)} plates ({', '.join(plates)})"
        first, last = same[0].event.at, use.event.at
        sentence = (
            f"Searched {named} {len(same)} times from {day_of(first)} to {day_of(last)} {_numbers(same)}. "
            f"{_reasons(same)}"
        )
        yield Suspicion(last, use.event.person, sentence, plates[0] if len(plates) == 1 else "")


def _same_plates(history: History, span: timedelta) -> Iterator[list[Use]]:
    """At each search that no case explains, the person's of this plate; and, if it is one of the plates that they come
    back to most, of these."""

    def keep(use: Use) -> bool:
        return use.is_search and bool(use.event.plate) and not use.again and not use.explained

    for recent in history.recent(span, keep):
        plate = recent[-1].event.plate
        most = Counter(use.event.plate for use in recent).most_common(HOUSEHOLD)
        yield [use for use in recent if use.event.plate == plate]
        if len(most) > 1 and plate in dict(most):
            yield [use for use in recent if use.event.plate in dict(most)]


def _weight(same: list[Use]) -> float:
    """How many searches they count as. What followed a search is known a day later."""
    now = same[-1].event.at
    is_futile = not any(use.event.action_later for use in same)
    whole = sum(
        use.unexplained or (is_futile and use.event.action_later is False and use.event.at + ACTION <= now)
        for use in same
    )
    further = len({use.event.plate for use in same}) - 1
    return whole + SILENT * (len(same) - whole) - further


def _reasons(uses: list[Use]) -> str:
    parts = [reasons_of([use.event for use in uses])]
    if off := sum(use.off_shift is True for use in uses):
        parts.append(f"Outside shifts: {off}.")
    if all(use.event.action_later is False for use in uses[:-1]):
        parts.append("No police action is on record after any before the last.")
    return " ".join([*parts, claims_of(use.claim for use in uses)]).strip()


def _numbers(uses: list[Use]) -> str:
    """Under what numbers, and what CAD says of them: no more than is known."""
    numbered = [use for use in uses if use.event.case]
    if not numbered:
        return "without a case number"
    number = len({bare(use.event.case) for use in numbered})
    under = f"under {number} case numbers" if number > 1 else "under one case number"
    if len(numbered) < len(uses):
        under = f"partly {under}"
    checked = any(use.claim is not NumberClaim.UNJUDGED for use in numbered)
    return f"{under}; CAD named no current case with it" if checked else f"{under}, not checked with CAD"
