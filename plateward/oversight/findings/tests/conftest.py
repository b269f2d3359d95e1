"""A chain of command, and searches of its people, which the tests of findings share."""

from datetime import timedelta
from uuid import uuid4

import pytest

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.ground import clock
from plateward.oversight.detectors.records import Pattern as Found
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.testing import person
from plateward.work.searches.models import NumberCheck, Search
from plateward.work.searches.query import SearchQuery, write_query

REASON = "Looked at the case file and at the dispatch log; the sergeant confirmed each of the searches."


@pytest.fixture
def chain() -> dict[str, Person]:
    hector, gloria = person("hector"), person("gloria")
    carla = person("carla", supervisor=hector)
    made = {"hector": hector, "gloria": gloria, "carla": carla, "ada": person("ada", supervisor=carla)}
    made |= {name: person(name) for name in ("marco", "nora")}
    made_search(made["carla"], "OTQ999", 9, standing="open")  # CAD is there, and knows some numbers
    return made


def finding_about(
    subject: str = "ada", to: tuple[str, ...] = ("supervisor", "administrator"), **more: object
) -> Found:
    now = clock.now()
    return Found(now, "repeated plate", subject, "XYQ123", to, "Searched it.", now, **more)  # type: ignore[arg-type]


def made_search(by: Person, plate: str, at_days_ago: int, standing: str = "unknown") -> None:
    """A search with its entry on the log, as asking makes it, for a number of its own."""
    at = clock.now() - timedelta(days=at_days_ago)
    with clock.set_to(at):
        query = SearchQuery(since=at - timedelta(days=30), until=at, plates=(plate,))
        about = {"purpose": "felony", "reason": "investigation", "number": f"26-5501{at_days_ago}"}
        search = Search.objects.create(key=uuid4(), person=by, query_json=write_query(query), **about)
        NumberCheck.objects.create(search=search, standing=standing, detail="As CAD says.")
        record(PersonActor.of(by, "10.0.0.7"), Event.SEARCH_ASK, f"search:{search.pk}")
