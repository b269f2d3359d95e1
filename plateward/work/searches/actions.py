"""Asking for a search, and running it.

A page of results calls `allowed_search(actor, pk)` before each answer: it records the look in the audit log and
returns the questions to the read store, within the searcher's scope, or raises Refused. With `masked`, every plate in
the answer is hidden except those that `unmasked` names (unmasking.py).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.audit.mentions import plate_thing
from plateward.core.cases.rules import bare
from plateward.core.cases.standing import NumberAnswer
from plateward.core.db.locking import lock_name, lock_row
from plateward.field.hotlists.grounds import require_lawful, stopping
from plateward.field.reads.queries import ReadQuery
from plateward.field.reads.store.breadth import why_too_broad
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.judging import judge
from plateward.ground.reasons.purposes import is_urgent, may_choose
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.work.searches import marking, numbers, outside, records, routing, rules
from plateward.work.searches.models import Basis, GivenAs, Reach, Search
from plateward.work.searches.offenses import Tie
from plateward.work.searches.query import SearchQuery, write_query
from plateward.work.searches.redacting import without_plates
from plateward.work.searches.scope import read_queries, scope_for

UNTIL_ASKED = timedelta(minutes=1)  # a search whose end is so close to its asking was asked without an end


class AlreadyAsked(PlatewardError):
    """The same form was sent before: `search` is what it made. `same`: it asks for the same, on the same grounds."""

    def __init__(self, search: Search, *, same: bool) -> None:
        super().__init__("This search was already submitted.")
        self.search, self.same = search, same


@dataclass(frozen=True)
class SearchRequest:
    """A search as its form asks for it. `number` as cases.rules.normalized; `offense`, `tie` of offenses;
    `basis` a models.Basis or ""."""

    purpose: str
    reason: str
    number: str
    query: SearchQuery
    offense: str = ""
    tie: str = ""
    tie_to: str = ""
    basis: str = ""
    basis_text: str = ""
    warrant_court: str = ""
    warrant_on: date | None = None
    why_older: str = ""


@enforces(
    "6.e.vi/reason",
    "6.e.vi/number",
    "6.a.i.1/every",
    "6.a.i.1/purposes",
    "6.a.iii/required",
    "6.a.iii/known",
    "6.a.ii.2/brake",
    "6.a.ii.3/brake",
    "6.b.i.9/entries",
)
def ask_search(actor: PersonActor, key: UUID, request: SearchRequest) -> Search:
    """Record the search; it may run at once, or waits for a second person. `key`: the form's own, counts once.

    Raises Refused, AlreadyAsked.
    """
    person, plates = actor.person, request.query.plates
    reason = without_plates(request.reason, plates) if len(plates) <= rules.MOST_PLATES else ""
    answer = numbers.ask_cad(person, request.number)
    with (
        stopping(actor, request.purpose, request.number),
        act(actor, Event.SEARCH_ASK, "searches", reason=reason) as entry,
    ):
        _note_request(entry, request, answer)
        entry.note(**outside.disclosure(person))
        # Of two tabs that search at once, or two people in a case, the second sees what the first searched.
        lock_row(person)
        lock_name(f"case {bare(request.number)}")
        if earlier := Search.objects.filter(key=key).first():
            raise AlreadyAsked(earlier, same=_is_same(earlier, person, request))
        _require_askable(person, request, answer)
        assert answer is not None  # noqa: S101  # the rules accept only well-formed numbers
        search, marks = _keep_search(actor.person, key, request, answer)
        entry.object = f"search:{search.pk}"
        entry.note(brakes=search.brakes, marks=marks)
        if search.brakes:
            routing.notify_deciders(search, 0)
    return search


def _require_askable(person: Person, request: SearchRequest, answer: NumberAnswer | None) -> None:
    now = clock.now()
    require(may_choose(request.purpose))
    if within := outside.may_ask_now(person, request.purpose, request.offense, request.query):
        require(within)
    require(rules.has_form(request.number))
    require(rules.may_query(request.query, now))
    require_lawful(person, request.number, GivenAs.REASON, request.reason)
    if not records.is_cleared(person, request.number, GivenAs.REASON, request.reason):
        earlier = records.earlier_reasons(person)
        require(rules.says_something(judge(request.reason, case_number=request.number, earlier=earlier)))
    named = answer is not None and numbers.names_all(request.query, answer)
    facts = (request.offense, request.tie, request.tie_to)
    require(rules.states_facts(*facts, needs_tie=not named and bool(request.query.plates)))
    require_lawful(person, request.number, GivenAs.TIE, request.tie_to)
    grounds = rules.Grounds(request.basis, request.basis_text, request.warrant_court, request.warrant_on)
    require(rules.may_start_from_place(request.query, grounds, now))
    require(rules.may_go_back(request.query, grounds, now))
    require_lawful(person, request.number, GivenAs.BASIS, request.basis_text)
    require(rules.is_narrow_enough(_why_too_broad(request.query, person)))
    require(rules.may_ask_for_older(request.query, request.why_older, now))
    require_lawful(person, request.number, GivenAs.OLDER, request.why_older)
    assert answer is not None  # noqa: S101  # see has_form
    require(rules.may_search_in(answer, urgent=is_urgent(request.purpose)))


def _why_too_broad(query: SearchQuery, person: Person) -> str:
    return next(filter(None, map(why_too_broad, read_queries(query, scope_for(person)))), "")


def _note_request(entry: EntryDraft, request: SearchRequest, answer: NumberAnswer | None) -> None:
    query = request.query
    few = query.plates if len(query.plates) <= rules.MOST_PLATES else ()
    entry.mention(*map(plate_thing, few))
    entry.note(
        purpose=request.purpose,
        number=request.number,
        number_standing=answer.standing.value if answer else None,
        plates=[*map(records.plate_mark, few)],
        plates_count=len(query.plates),
        match=query.match,
        since=query.since.isoformat(),
        until=query.until.isoformat(),
        from_place=query.starts_from_place,
        basis=request.basis,
        offense=request.offense,
        tie=request.tie,
    )


def _keep_search(
    person: Person, key: UUID, request: SearchRequest, answer: NumberAnswer
) -> tuple[Search, list[marking.Mark]]:
    query, now = request.query, clock.now()
    search = Search(
        key=key,
        person=person,
        at=now,
        purpose=request.purpose,
        reason=request.reason,
        number=request.number,
        query_json=write_query(query),
        starts_from_place=query.starts_from_place,
        offense=request.offense,
        tie=request.tie or (Tie.NAMED if query.plates else ""),
        **_grounds(
            request,
            rests=query.starts_from_place or rules.needs_warrant(query, now) is not None,
            older=query.since < now - rules.OLDER,
        ),
    )
    grounds = numbers.grounds_of(search, answer)
    brakes = rules.brakes_of(
        query,
        request.number,
        records.earlier_searches(person, request.number),
        names_protected=bool(records.protected_vehicles(query)),
        mismatch=marking.is_gross(grounds, from_place=query.starts_from_place),
        partial_lately=records.partial_lately(person),
        now=now,
    )
    search.brakes = [brake.value for brake in brakes]
    search.save(force_insert=True)
    numbers.keep_number_check(search, answer)
    return search, numbers.keep_marks(search, grounds)


def _grounds(request: SearchRequest, *, rests: bool, older: bool) -> dict[str, Any]:
    """What is kept beside the reason: the grounds that this search needs. `rests`: on a warrant or an emergency."""
    warrant = rests and request.basis == Basis.WARRANT
    return {
        "basis": request.basis if rests else "",
        "basis_text": request.basis_text.strip() if rests else "",
        "warrant_court": request.warrant_court.strip() if warrant else None,
        "warrant_on": request.warrant_on if warrant else None,
        "why_older": request.why_older.strip() if older else "",
        "tie_to": request.tie_to.strip() if request.tie else "",
    }


def _is_same(search: Search, person: Person, request: SearchRequest) -> bool:
    """Whether this person asked for exactly this with that search."""
    query = request.query
    if query.until >= search.at and search.at - search.query.until < UNTIL_ASKED:
        query = replace(query, until=search.query.until)  # both look until the moment they were asked
    asked = {"person": person, "purpose": request.purpose, "number": request.number, "reason": request.reason}
    asked |= {"offense": request.offense}
    asked |= _grounds(request, rests=bool(search.basis), older=rules.Brake.OLDER in search.brakes)
    return query == search.query and all(getattr(search, name) == value for name, value in asked.items())


@dataclass(frozen=True)
class AllowedSearch:
    """What may be asked of the read store now, one question for each plate. `masked`: plates are shown only if
    `unmasked` holds their records.vehicle_digest. `hits_only`: only reads that matched a hot list. `reach`: of whose
    reads these are questions. `images`: whether they are shown. `disclosure`: what each entry of it notes, if it goes
    to an outside agency."""

    search: Search
    queries: tuple[ReadQuery, ...]
    hits_only: bool
    masked: bool
    unmasked: frozenset[str]
    reach: Reach
    images: bool
    disclosure: dict[str, Any]


@enforces("6.b.i.8/scope", "6.b.i.9/entries", "6.a.ii.2/brake", "SB40.share/recorded")
def allowed_search(actor: PersonActor, pk: int, **details: Any) -> AllowedSearch:
    """The search as its searcher may run it now, on the log before any answer, with what the page asks for. Raises
    Refused; NotTheirs for somebody else's, as for none."""
    with act(actor, Event.SEARCH_RUN, f"search:{pk}") as entry:
        entry.note(**details, **outside.disclosure(actor.person))
        allowed = running_search(actor.person, pk)
        entry.note(purpose=allowed.search.purpose, number=allowed.search.number)
        entry.note(queries=len(allowed.queries), reach=allowed.reach.value)
        return allowed


def running_search(person: Person, pk: int) -> AllowedSearch:
    """The same without an entry of its own: for what an entry of a moment ago names."""
    search = records.own_search(person, pk)
    require(rules.may_run(records.state(search), own=True))
    require(records.as_logged(search))
    if within := outside.may_see_still(person, search):
        require(within)
    query, masked = search.query, search.starts_from_place
    digests = [unmasking.digest for unmasking in search.unmaskings.all()] if masked else ()
    scope = scope_for(person)
    grant = outside.grant_for(person)
    return AllowedSearch(
        search,
        read_queries(query, scope),
        query.hits_only,
        masked,
        frozenset(digests),
        scope.reach,
        images=grant is None or grant.images,
        disclosure=outside.disclosure(person),
    )
