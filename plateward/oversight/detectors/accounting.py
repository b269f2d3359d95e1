"""How somebody accounts for searches, whatever the plates."""

from collections import defaultdict

from plateward.ground.policy.trace import enforces
from plateward.oversight.detectors.cad_book import bare
from plateward.oversight.detectors.detector import QUIET, Found, detector
from plateward.oversight.detectors.history import History, Use
from plateward.oversight.detectors.records import DAY, MONTH, EventKind, Suspicion
from plateward.oversight.detectors.usual import Peaks, frequent
from plateward.oversight.detectors.wording import claims_of, day_of, quoted, reasons_of


@detector("vague reasons", "6.e.vi")
@enforces("6.e.vi/generic", "6.a.ii.2/found")
def vague_reasons(history: History, *, searches: float = 5) -> Found:
    """At least {searches} searches within a month have reasons that say nothing, or are marked as thin or odd: far more
    of a person's searches than of colleagues'."""
    for uses in frequent(history, lambda use: use.vague, int(searches)):
        yield _counted(uses, f"Gave reasons that say nothing, or too little, for {len(uses)} searches")


@detector("no valid case number", "6.a.iii")
@enforces("6.a.iii/worth", "6.a.ii.2/found")
def no_valid_number(history: History, *, searches: float = 5) -> Found:
    """At least {searches} searches within a month have no case number or one that does not fit: far more of a person's
    searches than of colleagues'; or twice that many in a week, and twice as many as colleagues make."""

    def new(use: Use) -> bool:
        return use.is_search and use.first and not use.again and use.unexplained

    weeks = list(history.recent(7 * DAY, new))
    peaks = Peaks(history, ((uses[-1], len(uses)) for uses in weeks))
    many = [
        uses
        for uses in weeks
        if history.learned(uses[-1].event.at)
        and len(uses) >= 2 * searches
        and peaks.exceeds(uses[-1], len(uses))
    ]
    for uses in [*frequent(history, lambda use: use.unexplained, int(searches)), *many]:
        yield _counted(uses, f"Made {len(uses)} searches without a case number that fits")


@detector("off-shift", "6.a.ii.3")
@enforces("6.a.ii.3/found")
def off_shift(history: History, *, searches: float = 8) -> Found:
    """At least {searches} searches within a month are outside the person's shifts and no case explains them: far more
    of a person's searches than of colleagues'."""
    for uses in frequent(history, lambda use: use.off_shift is True and not use.explained, int(searches)):
        yield _counted(uses, f"Made {len(uses)} searches outside any shift", history.roster.known_from)


@detector("barred purpose", "SB40.use")
@enforces("SB40.use/surveillance", "SB40.use/traffic", "SB40.share/words")
def barred_purpose(history: History, *, searches: float = 2) -> Found:
    """At least {searches} searches within a month have reasons that point to a purpose barred by law, and no case
    explains them: twice as many as colleagues'."""
    counted = list(history.recent(MONTH, lambda use: use.worth.barred is not None and not use.explained))
    peaks = Peaks(history, ((uses[-1], len(uses)) for uses in counted))
    for uses in counted:
        event, number = uses[-1].event, len(uses)
        if number >= searches and peaks.exceeds(uses[-1], number):
            reason = quoted(event.reason or event.purpose)
            sentence = (
                f"Gave a reason that points to a purpose barred by law, {reason}, for {number} searches."
            )
            yield Suspicion(event.at, event.person, sentence)


@detector("reason reuse", "6.e.vi")
@enforces("6.e.vi/generic")
def reason_reuse(history: History, *, searches: float = 8) -> Found:
    """One reason, word for word, serves {searches} searches within 60 days, in as many cases or of as many plates; no
    case explains them, and at most one other person uses it."""
    users: dict[str, set[str]] = defaultdict(set)
    given: dict[tuple[str, str], dict[str, Use]] = defaultdict(dict)
    for use in history.of(EventKind.SEARCH):
        event = use.event
        reason = " ".join((event.reason or event.purpose).casefold().split())
        users[reason].add(event.person)
        if not reason or not event.plate or use.explained:
            continue
        searched = given[event.person, reason]
        searched[bare(event.case) or event.plate] = use  # in one case, one reason may serve many plates
        recent = [each for each in searched.values() if each.event.at > event.at - QUIET]
        # The plates of one search come at one moment, and have one reason of necessity.
        if len({each.event.at for each in recent}) >= searches and len(users[reason]) <= 2:
            said = quoted(event.reason or event.purpose)
            sentence = f"Gave the same reason, {said}, for {len(recent)} searches."
            known = claims_of(each.claim for each in recent)
            yield Suspicion(event.at, event.person, f"{sentence} {known}".strip(), topic=reason)


@detector("contradictory stories", "6.a.ii.2")
@enforces("6.a.ii.2/found", "6.e.vi/reason")
def contradictory_stories(history: History, *, stories: float = 4) -> Found:
    """A person's searches under one case number tell of {stories} different kinds of crime or event, twice as many as
    colleagues' in one case."""
    told: dict[tuple[str, str], dict[str, str]] = defaultdict(
        dict
    )  # by person and number: kinds, the first reason
    counted: list[tuple[Use, dict[str, str]]] = []
    for use in history.of(EventKind.SEARCH):
        event = use.event
        if number := bare(event.case):
            kinds = dict.fromkeys(use.worth.kinds, event.reason) | told[event.person, number]
            told[event.person, number] = kinds
            counted.append((use, kinds))
    peaks = Peaks(history, ((use, len(kinds)) for use, kinds in counted))
    for use, kinds in counted:
        event = use.event
        if len(kinds) >= stories and peaks.exceeds(use, len(kinds)):
            named = "; ".join(map(quoted, dict.fromkeys(kinds.values())))
            sentence = f"Gave {len(kinds)} stories that do not fit together for searches in case {event.case}: {named}."
            yield Suspicion(event.at, event.person, sentence, topic=bare(event.case))


def _counted(uses: list[Use], did: str, known_from: str = "") -> Suspicion:
    last = uses[-1].event
    parts = [f"{did} since {day_of(uses[0].event.at)}.", reasons_of([use.event for use in uses])]
    if known_from:
        parts.append(f"No roster is kept: shifts are known from {known_from}.")
    parts.append(claims_of(use.claim for use in uses))
    return Suspicion(last.at, last.person, " ".join(filter(None, parts)))
