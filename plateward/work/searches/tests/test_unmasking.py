"""The plates of a place are unmasked one by one, five for each approval."""

import pytest

from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.work.searches import actions, unmasking
from plateward.work.searches.testing import (
    PLACE,
    WHY_THIS,
    Searchers,
    approve,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dispatch")]


@pytest.mark.clause("6.a.ii.2/place")
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


@pytest.mark.clause("6.a.ii.2/place")
def test_no_step_is_asked_for_where_nothing_is_masked(searchers: Searchers) -> None:
    ada, search = PersonActor.of(searchers.ada), searchers.asks()
    with pytest.raises(Refused, match="started from a plate"):
        unmasking.ask_step(ada, search.pk, WHY_THIS)
    several = searchers.asks(plates=("TRV881", "TRV882"))
    approve(several, searchers.carla)
    with pytest.raises(Refused, match="started from a plate"):
        unmasking.ask_step(ada, several.pk, WHY_THIS)
    assert not Notice.objects.filter(to=searchers.carla, text__contains="unmask").exists()
