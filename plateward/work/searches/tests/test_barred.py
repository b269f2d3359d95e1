"""A search for what the law bars stops, whichever of its texts says so."""

from datetime import UTC, timedelta
from typing import Any

import pytest

from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.work.searches import deciding, records, unmasking
from plateward.work.searches.models import StoppedDecision, StoppedRequest
from plateward.work.searches.rules import SearchState
from plateward.work.searches.testing import (
    CASE,
    OTHER_CASE,
    PLACE,
    WHY_THIS,
    Searchers,
    approve,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dispatch")]

IMMIGRATION = (
    "ICE agent asked where this van goes; neighbor on Alamo Rd says the driver is undocumented, seen Sunday."
)


@pytest.mark.clause("SB40.share/words")
def test_a_barred_purpose_stops_and_goes_to_the_administrator(searchers: Searchers) -> None:
    with pytest.raises(Refused, match=r"SB40\.share"):
        searchers.asks(reason=IMMIGRATION)
    with pytest.raises(Refused, match=r"SB40\.share"):
        searchers.asks(reason=IMMIGRATION)
    stopped = StoppedRequest.objects.get()  # once, however often it is tried
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


@pytest.mark.clause("SB40.share/words")
def test_what_the_administrator_cleared_may_be_given_for_that_number(searchers: Searchers) -> None:
    with pytest.raises(Refused):
        searchers.asks(reason=IMMIGRATION)
    stopped = StoppedRequest.objects.get()
    cleared = StoppedDecision.Kind.CLEARED
    text = "ICE is the name of the ice house on Alamo Rd that was robbed."
    deciding.decide_stopped(PersonActor.of(searchers.gloria), stopped.pk, cleared, text)
    with pytest.raises(Refused):
        searchers.asks(reason=IMMIGRATION, number=OTHER_CASE)
    assert records.state(searchers.asks(reason=IMMIGRATION)) is SearchState.RUNS


IMMIGRATION_TOO = (
    "The ICE officers want him before he leaves the state; the shooting at the store was only the start."
)


@pytest.mark.clause("SB40.share/words", "6.a.i.1/purposes")
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
    stopped = StoppedRequest.objects.get()
    assert (stopped.reason, stopped.field) == (IMMIGRATION_TOO, field)
    text = "The officers named are of the Ice Creek marshal's office; nobody is sought for status."
    deciding.decide_stopped(PersonActor.of(searchers.gloria), stopped.pk, StoppedDecision.Kind.CLEARED, text)
    assert searchers.asks(**changed).pk
    with pytest.raises(Refused, match=r"SB40\.share"):
        searchers.asks(reason=IMMIGRATION_TOO)
    assert StoppedRequest.objects.filter(decision=None).get().field == "reason", "cleared for its field alone"


@pytest.mark.both_databases
@pytest.mark.clause("SB40.share/words")
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
    stopped = StoppedRequest.objects.order_by("pk").values_list("field", "number")
    assert list(stopped) == [("unmasking", CASE), ("why", CASE)]
