"""Asking for a search, and running it.

A page of results calls `allowed_search(actor, pk)` before each answer: it records the look in the audit log and
returns the questions to the read store, within the searcher's scope, or raises Refused. With `masked`, every plate in
the answer is hidden except those that `unmasked` names (unmasking.py).
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import EntryDraft, act
from plateward.audit.mentions import plate_thing
from plateward.cases.cad import client
from plateward.cases.rules import bare, flaw
from plateward.cases.standing import NumberAnswer, NumberStanding, judge_number, names_plate
from plateward.db.locking import lock_name, lock_row
from plateward.errors import PlatewardError
from plateward.matching.normalize import zeroed
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.policy.decision import require
from plateward.policy.trace import enforces
from plateward.reads.queries import ReadQuery
from plateward.reads.store import configured_store
from plateward.reasons.rules import may_search_for
from plateward.searches import records, routing, rules
from plateward.searches.models import (
    GivenAs,
    NumberCheck,
    Search,
    SearchDecision,
)
from plateward.searches.purposes import is_urgent, may_choose
from plateward.searches.query import SearchQuery, write_query
from plateward.searches.redacting import without_plates
from plateward.searches.scope import read_queries, units_of
from plateward.searches.stopping import require_lawful, stopping

UNTIL_ASKED = timedelta(minutes=1)  # a search whose end is so close to its asking was asked without an end


class AlreadyAsked(PlatewardError):
    """The same form was sent before: `search` is what it made. `same`: it asks for the same, on the same grounds."""

    def __init__(self, search: Search, *, same: bool) -> None:
        super().__init__("This search was sent already.")
        self.search, self.same = search, same


@dataclass(frozen=True)
class SearchRequest:
    """A search as its form asks for it. `number` as cases.rules.normalized; `basis` a models.Basis or ""."""

    purpose: str
    reason: str
    number: str
    query: SearchQuery
    basis: str = ""
    basis_text: str = ""
    why_older: str = ""

    @property
    def urgent(self) -> bool:
        """Whether it may go on while CAD is away."""
        return is_urgent(self.purpose)


def ask_cad(person: Person, number: str) -> NumberAnswer | None:
    """What CAD says of the number for this person. It may take seconds: call it outside any transaction. None, and
    nothing is sent, if it is no number."""
    return None if flaw(number) else judge_number(number, client().look_up(number), units_of(person))


@enforces("6.e.vi", "6.a.i.1", "6.a.iii", "6.a.ii.2", "6.a.ii.3", "6.b.i.9")
def ask_search(actor: PersonActor, key: UUID, request: SearchRequest) -> Search:
    """Record the search; it may run at once, or waits for a second person. `key`: the form's own, counts once.

    Raises Refused, AlreadyAsked.
    """
    person, plates = actor.person, request.query.plates
    reason = without_plates(request.reason, plates) if len(plates) <= rules.MOST_PLATES else ""
    answer = ask_cad(person, request.number)
    with (
        stopping(actor, request.purpose, request.number),
        act(actor, Event.SEARCH_ASK, "searches", reason=reason) as entry,
    ):
        _note_request(entry, request, answer)
        # Of two tabs that search at once, or two people in a case, the second sees what the first searched.
        lock_row(person)
        lock_name(f"case {bare(request.number)}")
        if earlier := Search.objects.filter(key=key).first():
            raise AlreadyAsked(earlier, same=_is_same(earlier, person, request))
        _require_askable(person, request, answer)
        assert answer is not None  # noqa: S101  # the rules accept only well-formed numbers
        search = _keep_search(actor.person, key, request, answer)
        entry.object = f"search:{search.pk}"
        entry.note(brakes=search.brakes)
        if search.brakes:
            notify_deciders(search, 0)
    return search


def _require_askable(person: Person, request: SearchRequest, answer: NumberAnswer | None) -> None:
    now = clock.now()
    require(may_choose(request.purpose))
    require(rules.has_form(request.number))
    require(rules.may_query(request.query, now))
    require_lawful(person, request.number, GivenAs.REASON, request.reason)
    if not records.is_cleared(person, request.number, GivenAs.REASON, request.reason):
        earlier = records.earlier_reasons(person)
        require(may_search_for(request.reason, case_number=request.number, earlier=earlier))
    require(rules.may_start_from_place(request.query, request.basis, request.basis_text))
    require_lawful(person, request.number, GivenAs.BASIS, request.basis_text)
    require(rules.is_narrow_enough(_why_too_broad(request.query, person)))
    require(rules.may_ask_for_older(request.query, request.why_older, now))
    require_lawful(person, request.number, GivenAs.OLDER, request.why_older)
    assert answer is not None  # noqa: S101  # see has_form
    require(rules.may_search_in(answer, urgent=request.urgent))


def _why_too_broad(query: SearchQuery, person: Person) -> str:
    store = configured_store()
    return next(filter(None, map(store.why_too_broad, read_queries(query, person))), "")


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
    )


def _keep_search(person: Person, key: UUID, request: SearchRequest, answer: NumberAnswer) -> Search:
    query, now = request.query, clock.now()
    brakes = rules.brakes_of(
        query,
        request.number,
        records.earlier_searches(person, request.number),
        names_protected=bool(records.protected_vehicles(query)),
        partial_lately=records.partial_lately(person),
        now=now,
    )
    search = Search.objects.create(
        key=key,
        person=person,
        at=now,
        purpose=request.purpose,
        reason=request.reason,
        number=request.number,
        query_json=write_query(query),
        starts_from_place=query.starts_from_place,
        brakes=[brake.value for brake in brakes],
        **_grounds(request, older=rules.Brake.OLDER in brakes),
    )
    keep_number_check(search, answer)
    return search


def _grounds(request: SearchRequest, *, older: bool) -> dict[str, str]:
    """What is kept beside the reason: the grounds that this search needs."""
    place = request.query.starts_from_place
    return {
        "basis": request.basis if place else "",
        "basis_text": request.basis_text.strip() if place else "",
        "why_older": request.why_older.strip() if older else "",
    }


@enforces("6.e.vi")
def _is_same(search: Search, person: Person, request: SearchRequest) -> bool:
    """Whether this person asked for exactly this with that search."""
    query = request.query
    if query.until >= search.at and search.at - search.query.until < UNTIL_ASKED:
        query = replace(query, until=search.query.until)  # both look until the moment they were asked
    asked = {"person": person, "purpose": request.purpose, "number": request.number, "reason": request.reason}
    asked |= _grounds(request, older=rules.Brake.OLDER in search.brakes)
    return query == search.query and all(getattr(search, name) == value for name, value in asked.items())


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
        at=answer.at,
    )
    if answer.standing is not NumberStanding.OPEN:
        text = f"Flagged: {search} of {search.person} in {search.number}. {answer.detail}"
        reviewers = routing.routes_of([search])[search.pk].reviewers
        notify(reviewers, Kind.SEARCH_FLAG, text, search, link=decision_page(search))


@enforces("6.a.ii.2", "6.a.ii.3")
def notify_deciders(search: Search, step: int) -> None:
    """Notify whoever decides it now; of an urgent search, everybody on duty who can."""
    people = list(routing.routes_of([search])[search.pk].reviewers)
    if search.urgent:
        people = routing.supervisors_on_duty(but={search.person_id, *routing.barred_owners(search)}) or people
    what = "asks to unmask more plates of" if step else "asks for approval of"
    urgent = "Urgent: " if search.urgent else ""
    text = f"{urgent}{search.person} {what} {search} ({search.purpose_label}, {search.number})."
    if not people:
        notify_no_decider(search, text)
        return
    notify(people, Kind.SEARCH_DECIDE, text, search, link=decision_page(search))


def notify_no_decider(search: Search, text: str) -> None:
    """Notify the administrators, who do not decide it and can name a supervisor who does."""
    owners = routing.barred_owners(search)
    people = [person for person in routing.administrators() if person.pk not in owners]
    text = f"{text} No supervisor can decide it now: name one who can."
    notify(people, Kind.SEARCH_DECIDE, text, search, link=search.person.get_absolute_url())


def decision_page(search: Search) -> str:
    """The page for whoever decides it."""
    return reverse("searches:decide", args=[search.pk])


@enforces("6.b.i.9")
def withdraw_search(actor: PersonActor, search: Search) -> None:
    """The searcher takes back a search that waits. One that could have found a protected vehicle is flagged: asking and
    taking back would otherwise tell, unseen, whose a plate is. Raises Refused."""
    with act(actor, Event.SEARCH_WITHDRAW, f"search:{search.pk}"):
        current = lock_search(search.pk)
        own = current.person_id == actor.person.pk
        require(rules.may_withdraw(records.state(current), own=own))
        keep_decision(current, 0, SearchDecision.Kind.WITHDRAWN, actor.person)
        if rules.Brake.PROTECTED in current.brakes:
            text = f"Flagged: {current} of {current.person} may find a protected vehicle, and was withdrawn."
            reviewers = routing.routes_of([current])[current.pk].reviewers
            notify(reviewers, Kind.SEARCH_FLAG, text, current, link=decision_page(current))


def keep_decision(
    search: Search, step: int, kind: SearchDecision.Kind, by: Person, *, acting: str = "", text: str = ""
) -> None:
    """Record a decision; nobody is asked for it any more."""
    SearchDecision.objects.create(
        search=search, step=step, kind=kind, by=by, acting=acting[:400], text=text.strip(), at=clock.now()
    )
    settle_matter(Kind.SEARCH_DECIDE, search)


def lock_search(pk: int) -> Search:
    """The search, locked: what two people do to it at once happens one after the other."""
    Search.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    return records.with_records(Search.objects.filter(pk=pk)).get()


@dataclass(frozen=True)
class AllowedSearch:
    """What may be asked of the read store now, one question for each plate. `masked`: plates are shown only if
    `unmasked` holds their records.vehicle_digest. `hits_only`: only reads that matched a hot list."""

    search: Search
    queries: tuple[ReadQuery, ...]
    hits_only: bool
    masked: bool
    unmasked: frozenset[str]


@enforces("6.e.vi", "6.b.i.8", "6.b.i.9", "6.a.ii.2")
def allowed_search(actor: PersonActor, pk: int, **details: Any) -> AllowedSearch:
    """The search as its searcher may run it now, on the log before any answer, with what the page asks for. Raises
    Refused; NotTheirs for somebody else's, as for none."""
    with act(actor, Event.SEARCH_RUN, f"search:{pk}") as entry:
        entry.note(**details)
        allowed = running_search(actor.person, pk)
        entry.note(purpose=allowed.search.purpose, number=allowed.search.number, queries=len(allowed.queries))
        return allowed


def running_search(person: Person, pk: int) -> AllowedSearch:
    """The same without an entry of its own: for what an entry of a moment ago names."""
    search = records.own_search(person, pk)
    require(rules.may_run(records.state(search), own=True))
    query, masked = search.query, search.starts_from_place
    digests = search.unmaskings.values_list("digest", flat=True) if masked else ()
    return AllowedSearch(search, read_queries(query, person), query.hits_only, masked, frozenset(digests))
