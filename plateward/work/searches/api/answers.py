"""What the operations answer with: a search, its reads, and the vehicles of a pattern."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from plateward.field.reads.queries import PatternResult, ReadCount, ReadSummary
from plateward.work.searches import records
from plateward.work.searches.actions import AllowedSearch
from plateward.work.searches.api.schemas import ReadOut, SearchOut
from plateward.work.searches.models import Search
from plateward.work.searches.results.gathering import GatheredReads
from plateward.work.searches.results.rows import plate_text, result_rows
from plateward.work.searches.scope import scope_for


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
