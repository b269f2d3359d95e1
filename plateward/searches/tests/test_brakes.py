"""Searches that need a second person, who decides them, and what the searcher learns."""

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from plateward import clock
from plateward.audit.actor import Actor
from plateward.hotlists.protected.actions import add_vehicle
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.testing import person
from plateward.policy.decision import Refused
from plateward.searches import actions, deciding, records, routing, settling, unmasking
from plateward.searches.models import Search, SearchDecision, SearchReferral, StoppedDecision, StoppedSearch
from plateward.searches.rules import Brake, SearchState
from plateward.searches.testing import (
    CASE,
    EMERGENCY,
    FOR_OLDER,
    OTHER_CASE,
    REASON,
    Searchers,
    state_now,
)
from plateward.simulators.cad import CadSimulator
from plateward.testing.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dispatch")]
TESTS = Actor("system", "test", "The tests")
AREA = '{"circle": [32.31, -106.78, 2000]}'
WHY_THIS = "The only white van heading north within two minutes of the shots, as the clerk described."
PLACE: dict[str, Any] = {"plates": (), "area": AREA, "basis": "warrant", "basis_text": "D-307-SW-2026-0114"}


def approve(search: Search, reviewer: Person, step: int = 0) -> None:
    deciding.approve_search(PersonActor.of(reviewer), search.pk, step)


def register(kind: str, owner: Person | None, plate: str = "BKT419") -> None:
    add_vehicle(TESTS, plate, "NM", kind, owner, None)


@pytest.mark.clause("6.a.ii.2")
def test_the_third_search_for_a_plate_in_one_case_needs_a_second_person(searchers: Searchers) -> None:
    assert [searchers.asks().brakes for _ in range(3)] == [[], [], [Brake.REPEATED]]
    look_alike = searchers.asks(plates=("8KT4I9",))
    assert look_alike.brakes == [Brake.REPEATED]
    assert searchers.asks(plates=("TRV881",)).brakes == []


@pytest.mark.clause("6.a.ii.2", "6.a.iii")
def test_the_third_search_for_a_plate_in_a_case_waits_whoever_makes_it(searchers: Searchers) -> None:
    searchers.asks(), searchers.asks()
    assert searchers.asks(searchers.ben, reason=f"{REASON} Tow log agrees.").brakes == [Brake.REPEATED]
    other = f"Same van seen by the owner at a second theft, Sonic on Valley Dr, 0410. {EMERGENCY}"
    in_another_case = searchers.asks(searchers.ben, number=OTHER_CASE, reason=other)
    assert in_another_case.brakes == [], "what others did in other cases is no grounds of his"


@pytest.mark.clause("6.a.ii.2", "6.a.iii")
def test_a_case_is_the_same_however_its_number_is_divided(
    searchers: Searchers, dispatch: CadSimulator
) -> None:
    divided = [CASE, CASE.replace("-", ""), "20-2600-412"]
    for number in divided[1:]:
        dispatch.incidents[number] = replace(dispatch.incidents[CASE], number=number)
    assert [searchers.asks(number=number).brakes for number in divided] == [[], [], [Brake.REPEATED]]
    by_ben = searchers.asks(searchers.ben, number=divided[1], reason=f"{REASON} Tow log agrees.")
    assert by_ben.brakes == [Brake.REPEATED]


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("6.a.ii.2")
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


@pytest.mark.clause("6.a.ii.2", "6.a.ii.3")
def test_asking_and_taking_back_counts_and_is_flagged(searchers: Searchers) -> None:
    register("family", searchers.ben, plate="TRV881")
    ada = PersonActor.of(searchers.ada)
    for _ in range(2):
        actions.withdraw_search(ada, searchers.asks(plates=("TRV881",)))
    flags = Notice.objects.filter(to=searchers.carla, text__contains="protected vehicle, and was withdrawn")
    assert flags.count() == 2
    assert not Notice.objects.filter(to=searchers.ada).exists(), "the searcher learns nothing of it"
    assert Brake.REPEATED in searchers.asks(plates=("TRV881",)).brakes


@pytest.mark.clause("6.a.ii.2")
def test_a_refused_search_counts_like_one_that_ran(searchers: Searchers) -> None:
    for _ in range(2):
        search = searchers.asks(plates=("TRV881", "TRV882"))
        deciding.refuse_search(PersonActor.of(searchers.carla), search.pk, 0, "No grounds for the second.")
    assert searchers.asks(plates=("TRV882",)).brakes == [Brake.REPEATED]


@pytest.mark.clause("6.a.ii.2")
@pytest.mark.parametrize(
    "changed",
    [{"plates": ("BKT419*",)}, {"plates": ("BKT41?",)}, {"plates": ("BKT418",), "match": "near"}],
)
def test_the_same_plate_written_otherwise_is_a_repeat(searchers: Searchers, changed: dict[str, Any]) -> None:
    for _ in range(2):
        searchers.asks()
    assert Brake.REPEATED in searchers.asks(**changed).brakes


