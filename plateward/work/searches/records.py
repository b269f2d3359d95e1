"""What earlier searches tell about a new one, and what a search's state follows from."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from textwrap import shorten

from django.conf import settings
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from plateward.core.audit.records.gate import as_recorded
from plateward.core.cases.rules import bare
from plateward.core.cases.standing import NumberStanding
from plateward.field.hotlists.protected.models import Vehicle
from plateward.ground import clock
from plateward.ground.matching.normalize import zeroed
from plateward.ground.matching.partial import folded_pattern, is_partial
from plateward.ground.policy.decision import Decision, Refusal, Refused
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.judging import EarlierReason
from plateward.people.models import Person
from plateward.work.searches.models import (
    BARE_NUMBER,
    GivenAs,
    Mark,
    MarkStep,
    Search,
    SearchDecision,
    StoppedDecision,
    StoppedRequest,
)
from plateward.work.searches.overlap import Sought, may_be_same
from plateward.work.searches.query import SearchQuery
from plateward.work.searches.rules import REPEATS_WITHIN, EarlierSearch, SearchFacts, SearchState, state_of

MOST_REASONS = 200  # earlier reasons that a new one is compared with
MARKED_FOR = timedelta(days=90)
CASES, CASES_AMONG = 5, 50  # recent cases that the page offers, from so many searches


@enforces("6.a.ii.2/found", "6.i.i/aes")
def plate_mark(plate: str) -> str:
    """By what the audit log tells the plates of searches apart, look-alikes as the same: a part of a digest, with which
    nobody without the key ring can test guesses."""
    return _digest(folded_pattern(plate))[:16]


@enforces("6.a.ii.2/place")
def vehicle_digest(plate: str) -> str:
    """A read plate as a digest, by which a search from a place shows it or not: B and 8 are two vehicles here."""
    return _digest(f"vehicle {zeroed(plate)}")


def _digest(text: str) -> str:
    return hmac.new(settings.RING.key("searched plates"), text.encode(), hashlib.sha256).hexdigest()


@enforces("6.a.ii.2/brake")
def earlier_searches(person: Person, number: str) -> list[EarlierSearch]:
    """What counts for a new search of this person in this case, within a year: their own searches, and everybody's in
    the case. Also those that were refused or withdrawn, so that asking alone leaves a trace."""
    searches = Search.objects.alias(bare_number=BARE_NUMBER).prefetch_related("unmaskings")
    rows = searches.filter(
        Q(person=person) | Q(bare_number=bare(number)), at__gt=clock.now() - REPEATS_WITHIN
    )
    return [
        EarlierSearch(
            (
                *(Sought.of(plate, search.query.match) for plate in search.query.plates),
                *(Sought.of(unmasking.plate) for unmasking in search.unmaskings.all()),
            ),
            search.number,
        )
        for search in rows
    ]


@enforces("6.a.ii.2/brake")
def partial_lately(person: Person) -> int:
    """How many partial plates this person searched for within a day."""
    rows = Search.objects.filter(person=person, at__gt=clock.now() - timedelta(days=1))
    return sum(is_partial(plate) for search in rows for plate in search.query.plates)


def earlier_reasons(person: Person) -> list[EarlierReason]:
    """The reasons that this person gave within a year, the latest first."""
    rows = Search.objects.filter(person=person, at__gt=clock.now() - REPEATS_WITHIN).order_by("-pk")
    pairs = dict.fromkeys((search.reason, search.number) for search in rows[:MOST_REASONS])
    return [EarlierReason(reason, number) for reason, number in pairs]


@enforces("6.e.vi/number", "6.a.ii.2/found")
def others_in_case(search_number: str, but: int = 0) -> QuerySet[Search]:
    """The other searches in this case within a year, the latest first, by whomever."""
    rows = Search.objects.alias(bare_number=BARE_NUMBER).filter(
        bare_number=bare(search_number), at__gt=clock.now() - REPEATS_WITHIN
    )
    return rows.exclude(pk=but).select_related("person")[:MOST_REASONS]


@enforces("SB40.share/words", "SB40.use/surveillance", "SB40.use/traffic")
def is_cleared(person: Person, number: str, field: GivenAs, text: str) -> bool:
    """Whether the administrator decided that this very text, in this field and for this number, points to nothing
    barred."""
    cleared = StoppedRequest.objects.filter(
        person=person, number=number, field=field, decision__kind=StoppedDecision.Kind.CLEARED
    ).select_related("decision")
    return any(stopped.reason == text for stopped in cleared)


def waits_for_administrator(person: Person, number: str, field: GivenAs, text: str) -> bool:
    """Whether the very same was stopped before, and is not decided yet."""
    waiting = StoppedRequest.objects.filter(person=person, number=number, field=field, decision=None)
    return any(stopped.reason == text for stopped in waiting)


@enforces("6.a.ii.3/brake")
def protected_vehicles(query: SearchQuery) -> list[Vehicle]:
    """The registered vehicles that this search may find by their plates."""
    sought = [Sought.of(plate, query.match) for plate in query.plates]
    return [
        vehicle
        for vehicle in Vehicle.objects.in_force().select_related("person", "unit")
        if (not query.states or vehicle.state in query.states)
        and any(may_be_same(plate, Sought.of(vehicle.bare)) for plate in sought)
    ]


@enforces("6.a.ii.3/brake")
def is_registered(plate: str) -> bool:
    """Whether a read plate may be that of a registered vehicle."""
    read = Sought.of(plate)
    return any(may_be_same(read, Sought.of(vehicle.bare)) for vehicle in Vehicle.objects.in_force())


@enforces("6.a.ii.3/brake")
def whose(search: Search) -> list[str]:
    """Whose the registered vehicles are that it may find, for the person who decides it; without names."""
    relations = []
    for vehicle in protected_vehicles(search.query):
        if vehicle.person_id == search.person_id and vehicle.kind != Vehicle.Kind.AGENCY:
            family = vehicle.kind == Vehicle.Kind.FAMILY
            relations.append(
                f"The vehicle is {'of the searcher’s family' if family else 'the searcher’s own'}."
            )
        elif vehicle.kind == Vehicle.Kind.AGENCY:
            relations.append("The vehicle is the agency’s.")
        else:
            relations.append("The vehicle is a colleague’s, or of a colleague’s family.")
    return list(dict.fromkeys(relations))


class NotTheirs(Refused):
    """The search is somebody else's, or none: pages do not tell which."""


