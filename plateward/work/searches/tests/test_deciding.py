"""Who decides a search that waits, for how long, and what the searcher learns."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.testing.emptying import past_the_hub, write
from plateward.testing.threads import at_once
from plateward.work.searches import actions, deciding
from plateward.work.searches.models import SearchDecision, SearchReferral
from plateward.work.searches.rules import SearchState
from plateward.work.searches.testing import (
    EMERGENCY,
    Searchers,
    approve,
    state_now,
)

URGENT: Any = {"purpose": "missing_person", "offense": "kidnapping", "reason": EMERGENCY}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dispatch")]


@pytest.mark.clause("6.a.ii.2/brake", "6.b.i.8/scope")
def test_nobody_approves_their_own_search(searchers: Searchers) -> None:
    search = searchers.asks(searchers.carla, plates=("TRV881", "TRV882"))
    with pytest.raises(Refused, match="cannot review your own search"):
        approve(search, searchers.carla)
    with pytest.raises(Refused, match="not the reviewer of this search"):
        approve(search, searchers.hector)
    approve(search, searchers.laura)


@pytest.mark.clause("6.a.ii.2/brake")
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


@pytest.mark.clause("6.a.ii.2/brake")
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
        deciding.withdraw_search(PersonActor.of(searchers.ben), search)
    deciding.withdraw_search(PersonActor.of(searchers.ada), search)
    assert state_now(search) is SearchState.WITHDRAWN


@pytest.mark.clause("6.a.ii.2/brake")
def test_any_supervisor_on_duty_approves_an_urgent_search(searchers: Searchers) -> None:
    search = searchers.asks(plates=("TRV881", "TRV882"), **URGENT)
    assert set(Notice.objects.filter(text__startswith="Urgent").values_list("to__username", flat=True)) == {
        *("carla", "laura", "hector"),
    }
    approve(search, searchers.hector)
    assert SearchDecision.objects.get().acting == deciding.ON_DUTY


@pytest.mark.clause("6.a.ii.2/brake")
def test_what_nobody_decides_is_passed_on(searchers: Searchers) -> None:
    search = searchers.asks(plates=("TRV881", "TRV882"))
    assert deciding.escalate() == 0
    with clock.set_to(clock.now() + timedelta(hours=2, minutes=1)):
        assert deciding.escalate() == 1
        assert deciding.escalate() == 0
        assert SearchReferral.objects.get().to == searchers.laura
        approve(search, searchers.laura)
    assert SearchDecision.objects.get().acting == deciding.REFERRED


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("6.a.ii.2/brake")
def test_of_two_supervisors_at_once_one_decides(searchers: Searchers) -> None:
    search = searchers.asks(plates=("TRV881", "TRV882"), **URGENT)
    refusals = at_once(*(lambda one=one: approve(search, one) for one in (searchers.carla, searchers.laura)))
    assert refusals == ["This search has already been decided."]
    assert SearchDecision.objects.count() == 1


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/records", "6.a.ii.2/brake", "AU-9/found")
def test_a_search_that_was_altered_past_the_hub_neither_runs_nor_is_decided(searchers: Searchers) -> None:
    """Who writes the database makes Ben the reviewer of one search, and alters what CAD said of another's number."""
    waits, runs = searchers.asks(plates=("TRV881", "TRV882")), searchers.asks()
    ada = PersonActor.of(searchers.ada)
    actions.allowed_search(ada, runs.pk)
    with past_the_hub("searches_searchreferral", "searches_numbercheck"):
        write(
            "INSERT INTO searches_searchreferral (search_id, step, to_id, at, why) VALUES (%s, 0, %s, %s, '')",
            *(waits.pk, searchers.ben.pk, connection.ops.adapt_datetimefield_value(clock.now())),
        )
        write(
            "UPDATE searches_numbercheck SET detail = '', named = NULL, place = NULL WHERE search_id = %s",
            runs.pk,
        )
    with pytest.raises(Refused, match="added past the hub"):
        approve(waits, searchers.ben)
    with pytest.raises(Refused, match="altered past the hub"):
        actions.allowed_search(ada, runs.pk)
