"""The operations, at /api/v1/. Each has an address of its own, and a row in people/routes.py."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Annotated, Any, TypeVar
from uuid import uuid4

from django.http import Http404, HttpRequest
from ninja import NinjaAPI, Query, Status

from plateward.core.audit.events import Event
from plateward.core.audit.log import record, record_refusal
from plateward.core.cases.rules import normalized
from plateward.field.reads.areas import read_area
from plateward.field.reads.queries import Order, ReadSummary
from plateward.field.reads.store import configured_store
from plateward.field.reads.store.away import store_answers
from plateward.ground import clock
from plateward.ground.errors import ActError
from plateward.ground.policy.decision import Refusal, Refused
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.tokens.models import ApiToken
from plateward.work.searches import actions, deciding, records
from plateward.work.searches.actions import AllowedSearch, SearchRequest
from plateward.work.searches.api.errors import NO_SEARCH, add_error_answers
from plateward.work.searches.api.rules import may_ask_with, may_repeat
from plateward.work.searches.api.schemas import (
    ERRORS,
    AskIn,
    CommonStopsOut,
    CompanionOut,
    CountOut,
    LastSeenOut,
    ReadsOut,
    SearchOut,
    SeenAtBothOut,
    SeenTwiceOut,
    StopOut,
    TokenOut,
    TraveledWithOut,
    limits,
    reads_out,
    search_out,
    vehicle,
)
from plateward.work.searches.models import Search
from plateward.work.searches.query import SETS, SearchQuery, written
from plateward.work.searches.results import gathering
from plateward.work.searches.results.kept import read_page_key, write_page_key
from plateward.work.searches.results.patterns import PROVES
from plateward.work.searches.results.reading import count_all
from plateward.work.searches.results.slots import requests
from plateward.work.searches.scope import plate_query

MOST_COUNTED = 100_000
F = TypeVar("F", bound=Callable[..., Any])

api = NinjaAPI(
    title="Plateward", version=version("plateward"), urls_namespace="api", openapi_url=None, docs_url=None
)
add_error_answers(api)


def _of_search(path: str, answer: type, name: str, summary: str) -> Callable[[F], F]:
    """An operation that asks something of a search."""
    of: Callable[[F], F] = api.get(
        f"searches/{{int:search}}{path}", response={200: answer, **ERRORS}, url_name=name, summary=summary
    )
    return of


@api.get("token", response={200: TokenOut, **ERRORS}, url_name="token", summary="Describe this token")
def describe_token(request: HttpRequest) -> TokenOut:
    """Whose token this is, and for what. It touches no read."""
    token = _token(request)
    record(_actor(request), Event.TOKEN_VIEW, f"token:{token.pk}", by="API")
    return TokenOut(
        person=token.person.username, purpose=token.purpose, number=token.number, ends_at=token.ends_at
    )


@api.post(
    "searches",
    response={201: SearchOut, 200: SearchOut, **ERRORS},
    url_name="ask",
    summary="Ask for a search",
)
@enforces(
    "6.e.vi/reason", "6.e.vi/number", "6.a.i.1/every", "6.a.iii/required", "6.b.i.8/scope", "6.b.i.9/denied"
)
def ask(request: HttpRequest, asked: AskIn) -> Status[SearchOut]:
    """The same rules as on the page: it runs at once, waits for a second person, or is refused in the same words."""
    token, actor = _token(request), _actor(request)
    number = normalized(asked.number)
    decision = may_ask_with(token.purpose, token.number, asked.purpose, number)
    if isinstance(decision, Refusal):
        record_refusal(actor, Event.SEARCH_ASK, "searches", decision)
        raise Refused(decision)
    names = {"purpose", "offense", "tie", "tie_to", "basis", "basis_text", "why_older"} | {
        "warrant_court",
        "warrant_on",
    }
    texts = asked.model_dump(include=names) | {"reason": asked.reason.strip(), "number": number}
    wanted = SearchRequest(**texts, query=_query(asked))
    try:
        search = actions.ask_search(actor, asked.key or uuid4(), wanted)
    except actions.AlreadyAsked as again:
        return Status(200, search_out(_asked_before(request, again)))
    return Status(201, search_out(_own_search(request, search.pk, Event.SEARCH_ASK)))


def _asked_before(request: HttpRequest, again: actions.AlreadyAsked) -> Search:
    """The search that this key made, if it is the same. Raises Refused and Http404."""
    search = _own_search(request, again.search.pk, Event.SEARCH_ASK)
    decision = may_repeat(search.pk, same=again.same)
    if isinstance(decision, Refusal):
        record_refusal(_actor(request), Event.SEARCH_ASK, f"search:{search.pk}", decision)
        raise Refused(decision)
    return search


@_of_search("", SearchOut, "search", "The state of a search")
def show_search(request: HttpRequest, search: int) -> SearchOut:
    """One of your searches with this token's purpose."""
    own = _own_search(request, search, Event.SEARCH_VIEW)
    record(_actor(request), Event.SEARCH_VIEW, f"search:{search}", by="API")
    return search_out(own)