@pytest.mark.clause("6.a.ii.2")
def test_partial_plates_are_few_in_a_search_and_in_a_day(searchers: Searchers) -> None:
    with pytest.raises(Refused, match="at most 5 partial plates"):
        searchers.asks(plates=tuple(f"*{number}" for number in range(120, 126)))
    for tens in range(4):
        searchers.asks(plates=tuple(f"*{tens}1{last}" for last in range(5)))
    assert Brake.PARTIALS in searchers.asks(plates=("*987",)).brakes


@pytest.mark.clause("6.a.ii.2")
def test_a_new_case_is_new_grounds_once(searchers: Searchers) -> None:
    for _ in range(2):
        searchers.asks()
    other = f"Same van seen by the owner at a second theft, Sonic on Valley Dr, 0410. {EMERGENCY}"
    assert searchers.asks(number=OTHER_CASE, reason=other).brakes == []
    assert searchers.asks(number=OTHER_CASE, reason=other).brakes == [Brake.REPEATED]


@pytest.mark.clause("6.a.ii.2")
def test_repeats_count_for_a_year(searchers: Searchers) -> None:
    for _ in range(2):
        searchers.asks()
    with clock.set_to(clock.now() + timedelta(days=366)):
        assert searchers.asks().brakes == []


@pytest.mark.clause("6.a.ii.2", "6.e.vi")
def test_older_reads_need_their_own_reason_and_an_approval(searchers: Searchers) -> None:
    since = clock.now().astimezone(UTC) - timedelta(days=91)
    with pytest.raises(Refused, match="need a reason of their own"):
        searchers.asks(since=since)
    search = searchers.asks(since=since, why_older=FOR_OLDER)
    assert (search.brakes, search.why_older) == ([Brake.OLDER], FOR_OLDER)


@pytest.mark.clause("6.a.ii.2")
def test_many_plates_are_one_approval(searchers: Searchers) -> None:
    plates = tuple(f"TRV{number:03}" for number in range(200))
    search = searchers.asks(plates=plates)
    assert search.brakes == [Brake.BULK]
    approve(search, searchers.carla)
    allowed = actions.allowed_search(PersonActor.of(searchers.ada), search.pk)
    assert [query.plate.text for query in allowed.queries if query.plate] == list(plates)


@pytest.mark.one_database
@pytest.mark.clause("6.a.ii.3")
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


@pytest.mark.clause("6.a.ii.3", "6.b.i.8")
@pytest.mark.one_database
def test_whose_vehicle_it_is_does_not_decide(searchers: Searchers) -> None:
    register("family", searchers.carla)
    search = searchers.asks()
    assert routing.routes_of([search])[search.pk].reviewers == (searchers.laura,)
    assert routing.steps_for(searchers.carla) == []
    with pytest.raises(Refused, match="not yours to decide"):
        approve(search, searchers.carla)
    approve(search, searchers.laura)
    assert state_now(search) is SearchState.RUNS


@pytest.mark.clause("6.a.ii.2", "6.b.i.8")
@pytest.mark.one_database
def test_nobody_approves_their_own_search(searchers: Searchers) -> None:
    search = searchers.asks(searchers.carla, plates=("TRV881", "TRV882"))
    with pytest.raises(Refused, match="cannot review your own search"):
        approve(search, searchers.carla)
    with pytest.raises(Refused, match="not the reviewer of this search"):
        approve(search, searchers.hector)
    approve(search, searchers.laura)


@pytest.mark.clause("6.a.ii.2")
def test_an_approval_ends(searchers: Searchers) -> None:
    search, urgent = (
        searchers.asks(plates=("TRV881", "TRV882")),
        searchers.asks(plates=("TRV881", "TRV882"), purpose="missing_person"),
    )
    for one in (search, urgent):
        approve(one, searchers.carla)
    with clock.set_to(clock.now() + timedelta(hours=12, minutes=1)):
        assert (state_now(search), state_now(urgent)) == (SearchState.RUNS, SearchState.ENDED)
    with clock.set_to(clock.now() + timedelta(hours=72, minutes=1)):
        assert state_now(search) is SearchState.ENDED


@pytest.mark.clause("6.a.ii.2")
def test_a_refusal_says_why_and_the_searcher_reads_it(searchers: Searchers) -> None:
    search = searchers.asks(plates=("TRV881", "TRV882"))
    carla = PersonActor.of(searchers.carla)
    with pytest.raises(Refused, match="refusal needs a reason"):
        deciding.refuse_search(carla, search.pk, 0, " ")
    deciding.refuse_search(carla, search.pk, 0, "The second plate is of another case.")
    assert state_now(search) is SearchState.REFUSED
    assert "another case" in Notice.objects.get(to=searchers.ada).text
    assert Notice.objects.get(to=searchers.carla).settled_at


