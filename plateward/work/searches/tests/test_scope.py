"""Which reads a person may search, by role and unit, and with which units they work."""

from datetime import UTC, datetime, timedelta

import pytest

from plateward.ground import clock
from plateward.people.access.models import Access
from plateward.people.models import Unit
from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.people.testing import person
from plateward.testing.roadside import enroll_reader
from plateward.work.searches.query import SearchQuery
from plateward.work.searches.scope import AGENCY_WIDE, NOTHING, read_queries, scope_of, units_of
from plateward.work.searches.testing import Searchers

pytestmark = pytest.mark.clause("6.b.i.8", "6.c.ii", "6.c.i.1")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
QUERY = SearchQuery(NOW - timedelta(days=1), NOW, ("BKT419",))


@pytest.mark.parametrize("role", Role)
def test_who_may_search_has_reads_to_search_and_nobody_else_has(role: Role) -> None:
    scope = scope_of(role, {"unit-12"})
    assert (scope != NOTHING) == (Permission.SEARCH_RUN in ROLE_PERMISSIONS[role])
    assert (scope.readers is None) == (role in AGENCY_WIDE)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_an_inspector_finds_trucks_and_buses_at_the_own_units_readers() -> None:
    dario = person("dario", unit=Unit.objects.get_or_create(name="Unit 14")[0])
    assert read_queries(QUERY, dario) == ()
    enroll_reader("unit-14", "Unit 14 rear", dario.unit)
    enroll_reader("gate-1", "Gate 1")
    [query] = read_queries(QUERY, dario)
    assert (query.readers, query.kinds) == (frozenset({"unit-14"}), frozenset({"truck", "bus"}))
    cars = SearchQuery(QUERY.since, QUERY.until, QUERY.plates, kinds=("car",))
    assert read_queries(cars, dario) == ()
    dario.role = Role.CHIEF  # the account's may lag behind the access in force
    assert read_queries(QUERY, dario) == (query,)
    assert units_of(dario) is not None
    Access.objects.filter(person=dario).update(ends=clock.now())
    assert read_queries(QUERY, dario) == ()


@pytest.mark.both_databases
@pytest.mark.django_db
def test_units_that_are_searched_are_their_readers(searchers: Searchers) -> None:
    enroll_reader("unit-12", "Unit 12 rear", searchers.ada.unit)
    of_unit = SearchQuery(QUERY.since, QUERY.until, QUERY.plates, units=("Unit 12",))
    assert [query.readers for query in read_queries(of_unit, searchers.ada)] == [frozenset({"unit-12"})]
    unknown = SearchQuery(QUERY.since, QUERY.until, QUERY.plates, units=("Unit 99",))
    assert read_queries(unknown, searchers.ada) == ()


@pytest.mark.django_db
@pytest.mark.clause("6.a.iii")
def test_a_person_works_with_the_units_above_and_below_them(searchers: Searchers) -> None:
    carla, ben = searchers.carla, searchers.ben
    carla.unit = Unit.objects.create(name="District 5")
    ben.unit = Unit.objects.create(name="Unit 14")
    carla.save(update_fields=["unit"])
    ben.save(update_fields=["unit"])
    assert units_of(searchers.ada) == frozenset({"Unit 12", "District 5", "badge-ada"})
    assert units_of(carla) == frozenset({"Unit 12", "Unit 14", "District 5", "badge-carla"})
    assert units_of(searchers.hector) is None
