"""What several reads say together: each pattern has its page, which says what the pattern does not prove."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from plateward.field.reads.areas import BadQuery
from plateward.field.reads.queries import PageKey, PatternResult, PlateMatch, PlateQuery
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.decision import Refused
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.work.searches import records
from plateward.work.searches.actions import AllowedSearch, allowed_search
from plateward.work.searches.models import Search
from plateward.work.searches.results import gathering
from plateward.work.searches.results.events import PART_AWAY, destroyed_text, list_pictures
from plateward.work.searches.results.masking import PlateText
from plateward.work.searches.results.rows import plate_text, result_rows
from plateward.work.searches.results.slots import requests
from plateward.work.searches.results.views import (
    PATTERN_LABELS,
    allowed_or_404,
    refused_page,
    results_context,
)
from plateward.work.searches.rules import SearchState
from plateward.work.searches.scope import plate_query

logger = logging.getLogger(__name__)
OTHER_SEARCHES = 30  # of the person's own, offered to combine

PROVES = {
    "last_seen": "The last read shows where a camera read the plate. It does not show where the vehicle is now, who "
    "drove it, or that the plate was on its own vehicle.",
    "common_stops": "A place with many reads only shows where our camera is. It does not show that the vehicle stops "
    "there, or who lives or works there.",
    "traveled_with": "Vehicles that pass the same cameras together may only share the road. It does not show that "
    "their drivers know each other, and is not probable cause against anyone.",
    "both_scenes": "A vehicle read near both scenes may have passed by chance, as many did. It does not show that "
    "anyone in it was involved, and is not probable cause against anyone.",
}
HITS_ONLY = (
    "This search is for hits only, and a pattern needs its other reads, too. Search again without “only reads that "
    "were hits”, with its own reason."
)
PLACE_ONLY = frozenset({"traveled_with", "both_scenes"})


@dataclass(frozen=True)
class VehicleRow:
    """A vehicle of a pattern. `counts` as column and number; `unmask_url` while it is masked."""

    plate: PlateText
    counts: tuple[tuple[str, int], ...]
    first_at: datetime | None
    last_at: datetime
    unmask_url: str = ""


@dataclass(frozen=True)
class OtherSearch:
    """Another running search of the same person, offered to be combined with this one."""

    value: str
    label: str


def _pattern(
    name: str, body: Callable[[HttpRequest, AllowedSearch], dict[str, Any]]
) -> Callable[..., HttpResponse]:
    """The page of a pattern: allowed and on the log first; then what the read store says, or why it does not."""

    @require_GET
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        try:
            allowed = allowed_or_404(request, pk, pattern=name)
            if allowed.masked is not (name in PLACE_ONLY) and name != "last_seen":
                raise Http404("This search has no such pattern.")
            context = results_context(allowed, name) | {
                "title": PATTERN_LABELS[name],
                "proves": PROVES[name],
            }
            try:
                if allowed.hits_only:
                    raise BadQuery(HITS_ONLY)
                with requests.taken(person_of(request).pk):
                    context |= body(request, allowed)
            except (Refused, Http404):
                raise
            except PlatewardError as error:  # a query without sense, or a store that is away
                context["failed"] = str(error)
            except (
                Exception
            ) as error:  # as events.py has it: never the error's own words, which may hold a plate
                logger.error("A pattern lost a part of the read store: %s", type(error).__name__)  # noqa: TRY400
                context["failed"] = PART_AWAY
        except Refused as refused:
            return refused_page(request, pk, refused.refusal)
        return render(request, f"searches/results/{name}.html", context)

    return page


def _limits(result: PatternResult[Any]) -> dict[str, Any]:
    """What the page says of the result's limits."""
    missing = destroyed_text(set(result.destroyed)) if result.destroyed else ""
    return {"incomplete": not result.complete, "missing": missing}


def _last_seen(request: HttpRequest, allowed: AllowedSearch) -> dict[str, Any]:
    """Of a search from a place it is a picture of each vehicle."""
    result = gathering.last_seen(allowed)
    rows = result_rows(allowed, result.rows)
    if allowed.masked:
        list_pictures(actor_of(request), allowed.search.pk, rows)
    return {"rows": rows} | _limits(result)