def test_a_search_that_waits_can_be_withdrawn(searchers: Searchers) -> None:
    search = searchers.asks(plates=("TRV881", "TRV882"))
    with pytest.raises(Refused):
        actions.withdraw_search(PersonActor.of(searchers.ben), search)
    actions.withdraw_search(PersonActor.of(searchers.ada), search)
    assert state_now(search) is SearchState.WITHDRAWN


@pytest.mark.clause("6.a.ii.2")
def test_any_supervisor_on_duty_approves_an_urgent_search(searchers: Searchers) -> None:
    search = searchers.asks(plates=("TRV881", "TRV882"), purpose="missing_person", reason=EMERGENCY)
    assert set(Notice.objects.filter(text__startswith="Urgent").values_list("to__username", flat=True)) == {
        *("carla", "laura", "hector"),
    }
    approve(search, searchers.hector)
    assert SearchDecision.objects.get().acting == deciding.ON_DUTY


@pytest.mark.clause("6.a.ii.2", "6.e.iii")
def test_a_search_from_a_place_rests_on_a_warrant_or_an_emergency(searchers: Searchers) -> None:
    for changed, says in (
        ({"basis": ""}, "needs a warrant or an emergency"),
        ({"basis_text": "none"}, "not a warrant number"),
        ({"basis": "exigency", "basis_text": "Urgent situation."}, "does not say what the emergency is"),
    ):
        with pytest.raises(Refused, match=says):
            searchers.asks(**PLACE | changed)
    search = searchers.asks(**PLACE)
    assert search.brakes == [Brake.PLACE]
    approve(search, searchers.carla)
    assert actions.allowed_search(PersonActor.of(searchers.ada), search.pk).masked


@pytest.mark.clause("6.a.ii.2", "6.e.iii")
def test_plates_of_a_place_are_unmasked_step_by_step(searchers: Searchers) -> None:
    ada, search = PersonActor.of(searchers.ada), searchers.asks(**PLACE)
    with pytest.raises(Refused, match="needs your supervisor's approval"):
        unmasking.unmask(ada, search.pk, "TRV880", WHY_THIS)
    approve(search, searchers.carla)
    with pytest.raises(Refused, match="does not say why this plate"):
        unmasking.unmask(ada, search.pk, "TRV880", "Need it.")
    with pytest.raises(Refused, match="can still unmask"):
        unmasking.ask_step(ada, search.pk, WHY_THIS)
    for number in range(5):
        unmasking.unmask(ada, search.pk, f"TRV88{number}", WHY_THIS)
    unmasking.unmask(ada, search.pk, "TRV880", WHY_THIS)  # again costs nothing
    with pytest.raises(Refused, match="With one approval, 5 plates"):
        unmasking.unmask(ada, search.pk, "TRV885", WHY_THIS)
    unmasking.ask_step(ada, search.pk, WHY_THIS)
    with pytest.raises(Refused, match="still waiting"):
        unmasking.ask_step(ada, search.pk, WHY_THIS)
    approve(search, searchers.carla, step=1)
    unmasking.unmask(ada, search.pk, "TRV885", WHY_THIS)
    assert len(actions.allowed_search(ada, search.pk).unmasked) == 6


@pytest.mark.clause("6.a.ii.2")
def test_what_nobody_decides_is_passed_on(searchers: Searchers) -> None:
    search = searchers.asks(plates=("TRV881", "TRV882"))
    assert settling.escalate() == 0
    with clock.set_to(clock.now() + timedelta(hours=2, minutes=1)):
        assert settling.escalate() == 1
        assert settling.escalate() == 0
        assert SearchReferral.objects.get().to == searchers.laura
        approve(search, searchers.laura)
    assert SearchDecision.objects.get().acting == deciding.REFERRED


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("6.a.ii.2")
def test_of_two_supervisors_at_once_one_decides(searchers: Searchers) -> None:
    search = searchers.asks(plates=("TRV881", "TRV882"), purpose="missing_person", reason=EMERGENCY)
    refusals = at_once(*(lambda one=one: approve(search, one) for one in (searchers.carla, searchers.laura)))
    assert refusals == ["This search has already been decided."]
    assert SearchDecision.objects.count() == 1


IMMIGRATION = (
    "ICE agent asked where this van goes; neighbor on Alamo Rd says the driver is undocumented, seen Sunday."
)


