"""A chain of command that searches, and its searches, for tests."""

from collections.abc import Callable
from datetime import UTC, date, timedelta
from typing import Any
from uuid import uuid4

from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import CAST, person
from plateward.work.searches import actions, deciding, records
from plateward.work.searches.actions import SearchRequest
from plateward.work.searches.models import Reach, Search, SearchReach
from plateward.work.searches.query import SearchQuery
from plateward.work.searches.rules import SearchState
from plateward.work.searches.scope import USUAL_REACH

CASE, OTHER_CASE, CLOSED_CASE, FOREIGN_CASE, BARE_CASE = (
    "2026-00412",
    "2026-00413",
    "2026-00414",
    "2026-00415",
    "2026-00416",
)
REASON = "Catalytic converter cut off at the Allsup's lot on Main St at 0315; clerk's camera shows this plate leaving."
EMERGENCY = (
    "Girl forced into a car by an armed man at 1510; teacher at the school on Lohman Ave read this plate."
)
FACTS = {"offense": "theft", "tie": "video"}
Recorded = Callable[[str], Leaf]
FOR_OLDER = "The first theft of this series was in June, at the same store, with the same van."
WHY_THIS = "The only white van heading north within two minutes of the shots, as the clerk described."
PLACE: dict[str, Any] = {
    "plates": (),
    "area": '{"circle": [32.31, -106.78, 2000]}',
    "basis": "warrant",
    "basis_text": "D-307-SW-2026-0114",
    "warrant_court": "Third Judicial District Court",
    "warrant_on": date(2026, 1, 20),
}


class Searchers:
    """Ada reports to Carla, Carla to Lieutenant Laura; Hector is the Chief, Gloria the administrator."""

    def __init__(self) -> None:
        self.hector = person("hector")
        CAST["laura"] = ("Laura Lucero", "Lieutenant", Role.SUPERVISOR)
        try:
            self.laura = person("laura")
        finally:
            del CAST["laura"]
        self.carla = person("carla", supervisor=self.laura)
        self.ada = person("ada", supervisor=self.carla)
        self.ben = person("ben", supervisor=self.carla)
        self.gloria = person("gloria")
        # Nobody's reach matters to these tests, but to those of the reach itself.
        SearchReach.objects.bulk_create(
            SearchReach(role=role, reach=Reach.AGENCY, reason="For a test.", by=self.gloria)
            for role in USUAL_REACH
        )

    def request(self, **changed: Any) -> SearchRequest:
        """A plate in a case of unit 12 within the last 30 days; fields of the request and of its query."""
        now = clock.now().astimezone(UTC)
        query: dict[str, Any] = {"since": now - timedelta(days=30), "until": now, "plates": ("BKT419",)}
        request: dict[str, Any] = {"purpose": "felony", "reason": REASON, "number": CASE} | FACTS
        for name, value in changed.items():
            (query if name in SearchQuery.__dataclass_fields__ else request)[name] = value
        return SearchRequest(query=SearchQuery(**query), **request)

    def asks(self, searcher: Person | None = None, **changed: Any) -> Search:
        """Ada searches, unless somebody else is given."""
        actor = PersonActor.of(searcher or self.ada)
        search = actions.ask_search(actor, uuid4(), self.request(**changed))
        return records.with_records(Search.objects.filter(pk=search.pk)).get()


def state_now(search: Search) -> SearchState:
    """The state as the database has it."""
    return records.state(records.with_records(Search.objects.filter(pk=search.pk)).get())


def approve(search: Search, reviewer: Person, step: int = 0) -> None:
    deciding.approve_search(PersonActor.of(reviewer), search.pk, step)
