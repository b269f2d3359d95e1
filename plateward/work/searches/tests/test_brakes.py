"""Searches that need a second person."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from plateward.core.audit.actor import Actor
from plateward.field.hotlists.protected.actions import add_vehicle
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.testing import person
from plateward.simulators.cad import CadSimulator
from plateward.testing.threads import at_once
from plateward.work.searches import actions, deciding, routing
from plateward.work.searches.models import Search
from plateward.work.searches.rules import Brake, SearchState
from plateward.work.searches.testing import (
    CASE,
    EMERGENCY,
    FOR_OLDER,
    OTHER_CASE,
    PLACE,
    REASON,
    Searchers,
    approve,
    state_now,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dispatch")]

TESTS = Actor("system", "test", "The tests")


def register(kind: str, owner: Person | None, plate: str = "BKT419") -> None:
    add_vehicle(TESTS, plate, "NM", kind, owner, None)


@pytest.mark.clause("6.a.ii.2/brake")
def test_the_third_search_for_a_plate_in_one_case_needs_a_second_person(searchers: Searchers) -> None:
    assert [searchers.asks().brakes for _ in range(3)] == [[], [], [Brake.REPEATED]]
    look_alike = searchers.asks(plates=("8KT4I9",))
    assert look_alike.brakes == [Brake.REPEATED]
    assert searchers.asks(plates=("TRV881",)).brakes == []


@pytest.mark.clause("6.a.ii.2/brake")
def test_the_third_search_for_a_plate_in_a_case_waits_whoever_makes_it(searchers: Searchers) -> None:
    searchers.asks(), searchers.asks()
    assert searchers.asks(searchers.ben, reason=f"{REASON} Tow log agrees.").brakes == [Brake.REPEATED]
    other = f"Same van seen by the owner at a second theft, Sonic on Valley Dr, 0410. {EMERGENCY}"
    in_another_case = searchers.asks(searchers.ben, number=OTHER_CASE, reason=other)
    assert in_another_case.brakes == [], "what others did in other cases is no grounds of his"


@pytest.mark.clause("6.a.ii.2/brake")
def test_a_case_is_the_same_however_its_number_is_divided(
    searchers: Searchers, dispatch: CadSimulator
) -> None:
    divided = [CASE, CASE.replace("-", ""), "20-2600-412"]
    for number in divided[1:]:
        dispatch.incidents[number] = replace(dispatch.incidents[CASE], number=number)
    assert [searchers.asks(number=number).brakes for number in divided] == [[], [], [Brake.REPEATED]]
    by_ben = searchers.asks(searchers.ben, number=divided[1], reason=f"{REASON} Tow log agrees.")
    assert by_ben.brakes == [Brake.REPEATED]


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("6.a.ii.2/brake")
def test_of_three_officers_who_search_at_once_in_a_new_case_the_third_needs_a_second_person(
    searchers: Searchers,
) -> None:
    elena = person("elena")
    at_once(
        *(
            lambda who=who: searchers.asks(who, reason=f"{REASON} {who.username} took the report.")
            for who in (searchers.ada, searchers.ben, elena)
        )
    )
    brakes = Search.objects.order_by("pk").values_list("brakes", flat=True)
    assert list(brakes) == [[], [], [Brake.REPEATED]]


@pytest.mark.clause("6.a.ii.2/brake", "6.a.ii.3/brake", "6.a.ii.3/found")
def test_asking_and_taking_back_counts_and_is_flagged(searchers: Searchers) -> None:
    register("family", searchers.ben, plate="TRV881")
    ada = PersonActor.of(searchers.ada)
    for _ in range(2):
        deciding.withdraw_search(ada, searchers.asks(plates=("TRV881",)))
    flags = Notice.objects.filter(to=searchers.carla, text__contains="protected vehicle, and was withdrawn")
    assert flags.count() == 2
    assert not Notice.objects.filter(to=searchers.ada).exists(), "the searcher learns nothing of it"
    assert Brake.REPEATED in searchers.asks(plates=("TRV881",)).brakes


@pytest.mark.clause("6.a.ii.2/brake")
def test_a_refused_search_counts_like_one_that_ran(searchers: Searchers) -> None:
    for _ in range(2):
        search = searchers.asks(plates=("TRV881", "TRV882"))
        deciding.refuse_search(PersonActor.of(searchers.carla), search.pk, 0, "No grounds for the second.")
    assert searchers.asks(plates=("TRV882",)).brakes == [Brake.REPEATED]


@pytest.mark.clause("6.a.ii.2/brake")
@pytest.mark.parametrize(
    "changed",
    [{"plates": ("BKT419*",)}, {"plates": ("BKT41?",)}, {"plates": ("BKT418",), "match": "near"}],
)
def test_the_same_plate_written_otherwise_is_a_repeat(searchers: Searchers, changed: dict[str, Any]) -> None:
    for _ in range(2):
        searchers.asks()
    assert Brake.REPEATED in searchers.asks(**changed).brakes


@pytest.mark.clause("6.a.ii.2/brake")
def test_partial_plates_are_few_in_a_search_and_in_a_day(searchers: Searchers) -> None:
    with pytest.raises(Refused, match="at most 5 partial plates"):
        searchers.asks(plates=tuple(f"*{number}" for number in range(120, 126)))
    for tens in range(4):
        searchers.asks(plates=tuple(f"*{tens}1{last}" for last in range(5)))
    assert Brake.PARTIALS in searchers.asks(plates=("*987",)).brakes


@pytest.mark.clause("6.a.ii.2/brake")
def test_a_new_case_is_new_grounds_once(searchers: Searchers) -> None:
    for _ in range(2):
        searchers.asks()
    other = f"Same van seen by the owner at a second theft, Sonic on Valley Dr, 0410. {EMERGENCY}"
    assert searchers.asks(number=OTHER_CASE, reason=other).brakes == []
    assert searchers.asks(number=OTHER_CASE, reason=other).brakes == [Brake.REPEATED]


@pytest.mark.both_databases
@pytest.mark.clause("6.a.ii.2/brake")
def test_repeats_count_for_a_year(searchers: Searchers) -> None:
    for _ in range(2):
        searchers.asks()
    with clock.set_to(clock.now() + timedelta(days=366)):
        assert searchers.asks().brakes == []


@pytest.mark.clause("6.a.ii.2/brake", "6.e.vi/reason")
def test_older_reads_need_their_own_reason_and_an_approval(searchers: Searchers) -> None:
    since = clock.now().astimezone(UTC) - timedelta(days=91)
    with pytest.raises(Refused, match="need a reason of their own"):
        searchers.asks(since=since)
    search = searchers.asks(since=since, why_older=FOR_OLDER)
    assert (search.brakes, search.why_older) == ([Brake.OLDER], FOR_OLDER)


@pytest.mark.clause("6.a.ii.2/brake")
def test_many_plates_are_one_approval(searchers: Searchers) -> None:
    plates = tuple(f"TRV{number:03}" for number in range(200))
    search = searchers.asks(plates=plates)
    assert search.brakes == [Brake.BULK]
    approve(search, searchers.carla)
    allowed = actions.allowed_search(PersonActor.of(searchers.ada), search.pk)
    assert [query.plate.text for query in allowed.queries if query.plate] == list(plates)


@pytest.mark.clause("6.a.ii.3/brake")
@pytest.mark.parametrize("kind", ["personal", "family", "agency"])
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"plates": ("BKT4*",)},
        {"plates": ("BKT418",), "match": "near"},
        {"plates": ("BKT41",), "match": "near"},
        {"plates": ("8KT4I9",), "match": "folded"},
        {"plates": ("8KT4I8",), "match": "near"},
    ],
)
def test_a_search_that_may_find_a_protected_vehicle_waits_without_a_word_why(
    searchers: Searchers, kind: str, changed: dict[str, Any]
) -> None:
    register(kind, searchers.ben if kind != "agency" else None)
    search = searchers.asks(**changed)
    assert search.brakes == [Brake.PROTECTED]
    with pytest.raises(Refused) as refused:
        actions.allowed_search(PersonActor.of(searchers.ada), search.pk)
    assert refused.value.refusal.reason == "This search needs your supervisor's approval."
    assert not Notice.objects.filter(to=searchers.ben).exists()


@pytest.mark.clause("6.a.ii.3/brake", "6.b.i.8/scope")
def test_whose_vehicle_it_is_does_not_decide(searchers: Searchers) -> None:
    register("family", searchers.carla)
    search = searchers.asks()
    assert routing.routes_of([search])[search.pk].reviewers == (searchers.laura,)
    assert routing.steps_for(searchers.carla) == []
    with pytest.raises(Refused, match="not yours to decide"):
        approve(search, searchers.carla)
    approve(search, searchers.laura)
    assert state_now(search) is SearchState.RUNS


@pytest.mark.clause("6.a.ii.2/place")
def test_a_search_from_a_place_rests_on_a_warrant_or_an_emergency(searchers: Searchers) -> None:
    for changed, says in (
        ({"basis": ""}, "needs a warrant or an emergency"),
        ({"basis_text": "none"}, "not a warrant number"),
        ({"warrant_court": " . "}, "court is missing"),
        ({"warrant_on": None}, "day of the warrant is missing"),
        ({"warrant_on": date(2126, 1, 20)}, "in the future"),
        ({"basis": "exigency", "basis_text": "Urgent situation."}, "does not say what the emergency is"),
    ):
        with pytest.raises(Refused, match=says):
            searchers.asks(**PLACE | changed)
    search = searchers.asks(**PLACE)
    assert search.brakes == [Brake.PLACE]
    approve(search, searchers.carla)
    assert actions.allowed_search(PersonActor.of(searchers.ada), search.pk).masked