@pytest.mark.clause("SB40.share", "SB40.use")
@pytest.mark.one_database
def test_a_barred_purpose_stops_and_goes_to_the_administrator(searchers: Searchers) -> None:
    with pytest.raises(Refused, match=r"SB40\.share"):
        searchers.asks(reason=IMMIGRATION)
    with pytest.raises(Refused, match=r"SB40\.share"):
        searchers.asks(reason=IMMIGRATION)
    stopped = StoppedSearch.objects.get()  # once, however often it is tried
    assert (stopped.person, stopped.reason, stopped.number) == (searchers.ada, IMMIGRATION, CASE)
    assert "was stopped" in Notice.objects.get(to=searchers.gloria).text
    gloria = PersonActor.of(searchers.gloria)
    barred = StoppedDecision.Kind.BARRED
    with pytest.raises(Refused, match="does not say why"):
        deciding.decide_stopped(gloria, stopped.pk, barred, "No.")
    deciding.decide_stopped(
        gloria, stopped.pk, barred, "It is immigration enforcement in the officer's own words."
    )
    assert Notice.objects.filter(to=searchers.carla, text__contains="was barred").exists()
    with pytest.raises(Refused):
        searchers.asks(reason=IMMIGRATION)


@pytest.mark.clause("SB40.share", "SB40.use")
@pytest.mark.one_database
def test_what_the_administrator_cleared_may_be_given_for_that_number(searchers: Searchers) -> None:
    with pytest.raises(Refused):
        searchers.asks(reason=IMMIGRATION)
    stopped = StoppedSearch.objects.get()
    cleared = StoppedDecision.Kind.CLEARED
    text = "ICE is the name of the ice house on Alamo Rd that was robbed."
    deciding.decide_stopped(PersonActor.of(searchers.gloria), stopped.pk, cleared, text)
    with pytest.raises(Refused):
        searchers.asks(reason=IMMIGRATION, number=OTHER_CASE)
    assert records.state(searchers.asks(reason=IMMIGRATION)) is SearchState.RUNS


IMMIGRATION_TOO = (
    "The ICE officers want him before he leaves the state; the shooting at the store was only the start."
)


@pytest.mark.clause("SB40.share", "SB40.use", "6.a.i.1")
@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("basis_text", PLACE | {"basis": "exigency", "basis_text": IMMIGRATION_TOO}),
        ("why_older", {"why_older": IMMIGRATION_TOO}),
    ],
)
def test_no_text_that_gives_a_ground_names_a_barred_one(
    searchers: Searchers, field: str, changed: dict[str, Any]
) -> None:
    if field == "why_older":
        changed = changed | {"since": clock.now().astimezone(UTC) - timedelta(days=91)}
    with pytest.raises(Refused, match=r"SB40\.share") as refused:
        searchers.asks(**changed)
    assert refused.value.refusal.field == field
    stopped = StoppedSearch.objects.get()
    assert (stopped.reason, stopped.field) == (IMMIGRATION_TOO, field)
    text = "The officers named are of the Ice Creek marshal's office; nobody is sought for status."
    deciding.decide_stopped(PersonActor.of(searchers.gloria), stopped.pk, StoppedDecision.Kind.CLEARED, text)
    assert searchers.asks(**changed).pk
    with pytest.raises(Refused, match=r"SB40\.share"):
        searchers.asks(reason=IMMIGRATION_TOO)
    assert StoppedSearch.objects.filter(decision=None).get().field == "reason", "cleared for its field alone"


@pytest.mark.clause("6.a.ii.2")
@pytest.mark.one_database
def test_no_step_is_asked_for_where_nothing_is_masked(searchers: Searchers) -> None:
    ada, search = PersonActor.of(searchers.ada), searchers.asks()
    with pytest.raises(Refused, match="started from a plate"):
        unmasking.ask_step(ada, search.pk, WHY_THIS)
    several = searchers.asks(plates=("TRV881", "TRV882"))
    approve(several, searchers.carla)
    with pytest.raises(Refused, match="started from a plate"):
        unmasking.ask_step(ada, several.pk, WHY_THIS)
    assert not Notice.objects.filter(to=searchers.carla, text__contains="unmask").exists()


@pytest.mark.clause("SB40.share", "SB40.use")
def test_no_plate_is_unmasked_for_what_the_law_bars(searchers: Searchers) -> None:
    ada, search = PersonActor.of(searchers.ada), searchers.asks(**PLACE)
    approve(search, searchers.carla)
    with pytest.raises(Refused, match=r"SB40\.share"):
        unmasking.unmask(ada, search.pk, "TRV880", IMMIGRATION_TOO)
    assert not search.unmaskings.exists()
    for number in range(5):
        unmasking.unmask(ada, search.pk, f"TRV88{number}", WHY_THIS)
    with pytest.raises(Refused, match=r"SB40\.share"):
        unmasking.ask_step(ada, search.pk, IMMIGRATION_TOO)
    assert not search.steps.exists()
    stopped = StoppedSearch.objects.order_by("pk").values_list("field", "number")
    assert list(stopped) == [("unmasking", CASE), ("why", CASE)]