@enforces("6.b.i.8/scope")
def own_search(person: Person, pk: int) -> Search:
    """The person's search, with all that its state needs. Raises NotTheirs."""
    search = with_records(Search.objects.filter(person=person, pk=pk)).first()
    if search is None:
        raise NotTheirs(
            Refusal("6.b.i.8", "There is no such search of this person.", "Look under My searches.")
        )
    return search


def with_records(searches: QuerySet[Search]) -> QuerySet[Search]:
    """These searches with all that their state needs, in a few queries."""
    return searches.select_related("person").prefetch_related("decisions", "checks")


@enforces("6.b.i.9/records", "6.a.ii.2/brake", "AU-9/found")
def as_logged(search: Search) -> Decision:
    """Whether the search, and all by which it may be approved and run, is what the log says."""
    return as_recorded(search, *search.decisions.all(), *search.checks.all(), *search.referrals.all())


def lock_search(pk: int) -> Search:
    """The search, locked: what two people do to it at once happens one after the other."""
    Search.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    return with_records(Search.objects.filter(pk=pk)).get()


def facts_of(search: Search) -> SearchFacts:
    """What the search's state depends on."""
    decision = next((one for one in search.decisions.all() if one.step == 0), None)
    checks = list(search.checks.all())
    return SearchFacts(
        at=search.at,
        braked=bool(search.brakes),
        urgent=search.urgent,
        number=NumberStanding(checks[-1].standing),
        decided=(decision.kind, decision.at) if decision else None,
    )


def state(search: Search) -> SearchState:
    """The search's state now."""
    return state_of(facts_of(search), clock.now())


@dataclass(frozen=True)
class RecentCase:
    """A case in which a person searched lately."""

    number: str
    purpose: str
    purpose_label: str
    offense: str
    about: str

    @property
    def text(self) -> str:
        """The case in a line."""
        return f"{self.number}: {shorten(self.about, 120, placeholder='…')}"


@enforces("6.e.vi/number")
def recent_cases(person: Person) -> list[RecentCase]:
    """The cases in which this person searched last, the latest first, with purpose and offense; without those that CAD
    has closed since."""
    cases: dict[str, RecentCase] = {}
    searches = Search.objects.filter(person=person).prefetch_related("decisions", "checks")[:CASES_AMONG]
    for search in searches:
        if search.number not in cases and state(search) not in (SearchState.STOPPED, SearchState.REFUSED):
            cases[search.number] = RecentCase(
                search.number,
                search.purpose,
                search.purpose_label,
                search.offense or "",
                _case_in_words(search),
            )
        if len(cases) == CASES:
            break
    return list(cases.values())


@enforces("6.e.vi/generic")
def marked() -> QuerySet[Search]:
    """Marked searches that wait for a supervisor: nobody looked yet, the searcher answered, or more is odd since. Older
    ones are left to the reviews of the log."""
    last = MarkStep.objects.filter(search=OuterRef("pk")).order_by("-pk")
    newest = Mark.objects.filter(search=OuterRef("pk")).order_by("-pk")
    rows = Search.objects.filter(marks__at__gt=clock.now() - MARKED_FOR).distinct()
    rows = rows.annotate(
        looked=Subquery(last.values("kind")[:1]),
        looked_at=Subquery(last.values("at")[:1]),
        marked_at=Subquery(newest.values("at")[:1]),
    )
    waits = Q(looked=None) | Q(looked=MarkStep.Kind.ANSWERED) | Q(marked_at__gt=F("looked_at"))
    return rows.filter(waits).order_by("pk")


def is_asked(search: Search) -> bool:
    """Whether a supervisor asked about it, and waits for the searcher."""
    last = search.mark_steps.last()
    return last is not None and last.kind == MarkStep.Kind.ASKED


def _case_in_words(search: Search) -> str:
    """What CAD has of the case, else what was chosen."""
    check = next((check for check in reversed(search.checks.all()) if check.kind), None)
    facts = (check.kind, check.place) if check else (search.offense_label,)
    return ", ".join(filter(None, facts)) or search.purpose_label


def approved_steps(decisions: Sequence[SearchDecision]) -> int:
    """How many steps of a search are approved, the search itself included."""
    return sum(decision.kind == SearchDecision.Kind.APPROVED for decision in decisions)
