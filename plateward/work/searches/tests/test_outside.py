"""Kim, of an agency in Arizona, searches: within the grant, at the same gates, and named on the log."""

from datetime import timedelta
from typing import Any

import pytest

from plateward.field.reads.queries import Order, ReadSummary
from plateward.field.reads.store import configured_store
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.access.models import Access
from plateward.people.actor import PersonActor
from plateward.people.agencies.models import AgencyGrant, GrantRevocation
from plateward.people.agencies.testing import granted
from plateward.people.models import District, Person, Unit
from plateward.people.sharing.testing import put_in_force
from plateward.people.testing import person, signed_in
from plateward.simulators.cad import CadSimulator, SimulatedIncident
from plateward.testing.pictures import picture
from plateward.testing.roadside import Photo, enroll_reader
from plateward.work.searches import actions
from plateward.work.searches.models import Search
from plateward.work.searches.results.kept import result_read
from plateward.work.searches.results.reading import read_page
from plateward.work.searches.results.rows import result_rows
from plateward.work.searches.rules import SearchState
from plateward.work.searches.testing import Recorded, Searchers, state_now

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.6/scope", "SB40.declare/registry")]
TRUCK = "Ford truck stolen in Yuma at 0200; the owner's camera shows it leaving for I-40 east."
CASE = "2026-00450"


@pytest.fixture
def kim(searchers: Searchers, dispatch: CadSimulator) -> Person:
    """CAD has a call of her agency; District 5 has unit 12, whose reader saw the truck."""
    dispatch.incidents[CASE] = SimulatedIncident(CASE, units=("AZ0140000",))
    five = District.objects.create(name="District 5")
    Unit.objects.filter(name="Unit 12").update(district=five)
    kim = person("kim", supervisor=searchers.carla)
    Access.objects.filter(person=kim).update(supervisor=searchers.carla)
    put_in_force()
    return kim


def asks(searchers: Searchers, kim: Person, **changed: Any) -> Search:
    now = clock.now()
    usual = {"purpose": "stolen_vehicle", "offense": "stolen_vehicle", "number": CASE, "reason": TRUCK}
    return searchers.asks(kim, **usual | {"since": now - timedelta(days=7)} | changed)


def seen_by(unit: str) -> Photo:
    reader = enroll_reader(unit.lower().replace(" ", "-"), unit, Unit.objects.get_or_create(name=unit)[0])
    photo = reader.photo("BKT419", captured_at=clock.now(), image=picture())
    reader.send(photo)
    return photo


@pytest.mark.clause("SB40.share/recorded", "6.b.i.9/entries")
def test_what_she_asks_and_sees_is_on_the_log_with_agency_declaration_and_grant(
    searchers: Searchers, kim: Person, recorded: Recorded
) -> None:
    search, grant = asks(searchers, kim), AgencyGrant.of(kim.agency)
    assert grant
    named = {
        "agency": kim.agency,
        "grant": grant.pk,
        "declaration": grant.declaration_id,
        "disclosed_to": "kim",
        "purpose": "stolen_vehicle",
        "number": CASE,
    }
    assert named.items() <= recorded("search.ask").details.items()
    assert state_now(search) is SearchState.RUNS
    actions.allowed_search(PersonActor.of(kim), search.pk)
    assert named.items() <= recorded("search.run").details.items()
    mine = searchers.asks()
    actions.allowed_search(PersonActor.of(searchers.ada), mine.pk)
    assert "agency" not in recorded("search.run").details


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"purpose": "misdemeanor"}, "this purpose"),
        ({"offense": "theft"}, "this offense"),
        ({"since": clock.now() - timedelta(days=31)}, "30 days ago"),
        ({"units": ("Unit 14",)}, "this part of the state"),
    ],
)
def test_beyond_the_grant_nothing_is_asked(
    searchers: Searchers, kim: Person, recorded: Recorded, changed: dict[str, Any], says: str
) -> None:
    Unit.objects.get_or_create(name="Unit 14")
    with pytest.raises(Refused, match=says):
        asks(searchers, kim, **changed)
    entry = recorded("search.ask")
    assert (entry.outcome, entry.clause, entry.details["agency"]) == ("refused", "6.b.i.6", kim.agency)


@pytest.mark.clause("6.e.vi/reason", "6.a.iii/known")
def test_she_passes_the_same_gates_as_everybody(searchers: Searchers, kim: Person) -> None:
    with pytest.raises(Refused, match="reason is not accepted"):
        asks(searchers, kim, reason="Investigation.")
    with pytest.raises(Refused, match="Unit 12"):
        asks(searchers, kim, number="2026-00412")
    several = asks(searchers, kim, plates=("BKT419", "TRV881"))
    assert state_now(several) is SearchState.WAITS


def test_the_searches_of_a_day_are_counted_for_the_whole_agency(searchers: Searchers, kim: Person) -> None:
    for plate in ("AAA111", "BBB222", "CCC333"):
        asks(searchers, kim, plates=(plate,))
    with pytest.raises(Refused, match="has made its 3 searches of today"):
        asks(searchers, kim, plates=("DDD444",))
    with clock.set_to(clock.now() + timedelta(days=1)):
        asks(searchers, kim, plates=("DDD444",))


def test_only_reads_of_the_districts_of_the_grant_answer_and_without_pictures(
    searchers: Searchers, kim: Person
) -> None:
    near, far = seen_by("Unit 12"), seen_by("Unit 90")
    now = clock.now()
    search, browser = asks(searchers, kim, until=now + timedelta(hours=1)), signed_in(kim)
    allowed = actions.allowed_search(PersonActor.of(kim), search.pk)
    parts = read_page(configured_store(), allowed.queries, Order.NEWEST, None, 10)
    found = [part for part in parts if isinstance(part, ReadSummary)]
    ours = {near.read.id, far.read.id}  # the store may hold those of other tests
    assert [read.id for read in found if read.id in ours] == [near.read.id]
    assert {(row.picture, row.crop) for row in result_rows(allowed, found)} == {("", "")}
    assert result_read(configured_store(), far.read.captured_at.date(), far.read.id, allowed.queries) is None
    path = f"/searches/{search.pk}/results/read/{near.read.captured_at.date()}/{near.read.id}/"
    page = browser.get(path)
    assert (page.status_code, b"<img" in page.content) == (200, False)
    assert browser.get(f"{path}plate.jpg").status_code == 404
    assert browser.get(f"/searches/{search.pk}/export/").status_code == 403


@pytest.mark.parametrize("end", ["narrower", "revoked"])
def test_a_search_that_was_asked_for_shows_nothing_any_more_once_the_grant_is_gone(
    searchers: Searchers, kim: Person, end: str
) -> None:
    search, grant = asks(searchers, kim), AgencyGrant.of(kim.agency)
    assert grant
    if end == "narrower":
        granted(searchers.hector, of=grant.request.agency, purposes=["felony"])
    else:
        GrantRevocation.objects.create(grant=grant, clause="6.a.ii.3", reason="Misuse.", by=searchers.hector)
    with pytest.raises(Refused) as refused:
        actions.allowed_search(PersonActor.of(kim), search.pk)
    assert refused.value.refusal.clause == "6.b.i.6"


def test_her_home_page_says_what_she_may_ask_and_what_is_left_of_today(
    searchers: Searchers, kim: Person
) -> None:
    asks(searchers, kim)
    page = signed_in(kim).get("/").content.decode()
    assert all(
        text in page for text in ("2 of 3 searches left today", "District 5", "Stolen vehicle or plate")
    )
    assert "searches left today" not in signed_in(searchers.ada).get("/").content.decode()