def _common_stops(_: HttpRequest, allowed: AllowedSearch) -> dict[str, Any]:
    result = gathering.common_stops(allowed)
    points = [
        (stop.lat, stop.lon, f"{stop.reads} reads on {stop.days} days", stop.camera) for stop in result.rows
    ]
    return {"stops": result.rows, "points": points} | _limits(result)


@enforces("6.a.ii.2/place")
def _traveled_with(request: HttpRequest, allowed: AllowedSearch) -> dict[str, Any]:
    """Who passed with a plate, within the place and time of this search: a plate of another running search of the same
    person, or one that this search has unmasked."""
    offered = _plates_offered(person_of(request), allowed)
    chosen = offered.get(request.GET.get("plate", ""))
    context: dict[str, Any] = {"offered": [OtherSearch(key, label) for key, (label, _) in offered.items()]}
    if chosen is None:
        return context
    label, plate = chosen
    source = request.GET["plate"].partition("-")[0]
    if source.isdecimal():
        allowed_search(actor_of(request), int(source), pattern="traveled_with")
    result = gathering.traveled_with(allowed, [plate])
    rows = [
        _vehicle(
            allowed,
            companion.plate,
            (("Meetings", companion.meetings), ("Cameras", companion.cameras), ("Days", companion.days)),
            companion.newest,
            companion.newest.captured_at,
        )
        for companion in result.rows
    ]
    return context | {"chosen": label, "value": request.GET["plate"], "rows": rows} | _limits(result)


@enforces("6.a.ii.2/place")
def _both_scenes(request: HttpRequest, allowed: AllowedSearch) -> dict[str, Any]:
    """Who was read at this search's place and at that of another running search of the same person."""
    others = {
        str(other.pk): f"Search {other.pk}, {other.number}"
        for other in _own_searches(person_of(request))
        if other.starts_from_place and not other.query.hits_only and other.pk != allowed.search.pk
    }
    context: dict[str, Any] = {"offered": [OtherSearch(key, label) for key, label in others.items()]}
    value = request.GET.get("scene", "")
    if value not in others:
        return context
    second = allowed_search(actor_of(request), int(value), pattern="both_scenes")
    result = gathering.both_scenes(allowed, second)
    rows = [
        _vehicle(allowed, plate.plate, (("Reads", plate.reads),), plate.newest, plate.last_at, plate.first_at)
        for plate in result.rows
    ]
    return context | {"chosen": others[value], "value": value, "rows": rows} | _limits(result)


def _own_searches(person: Person) -> list[Search]:
    """This person's searches that run now."""
    searches = records.with_records(Search.objects.filter(person=person).order_by("-pk"))
    return [search for search in searches[:OTHER_SEARCHES] if records.state(search) is SearchState.RUNS]


def _plates_offered(person: Person, allowed: AllowedSearch) -> dict[str, tuple[str, PlateQuery]]:
    """The plates that may be followed, by how an address names them: it never holds a plate."""
    offered: dict[str, tuple[str, PlateQuery]] = {}
    for unmasking in allowed.search.unmaskings.all():
        plate = PlateQuery(unmasking.plate, PlateMatch.FOLDED)
        offered[f"unmasked-{unmasking.pk}"] = (f"{unmasking.plate}, unmasked here", plate)
    for search in _own_searches(person):
        for number, text in enumerate(search.query.plates[:OTHER_SEARCHES]):
            plate = plate_query(text, search.query.match)
            offered[f"{search.pk}-{number}"] = (f"{text}, search {search.pk}", plate)
    return offered


def _vehicle(
    allowed: AllowedSearch,
    plate: str,
    counts: tuple[tuple[str, int], ...],
    newest: PageKey,
    last_at: datetime,
    first_at: datetime | None = None,
) -> VehicleRow:
    text = plate_text(allowed, plate)
    return VehicleRow(text, counts, first_at, last_at, _unmask_url(allowed, newest) if text.masked else "")


def _unmask_url(allowed: AllowedSearch, newest: PageKey) -> str:
    """Where this vehicle is unmasked: by its newest read in this search."""
    arguments = {"pk": allowed.search.pk, "day": newest.captured_at.date(), "read": newest.id}
    return reverse("results:unmask", kwargs=arguments)


last_seen = _pattern("last_seen", _last_seen)
common_stops = _pattern("common_stops", _common_stops)
traveled_with = _pattern("traveled_with", _traveled_with)
both_scenes = _pattern("both_scenes", _both_scenes)
