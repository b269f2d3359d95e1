"""What the operations take and give. Their descriptions are the API's reference."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

from plateward.core.pages.marking import MARKING
from plateward.field.reads.queries import PatternResult, ReadCount, ReadSummary
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.offenses import OFFENSES
from plateward.work.searches import records
from plateward.work.searches.actions import AllowedSearch
from plateward.work.searches.models import Search
from plateward.work.searches.offenses import Tie
from plateward.work.searches.results.gathering import GatheredReads
from plateward.work.searches.results.rows import plate_text, result_rows
from plateward.work.searches.scope import scope_for

Text = Annotated[str, Field(max_length=100)]
Values = Annotated[list[Text], Field(max_length=100)]
# More than a search takes, so that too many are refused in the words of its rule.
Plates = Annotated[list[Text], Field(max_length=50_000)]


class ErrorOut(Schema):
    """Why nothing was answered."""

    error: str
    clause: str = Field(description="The clause that asks for it; empty if none does.")
    help: str = Field(description="What to do.")
    field: str = Field("", description="The field of the request that it is about.")


# Any operation may be refused with any of these (docs/api.md).
ERRORS = dict.fromkeys((400, 401, 403, 404, 405, 409, 413, 422, 429, 503), ErrorOut)


class TokenOut(Schema):
    """The token that asks."""

    person: str
    purpose: str
    number: str = Field(description="The only case that it searches in; empty: each search names its own.")
    ends_at: datetime


class AskIn(Schema):
    """A search. All parts hold together; an empty list leaves that part open."""

    model_config = ConfigDict(extra="forbid")

    purpose: Text = Field(description="The token's own purpose.")
    number: Text = Field(description="The CAD or case number. It is checked with CAD.")
    offense: Text = Field("", description=f"The offense or event: {', '.join(OFFENSES)}.")
    tie: Text = Field(
        "",
        description=f"What ties the vehicle to it: {', '.join(Tie)}. Not needed for plates that the CAD record names.",
    )
    tie_to: Annotated[str, Field(max_length=200)] = Field(
        "", description="With associate, broadcast and other: of whom, whose, or what."
    )
    reason: Annotated[str, Field(max_length=2000)] = Field(
        description="What happened and why this vehicle, in a sentence."
    )
    since: AwareDatetime = Field(description="ISO 8601 with an offset.")
    until: AwareDatetime | None = Field(None, description="Not included; without it: now.")
    plates: Plates = Field([], description="? is one unknown character, * any number of them.")
    match: Literal["exact", "folded", "near"] = Field(
        "exact", description="folded: look-alikes too; near: also one character different."
    )
    states: Values = []
    area: dict[str, Any] | None = Field(
        None,
        description='{"box": [south, west, north, east]}, {"circle": [lat, lon, meters]} or '
        '{"road": [[lat, lon], …], "meters": 200}.',
    )
    cameras: Values = []
    units: Values = []
    deployments: Values = []
    kinds: Values = []
    colors: Values = []
    makes: Values = []
    hits_only: bool = Field(False, description="Only reads that were hits.")
    basis: Literal["", "warrant", "exigency"] = Field(
        "", description="The basis of a search without a plate."
    )
    basis_text: Annotated[str, Field(max_length=1000)] = Field(
        "", description="The warrant's number, or the emergency in words."
    )
    warrant_court: Annotated[str, Field(max_length=200)] = Field("", description="The court that issued it.")
    warrant_on: date | None = Field(None, description="The day of the warrant.")
    why_older: Annotated[str, Field(max_length=1000)] = Field(
        "", description="Why reads from more than 90 days ago are needed."
    )
    key: UUID | None = Field(None, description="Your own; a request sent twice with it makes one search.")


class SearchOut(Schema):
    """A search and its state."""

    id: int
    state: str = Field(description="waits, runs, refused, withdrawn, stopped or ended.")
    needs_approval: bool = Field(description="Whether a second person decides it.")
    purpose: str
    number: str
    reach: str = Field(description="Whose reads it looks through: unit, district or agency.")
    at: datetime
    ends_at: datetime = Field(description="When it is over if nothing else happens.")


class ReadOut(Schema):
    """A read. What is not known is null."""

    id: UUID
    captured_at: datetime
    plate: str | None = Field(description="null while it is masked.")
    vehicle: str = Field(description="While the plate is masked: its name within this search.")
    state: str | None
    camera: str
    reader: str
    lat: float | None
    lon: float | None
    heading: float | None
    kind: str | None
    color: str | None
    make: str | None
    deployment: str | None


@enforces("6.e.iii/marked")
class MarkedOut(Schema):
    """Results are marked wherever they go."""

    marking: str = MARKING
    complete: bool = Field(description="false: not everything was searched in the time of one request.")
    destroyed: list[str] = Field(description="Days whose reads were destroyed while they were searched.")


class ReadsOut(MarkedOut):
    """A page of reads."""

    reads: list[ReadOut]
    after: str | None = Field(description="The next page's `after`; null: these were the last.")


class CountOut(MarkedOut):
    """How many reads there are; not complete: at least so many."""

    reads: int


class StopOut(Schema):
    """A place where a vehicle was read several times."""

    lat: float
    lon: float
    camera: str
    reads: int
    days: int
    first_at: datetime
    last_at: datetime


class PatternOut(MarkedOut):
    """A pattern, and what it does not prove."""

    proves: str


class LastSeenOut(PatternOut):
    """The newest read of each plate."""

    reads: list[ReadOut]


class VehicleOut(Schema):
    """A vehicle of a pattern."""

    plate: str | None = Field(description="null while it is masked.")
    vehicle: str = Field(description="While the plate is masked: its name within this search.")
    last_at: datetime


class CompanionOut(VehicleOut):
    """A vehicle that passed the same cameras shortly before or after."""

    meetings: int
    cameras: int
    days: int


class TraveledWithOut(PatternOut):
    """Vehicles that passed with a plate."""

    vehicles: list[CompanionOut]


class SeenTwiceOut(VehicleOut):
    """A vehicle that was read at both places."""

    reads: int
    first_at: datetime


class SeenAtBothOut(PatternOut):
    """Vehicles that were read at both places."""

    vehicles: list[SeenTwiceOut]


class CommonStopsOut(PatternOut):
    """Places with several reads."""

    stops: list[StopOut]


def search_out(search: Search) -> SearchOut:
    """A search as its state is now."""
    return SearchOut(
        id=search.pk,
        state=records.state(search).value,
        needs_approval=bool(search.brakes),
        purpose=search.purpose,
        number=search.number,
        reach=scope_for(search.person).reach.value,
        at=search.at,
        ends_at=records.facts_of(search).ends_at,
    )


def reads_out(allowed: AllowedSearch, reads: Sequence[ReadSummary]) -> list[ReadOut]:
    """Reads as the search may see them: masked plates are null."""
    return [
        ReadOut(
            **{
                name: getattr(row.read, name)
                for name in ReadOut.model_fields
                if name not in ("plate", "vehicle")
            },
            plate=None if row.plate.masked else row.plate.plate,
            vehicle=row.plate.alias,
        )
        for row in result_rows(allowed, reads)
    ]


def vehicle(allowed: AllowedSearch, plate: str, last_at: datetime) -> dict[str, Any]:
    """The plate or the name of a vehicle that a pattern found, and when it was read last."""
    text = plate_text(allowed, plate)
    return {"plate": None if text.masked else text.plate, "vehicle": text.alias, "last_at": last_at}


def limits(result: PatternResult[Any] | ReadCount | GatheredReads) -> dict[str, Any]:
    """Whether that is all, and the days whose reads are destroyed."""
    return {"complete": result.complete, "destroyed": [day.isoformat() for day in result.destroyed]}