@api.post(
    "searches/{int:search}/stop",
    response={200: SearchOut, **ERRORS},
    url_name="stop",
    summary="Stop a search",
)
def stop(request: HttpRequest, search: int) -> SearchOut:
    """Take back a search that waits for a decision. One that runs searches only while a request is open."""
    deciding.withdraw_search(_actor(request), _own_search(request, search, Event.SEARCH_WITHDRAW))
    return search_out(_own_search(request, search, Event.SEARCH_WITHDRAW))


@_of_search("/reads", ReadsOut, "reads", "The reads, page by page")
@enforces("6.e.iii/marked", "6.b.i.9/entries")
def list_reads(
    request: HttpRequest,
    search: int,
    order: Annotated[Order, Query(description="Masked plates are not sorted.")] = Order.NEWEST,
    after: Annotated[str, Query(max_length=64, description="From the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ReadsOut:
    """What the search finds, at most `limit` reads at once. Masked plates are null, and their vehicles have names."""
    allowed = _allowed(request, search, part="reads", order=order.value, after=after, limit=limit)
    if allowed.masked and order is Order.PLATE:
        raise ActError("Masked plates are not sorted: their order would say something of each.", "order")
    key = read_page_key(configured_store(), after, allowed.queries) if after else None
    if after and key is None:
        raise ActError("The read that this page continues from is gone. Start at the first page.", "after")
    with _slot(request):
        gathered = gathering.gather_reads(allowed, _token(request).person, order, key, limit)
    _note(request, search, len(gathered.reads), gathered.reads)
    if not (gathered.complete or gathered.reads):
        raise ActError(
            "Time was up before any read was found. Narrow the search: a shorter time, fewer plates."
        )
    return ReadsOut(
        reads=reads_out(allowed, gathered.reads),
        after=write_page_key(gathered.reads[-1]) if gathered.more and gathered.reads else None,
        **limits(gathered),
    )


@_of_search("/count", CountOut, "count", "How many reads there are")
def count_reads(
    request: HttpRequest, search: int, at_most: Annotated[int, Query(ge=1, le=MOST_COUNTED)] = 1_000
) -> CountOut:
    """Counted up to `at_most`. A search for several plates, or for hits only, is counted by its pages."""
    allowed = _allowed(request, search, part="count", at_most=at_most)
    if allowed.hits_only or len(allowed.search.query.plates) > 1:
        raise ActError("Reads of several plates, or of hits only, are counted by going through their pages.")
    with _slot(request):
        counted = count_all(configured_store(), allowed.queries, at_most)
    _note(request, search, counted.reads)
    return CountOut(reads=counted.reads, **limits(counted))


@_of_search("/last-seen", LastSeenOut, "last_seen", "The newest read of each plate")
@enforces("6.e.iii/marked")
def last_seen(request: HttpRequest, search: int) -> LastSeenOut:
    """The latest first, at most 100."""
    allowed = _pattern(request, search, "last seen")
    with _slot(request):
        result = gathering.last_seen(allowed)
    _note(request, search, len(result.rows), result.rows)
    return LastSeenOut(
        reads=reads_out(allowed, result.rows),
        proves=PROVES["last_seen"],
        **limits(result),
    )


@_of_search("/common-stops", CommonStopsOut, "common_stops", "Where a vehicle was read several times")
@enforces("6.e.iii/marked")
def common_stops(request: HttpRequest, search: int) -> CommonStopsOut:
    """Most days first, at most 100. Only for a search that starts from a plate."""
    allowed = _pattern(request, search, "common stops", place=False)
    with _slot(request):
        result = gathering.common_stops(allowed)
    _note(request, search, len(result.rows))
    return CommonStopsOut(
        stops=[StopOut.model_validate(stop) for stop in result.rows],
        proves=PROVES["common_stops"],
        **limits(result),
    )


@_of_search("/traveled-with", TraveledWithOut, "traveled_with", "Who passed with a plate")
@enforces("6.e.iii/marked", "6.a.ii.2/place")
def traveled_with(
    request: HttpRequest,
    search: int,
    plates_of: Annotated[int, Query(description="One of your running searches, for its plates.")],
) -> TraveledWithOut:
    """Within this search's place and time, most meetings first, at most 100 for each plate. Only for a search that
    starts from a place."""
    allowed = _pattern(request, search, "traveled with", place=True)
    followed = _allowed(request, plates_of, part="traveled with").search.query
    if not followed.plates:
        raise ActError(f"Search {plates_of} has no plate to follow.", "plates_of")
    with _slot(request):
        plates = [plate_query(plate, followed.match) for plate in followed.plates]
        result = gathering.traveled_with(allowed, plates)
    _note(request, search, len(result.rows))
    vehicles = [
        CompanionOut(
            **vehicle(allowed, companion.plate, companion.newest.captured_at),
            meetings=companion.meetings,
            cameras=companion.cameras,
            days=companion.days,
        )
        for companion in result.rows
    ]
    return TraveledWithOut(vehicles=vehicles, proves=PROVES["traveled_with"], **limits(result))


@_of_search("/seen-at-both", SeenAtBothOut, "both_scenes", "Who was read at two places")
@enforces("6.e.iii/marked", "6.a.ii.2/place")
def both_scenes(
    request: HttpRequest,
    search: int,
    scene: Annotated[int, Query(description="One of your running searches, from the other place.")],
) -> SeenAtBothOut:
    """Most reads first, at most 100. Only for searches that start from a place."""
    allowed = _pattern(request, search, "both scenes", place=True)
    other = _pattern(request, scene, "both scenes", place=True)
    with _slot(request):
        result = gathering.both_scenes(allowed, other)
    _note(request, search, len(result.rows))
    vehicles = [
        SeenTwiceOut(
            **vehicle(allowed, plate.plate, plate.last_at), reads=plate.reads, first_at=plate.first_at
        )
        for plate in result.rows
    ]
    return SeenAtBothOut(vehicles=vehicles, proves=PROVES["both_scenes"], **limits(result))


def _token(request: HttpRequest) -> ApiToken:
    token: ApiToken = request.api_token  # type: ignore[attr-defined]
    return token


@contextmanager
def _slot(request: HttpRequest) -> Iterator[None]:
    """One of this person's places to work in the read store. Raises Refused and StoreAway."""
    with requests.taken(_token(request).person_id), store_answers():
        yield


def _actor(request: HttpRequest) -> PersonActor:
    actor: PersonActor = request.actor  # type: ignore[attr-defined]
    return actor


@enforces("6.a.i.1/every", "6.b.i.8/scope")
def _own_search(request: HttpRequest, pk: int, event: Event) -> Search:
    """A search of this person for the token's purpose and, if it has one, in its case. Any other is not there: the
    attempt is recorded as a refused `event`."""
    token = _token(request)
    rows = Search.objects.filter(pk=pk, person=token.person, purpose=token.purpose)
    if token.number:
        rows = rows.filter(number=token.number)
    search = records.with_records(rows).first()
    if search is None:
        record_refusal(_actor(request), event, f"search:{pk}", NO_SEARCH)
        raise Http404
    return search


def _allowed(request: HttpRequest, pk: int, **details: object) -> AllowedSearch:
    """The search, allowed now and on the log. Raises Refused and Http404."""
    _own_search(request, pk, Event.SEARCH_RUN)
    return actions.allowed_search(_actor(request), pk, by="API", **details)


def _pattern(request: HttpRequest, pk: int, part: str, *, place: bool | None = None) -> AllowedSearch:
    """The same for a pattern, which looks at all reads. `place`: whether it is one of searches from a place, or of
    searches from a plate; None: of both."""
    allowed = _allowed(request, pk, part=part)
    if place is not None and allowed.masked is not place:
        starts = "plate" if place else "place"
        raise ActError(f"A search that starts from a {starts} has no such pattern.")
    if allowed.hits_only:
        raise ActError("A search for hits only has no patterns: they would look at the other reads, too.")
    return allowed


@enforces("6.b.i.9/entries", "6.b.i.9/first", "6.b.i.10/failure", "6.h.iv/custody")
def _note(request: HttpRequest, pk: int, count: int, reads: Iterable[ReadSummary] = ()) -> None:
    """On the log before the answer leaves: how many reads it holds, and which, as a program keeps them."""
    mentions = [f"read:{read.id}" for read in reads]
    record(_actor(request), Event.SEARCH_RUN, f"search:{pk}", mentions=mentions, by="API", reads=count)


def _in_utc(moment: datetime, field: str) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ActError("This time lies outside the calendar.", field) from error


def _query(asked: AskIn) -> SearchQuery:
    """As the page's form writes it."""
    area = json.dumps(asked.area) if asked.area else ""
    read_area(area)
    if not (asked.plates or area or asked.cameras):
        raise ActError("Enter a plate; or, in an emergency or with a warrant, a place.", "plates")
    now = clock.now()
    return SearchQuery(
        since=_in_utc(asked.since, "since"),
        until=_in_utc(min(asked.until or now, now), "until"),
        plates=tuple(dict.fromkeys(written(plate) for plate in asked.plates if plate.strip())),
        match=asked.match,
        area=area,
        hits_only=asked.hits_only,
        **{name: tuple(getattr(asked, name)) for name in SETS}
        | {"makes": tuple(make.lower() for make in asked.makes)},
    )
