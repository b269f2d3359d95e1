"""Which reads a person may search, by role and unit, and with which units they work."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from plateward.core.audit.leaf import Leaf
from plateward.field.fleet.actions import assign_unit
from plateward.field.fleet.models import Reader
from plateward.field.reads.queries import Span
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.access.models import Access
from plateward.people.actor import PersonActor
from plateward.people.models import District, Person, Unit
from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.people.testing import person, signed_in
from plateward.testing.roadside import enroll_reader
from plateward.work.searches.models import Reach, SearchReach
from plateward.work.searches.query import SearchQuery
from plateward.work.searches.scope import (
    NOTHING,
    USUAL_REACH,
    SearchScope,
    left_out,
    read_queries,
    scope_for,
    scope_of,
    units_of,
)
from plateward.work.searches.testing import Searchers
from plateward.work.searches.views_reach import set_reach

pytestmark = pytest.mark.clause("6.b.i.8/scope", "6.c.ii/cases", "6.c.i.1/role")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
QUERY = SearchQuery(NOW - timedelta(days=1), NOW, ("BKT419",))
WHY = "Supervisors lead pursuits across districts; the Chief decided it on November 20."


def queries(query: SearchQuery, who: Person) -> tuple[object, ...]:
    return read_queries(query, scope_for(who))


@pytest.mark.parametrize("role", Role)
def test_who_may_search_has_reads_to_search_and_nobody_else_has(role: Role) -> None:
    for reach in Reach:
        scope = scope_of(role, reach, {12})
        assert (scope != NOTHING) == (Permission.SEARCH_RUN in ROLE_PERMISSIONS[role])
        everything = role == Role.CHIEF or (role in USUAL_REACH and reach is Reach.AGENCY)
        assert (scope.units is None) == everything


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.clause("6.e.ii/own")
def test_an_officer_searches_the_own_districts_reads_unless_the_administrator_sets_it_otherwise(
    recorded: Callable[[str], Leaf],
) -> None:
    five, three = (District.objects.create(name=f"District {number}") for number in (5, 3))
    own, near, far = (
        Unit.objects.create(name=name, district=district)
        for name, district in (("Unit 21", five), ("Unit 22", five), ("Unit 31", three))
    )
    for name, unit in (("own", own), ("near", near), ("far", far), ("gate", None)):
        enroll_reader(name, name, unit)
    ada, carla, elena = person("ada", unit=own), person("carla", unit=own), person("elena", unit=own)
    for who in (ada, carla):
        assert scope_for(who).units == frozenset({own.pk, near.pk})
        [found] = read_queries(QUERY, scope_for(who))
        assert found.readers == frozenset({"own", "near"})
    assert scope_for(elena).units is None
    gloria = PersonActor.of(person("gloria"))
    set_reach(gloria, Role.OFFICER, Reach.UNIT, WHY)
    set_reach(gloria, Role.SUPERVISOR, Reach.AGENCY, WHY)
    assert (scope_for(ada).units, scope_for(carla).units) == (frozenset({own.pk}), None)
    assert recorded("search.reach").details == {"reach": "agency", "before": "district"}
    of_others = SearchQuery(QUERY.since, QUERY.until, QUERY.plates, units=("Unit 31",))
    assert queries(of_others, ada) == ()


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.clause("6.e.ii/own")
def test_reads_follow_the_unit_that_their_reader_had_when_it_took_them() -> None:
    twelve, ninety = (Unit.objects.create(name=f"Unit {number}") for number in (12, 90))
    car, other = enroll_reader("car", "Car", twelve), enroll_reader("other", "Other", ninety)
    ada, kim, moved = person("ada", unit=twelve), person("carla", unit=ninety), NOW - timedelta(hours=6)
    before, after = Span(QUERY.since, moved), Span(moved, NOW)
    with clock.set_to(moved):
        assign_unit(PersonActor.of(person("gloria")), Reader.objects.get(name=car.name), None)
        Reader.objects.filter(name=car.name).update(unit=ninety)
    [own] = read_queries(QUERY, scope_for(ada))
    assert (own.span, own.readers) == (before, frozenset({car.name}))
    found = {query.span: query.readers for query in read_queries(QUERY, scope_for(kim))}
    assert found == {Span(QUERY.since, NOW): frozenset({other.name}), after: frozenset({car.name})}
    of_unit = SearchQuery(QUERY.since, QUERY.until, QUERY.plates, units=("Unit 12",))
    assert queries(of_unit, kim) == ()
    assert queries(of_unit, ada) == (own,)
    [everywhere] = read_queries(of_unit, SearchScope(None))
    assert (everywhere.span, everywhere.readers) == (before, frozenset({car.name}))


@pytest.mark.django_db
@pytest.mark.clause("6.e.ii/own")
def test_a_unit_without_a_district_has_its_own_reads_and_a_person_without_a_unit_none() -> None:
    enroll_reader("alone", "Alone", Unit.objects.create(name="Unit 41"))
    enroll_reader("other", "Other", Unit.objects.create(name="Unit 42"))
    alone = person("ada", unit=Unit.objects.get(name="Unit 41"))
    [query] = read_queries(QUERY, scope_for(alone))
    assert query.readers == frozenset({"alone"})
    nobody = person("ben", unit=None)
    assert scope_for(nobody).units == frozenset()
    assert queries(QUERY, nobody) == ()


@pytest.mark.django_db
@pytest.mark.clause("6.e.ii/own")
def test_the_page_says_what_is_not_searched_and_whom_to_ask() -> None:
    person("gloria")
    page = signed_in(person("ada")).get("/searches/").content.decode()
    assert "Reads of other districts are not searched" in page
    assert "ask Communications" in page
    assert "not searched" not in signed_in(person("hector")).get("/searches/").content.decode()
    set_reach(PersonActor.of(person("gloria")), Role.COMMUNICATIONS, Reach.DISTRICT, WHY)
    assert "ask the ALPR administrator" in left_out(Reach.UNIT)
    assert left_out(Reach.AGENCY) == ""


@pytest.mark.django_db
@pytest.mark.clause("6.e.ii/own")
@pytest.mark.parametrize(
    ("role", "reach", "reason"),
    [
        ("officer", "agency", "because"),
        ("officer", "world", WHY),
        ("chief", "unit", WHY),
        ("auditor", "agency", WHY),
        ("", "", ""),
    ],
)
def test_the_administrator_alone_sets_it_with_a_reason(role: str, reach: str, reason: str) -> None:
    for username in ("ada", "carla", "hector"):
        form = {"role": "officer", "reach": "agency", "reason": WHY}
        assert signed_in(person(username)).post("/searches/reach/", form).status_code == 403
    gloria = signed_in(person("gloria"))
    assert "Own district" in gloria.get("/searches/reach/").content.decode()
    wrong = {"role": role, "reach": reach, "reason": reason}
    assert gloria.post("/searches/reach/", wrong).status_code in (409, 422)
    with pytest.raises(Refused):
        set_reach(PersonActor.of(person("gloria")), role, reach, reason)
    assert not SearchReach.objects.exists()
    right = gloria.post("/searches/reach/", {"role": "officer", "reach": "agency", "reason": WHY})
    assert right["Location"] == "/searches/reach/"
    assert scope_for(person("ada")).units is None


@pytest.mark.both_databases
@pytest.mark.django_db
def test_an_inspector_finds_trucks_and_buses_at_the_own_units_readers() -> None:
    dario = person("dario", unit=Unit.objects.get_or_create(name="Unit 14")[0])
    assert queries(QUERY, dario) == ()
    enroll_reader("unit-14", "Unit 14 rear", dario.unit)
    enroll_reader("gate-1", "Gate 1")
    [query] = read_queries(QUERY, scope_for(dario))
    assert (query.readers, query.kinds) == (frozenset({"unit-14"}), frozenset({"truck", "bus"}))
    cars = SearchQuery(QUERY.since, QUERY.until, QUERY.plates, kinds=("car",))
    assert queries(cars, dario) == ()
    dario.role = Role.CHIEF  # the account's may lag behind the access in force
    assert queries(QUERY, dario) == (query,)
    assert units_of(dario) is not None
    Access.objects.filter(person=dario).update(ends=clock.now())
    assert queries(QUERY, dario) == ()


@pytest.mark.both_databases
@pytest.mark.django_db
def test_units_that_are_searched_are_their_readers(searchers: Searchers) -> None:
    enroll_reader("unit-12", "Unit 12 rear", searchers.ada.unit)
    of_unit = SearchQuery(QUERY.since, QUERY.until, QUERY.plates, units=("Unit 12",))
    [query] = read_queries(of_unit, scope_for(searchers.ada))
    assert query.readers == frozenset({"unit-12"})
    unknown = SearchQuery(QUERY.since, QUERY.until, QUERY.plates, units=("Unit 99",))
    assert queries(unknown, searchers.ada) == ()


@pytest.mark.django_db
@pytest.mark.clause("6.a.iii/known")
def test_a_person_works_with_the_units_above_and_below_them(searchers: Searchers) -> None:
    carla, ben = searchers.carla, searchers.ben
    carla.unit = Unit.objects.create(name="District 5")
    ben.unit = Unit.objects.create(name="Unit 14")
    carla.save(update_fields=["unit"])
    ben.save(update_fields=["unit"])
    assert units_of(searchers.ada) == frozenset({"Unit 12", "District 5", "badge-ada"})
    assert units_of(carla) == frozenset({"Unit 12", "Unit 14", "District 5", "badge-carla"})
    assert units_of(searchers.hector) is None
