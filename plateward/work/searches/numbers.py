"""What CAD says of a search's number, at once or later, and what is odd about the search."""

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import DONE_MEANWHILE, act
from plateward.core.cases.asking_again import ask_again
from plateward.core.cases.cad import client
from plateward.core.cases.rules import flaw
from plateward.core.cases.standing import WORKABLE, NumberAnswer, NumberStanding, judge_number, names_plate
from plateward.ground import clock
from plateward.ground.matching.normalize import zeroed
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.judging import judge
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.work.searches import marking, records, routing
from plateward.work.searches.models import Mark, NumberCheck, Search
from plateward.work.searches.query import SearchQuery
from plateward.work.searches.scope import units_of


def ask_cad(person: Person, number: str) -> NumberAnswer | None:
    """What CAD says of the number for this person. It may take seconds: call it outside any transaction. None, and
    nothing is sent, if it is no number."""
    return None if flaw(number) else judge_number(number, client().look_up(number), units_of(person))


def names_all(query: SearchQuery, answer: NumberAnswer) -> bool | None:
    """Whether CAD names all plates of the search; None: it did not answer, or there is no plate."""
    if answer.standing is NumberStanding.UNREACHABLE or not query.plates:
        return None
    return all(names_plate(answer.plates, zeroed(plate)) for plate in query.plates)


def grounds_of(search: Search, answer: NumberAnswer) -> marking.Grounds:
    """What is compared of it, stored or not yet."""
    return marking.Grounds(
        purpose=search.purpose,
        offense=search.offense or "",
        tie=search.tie or "",
        text=search.reason,
        judgment=judge(search.reason),
        incident=answer.about.kind,
        named=names_all(search.query, answer),
        others=[other.families for other in records.others_in_case(search.number, search.pk or 0)],
    )


def keep_number_check(search: Search, answer: NumberAnswer) -> None:
    """Keep what CAD said, and which of the plates it names. A number that could not be checked, or names no unit, is
    flagged to the supervisor."""
    NumberCheck.objects.create(
        search=search,
        standing=answer.standing.value,
        detail=answer.detail[:400],
        vehicles=len(answer.plates),
        named=" ".join(
            plate for plate in map(zeroed, search.query.plates) if names_plate(answer.plates, plate)
        ),
        kind=answer.about.kind,
        place=answer.about.place,
        since=answer.about.since,
        at=answer.at,
    )
    if answer.standing is not NumberStanding.OPEN:
        text = f"Flagged: {search} of {search.person} in {search.number}. {answer.detail}"
        routing.flag(search, text)


@enforces("6.e.vi/generic", "6.a.ii.2/found")
def keep_marks(search: Search, grounds: marking.Grounds) -> list[marking.Mark]:
    """Keep what is odd about it, each once; a supervisor looks at it the same day. Returns what is new."""
    known = set(search.marks.values_list("kind", flat=True))
    marks = [mark for mark in marking.marks_of(grounds) if mark not in known]
    Mark.objects.bulk_create(Mark(search=search, kind=mark, at=clock.now()) for mark in marks)
    return marks


@enforces("6.a.iii/outage", "6.e.vi/number")
def settle_numbers() -> int:
    """Ask CAD about each number that it gave no answer for. Returns how many are settled."""
    answered = NumberCheck.objects.exclude(standing=NumberStanding.UNREACHABLE).values("search")
    open_ones = Search.objects.filter(checks__standing=NumberStanding.UNREACHABLE).exclude(pk__in=answered)

    def ask(search: Search) -> NumberAnswer | None:
        answer = ask_cad(search.person, search.number)
        return None if answer is None or answer.standing is NumberStanding.UNREACHABLE else answer

    return ask_again(open_ones.select_related("person"), ask, _settle)


def _settle(unsettled: Search, answer: NumberAnswer) -> bool:
    with act(HUB, Event.SEARCH_CHECK, f"search:{unsettled.pk}") as entry:
        search = records.lock_search(unsettled.pk)
        if records.facts_of(search).number is not NumberStanding.UNREACHABLE:
            entry.note(passed=DONE_MEANWHILE)
            return False
        keep_number_check(search, answer)
        marks = keep_marks(search, grounds_of(search, answer))
        entry.note(number=search.number, standing=answer.standing.value, marks=marks)
        if answer.standing not in WORKABLE:
            text = f"Your {search}: {answer.detail} Its results are closed (clause 6.a.iii)."
            notify([search.person], Kind.SEARCH_FLAG, text, search)
    return True
