"""What a search must say before it runs, and what is kept of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from plateward.core.audit.models import AuditEntry
from plateward.core.cases.cad import client
from plateward.ground import clock
from plateward.ground.links.cad import Cad, CadAnswer
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.simulators.cad import CadMode, CadSimulator
from plateward.testing.served import cad
from plateward.testing.threads import at_once
from plateward.work.searches import actions, numbers, records
from plateward.work.searches.models import NumberCheck, Search
from plateward.work.searches.rules import SearchState
from plateward.work.searches.testing import (
    BARE_CASE,
    CASE,
    CLOSED_CASE,
    EMERGENCY,
    FOREIGN_CASE,
    OTHER_CASE,
    REASON,
    Recorded,
    Searchers,
    state_now,
)

pytestmark = pytest.mark.django_db


@pytest.mark.both_databases
@pytest.mark.clause("6.e.vi/reason", "6.e.vi/number", "6.a.i.1/every", "6.b.i.9/entries")
def test_a_search_with_purpose_reason_and_open_case_runs_and_is_on_the_log(
    searchers: Searchers, dispatch: CadSimulator
) -> None:
    search = searchers.asks()
    assert records.state(search) is SearchState.RUNS
    allowed = actions.allowed_search(PersonActor.of(searchers.ada), search.pk)
    assert [query.plate and query.plate.text for query in allowed.queries] == ["BKT419"]
    assert (allowed.masked, dispatch.queries) == (False, [CASE])
    events = list(AuditEntry.objects.order_by("sequence").values_list("event", "object"))
    assert events[-2:] == [("search.ask", f"search:{search.pk}"), ("search.run", f"search:{search.pk}")]


@pytest.mark.both_databases
@pytest.mark.clause("6.i.i/aes", "6.b.i.9/entries")
def test_neither_log_nor_index_holds_the_plate(
    searchers: Searchers, dispatch: CadSimulator, recorded: Recorded
) -> None:
    searchers.asks(
        reason="Clerk saw bkt-419 leave the Allsup's lot on Main St at 0315 after the theft of a safe."
    )
    entry = recorded("search.ask")
    assert "BKT" not in f"{entry.reason} {entry.details}".upper()
    assert "[plate]" in entry.reason
    assert entry.details["plates"] == [records.plate_mark("BKT 4I9")] != [records.plate_mark("BKT418")]


@pytest.mark.clause("6.a.i.1/purposes", "SB40.use/traffic")
@pytest.mark.parametrize("purpose", ["", "immigration", "traffic", "curiosity"])
def test_a_purpose_that_is_not_on_the_list_cannot_be_given(
    searchers: Searchers, dispatch: CadSimulator, purpose: str
) -> None:
    with pytest.raises(Refused, match=r"6\.a\.i\.1"):
        searchers.asks(purpose=purpose)
    assert not Search.objects.exists()


@pytest.mark.clause("6.e.vi/generic")
@pytest.mark.parametrize("reason", ["", "investigation", "inv.", "police business", "asdf asdf", CASE])
def test_a_generic_reason_is_refused_and_recorded(
    searchers: Searchers, dispatch: CadSimulator, recorded: Recorded, reason: str
) -> None:
    with pytest.raises(Refused, match=r"6\.e\.vi"):
        searchers.asks(reason=reason)
    entry = recorded("search.ask")
    assert (entry.outcome, entry.clause) == ("refused", "6.e.vi")


@pytest.mark.clause("6.e.vi/reason")
def test_a_reason_may_be_repeated_in_its_case_and_not_in_another(
    searchers: Searchers, dispatch: CadSimulator
) -> None:
    searchers.asks()
    searchers.asks(plates=("TRV881",))
    with pytest.raises(Refused, match=f"You gave this reason for {CASE}"):
        searchers.asks(number=OTHER_CASE)


@pytest.mark.clause("6.a.iii/required", "6.a.iii/known")
@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("000000", "filler"),
        ("2026-77777", "has no incident"),
        (CLOSED_CASE, "closed"),
        (FOREIGN_CASE, "Unit 14"),
    ],
)
def test_the_number_is_known_open_and_of_the_searchers_unit(
    searchers: Searchers, dispatch: CadSimulator, number: str, says: str
) -> None:
    with pytest.raises(Refused, match=rf"{says}.*6\.a\.iii"):
        searchers.asks(number=number)
    assert not Search.objects.exists()


@pytest.mark.clause("6.a.iii/known")
def test_a_number_for_which_cad_names_no_unit_is_flagged(
    searchers: Searchers, dispatch: CadSimulator
) -> None:
    search = searchers.asks(number=BARE_CASE)
    assert records.state(search) is SearchState.RUNS
    notice = Notice.objects.get(to=searchers.carla)
    assert "CAD names no unit" in notice.text


@pytest.mark.clause("6.a.iii/worth")
def test_whether_cad_names_the_plate_is_kept_and_no_other_plate_of_cads(
    searchers: Searchers, dispatch: CadSimulator
) -> None:
    known = dispatch.incidents
    known[CASE] = replace(known[CASE], plates=("BKT 418", "ZZQ 900"))
    for plate, named in (("BKT418", "BKT418"), ("TRV881", "")):
        search = searchers.asks(plates=(plate,))
        assert [(check.vehicles, check.named) for check in search.checks.all()] == [(2, named)]


def test_dispatchers_and_the_chief_work_with_every_unit(searchers: Searchers, dispatch: CadSimulator) -> None:
    assert records.state(searchers.asks(searchers.hector, number=FOREIGN_CASE)) is SearchState.RUNS


BAD_MODES = [CadMode.ERROR, CadMode.GARBLED, CadMode.OTHER_ANSWER, CadMode.REFUSE]


@pytest.mark.clause("6.a.iii/outage")
@pytest.mark.parametrize("mode", BAD_MODES)
def test_while_cad_is_away_only_an_urgent_purpose_searches(searchers: Searchers, mode: CadMode) -> None:
    with cad(CASE, mode=mode):
        with pytest.raises(Refused, match=r"only urgent purposes.*6\.a\.iii"):
            searchers.asks()
        search = searchers.asks(purpose="missing_person", offense="kidnapping", reason=EMERGENCY)
    assert records.state(search) is SearchState.RUNS
    assert "Flagged" in Notice.objects.get(to=searchers.carla).text


@pytest.mark.clause("6.a.iii/outage")
@pytest.mark.parametrize(("known", "state"), [([CASE], SearchState.RUNS), ([], SearchState.STOPPED)])
def test_an_outage_is_settled_later(searchers: Searchers, known: list[str], state: SearchState) -> None:
    search = searchers.asks(
        purpose="missing_person", offense="kidnapping", reason=EMERGENCY
    )  # nothing listens
    assert numbers.settle_numbers() == 0
    with cad(*known):
        assert numbers.settle_numbers() == 1
        assert numbers.settle_numbers() == 0
    assert state_now(search) is state
    assert NumberCheck.objects.count() == 2
    told = Notice.objects.filter(to=searchers.ada, text__contains="has no incident")
    assert told.exists() == (state is SearchState.STOPPED)
    if state is SearchState.STOPPED:
        with pytest.raises(Refused, match=r"6\.a\.iii"):
            actions.allowed_search(PersonActor.of(searchers.ada), search.pk)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"plates": ("*",)}, "or its known part"),
        ({"plates": ("A?*",)}, "3 "),
        ({"plates": ("';DROP TABLE",)}, "letters, digits"),
        ({"plates": ("A" * 40,)}, "at most 10"),
        (
            {"plates": tuple(f"ABC{number}" for number in range(10_000))},
            "10,000 plates are more than the 200",
        ),
        ({"until": clock.now() - timedelta(days=400)}, "The end is not after the start"),
    ],
)
def test_what_is_no_search_is_refused_in_words(
    searchers: Searchers, dispatch: CadSimulator, changed: dict[str, Any], says: str
) -> None:
    with pytest.raises(Refused, match=says):
        searchers.asks(**changed)


@pytest.mark.clause("6.b.i.8/scope")
def test_nobody_runs_somebody_elses_search(searchers: Searchers, dispatch: CadSimulator) -> None:
    search = searchers.asks()
    with pytest.raises(records.NotTheirs):
        actions.allowed_search(PersonActor.of(searchers.ben), search.pk)


def test_a_search_is_over_after_twelve_hours(searchers: Searchers, dispatch: CadSimulator) -> None:
    search = searchers.asks()
    with clock.set_to(clock.now() + timedelta(hours=12, seconds=1)):
        assert state_now(search) is SearchState.ENDED
        with pytest.raises(Refused, match="This search has expired"):
            actions.allowed_search(PersonActor.of(searchers.ada), search.pk)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_a_form_sent_from_two_tabs_at_once_searches_once(
    searchers: Searchers, dispatch: CadSimulator
) -> None:
    key, again = uuid4(), []

    def send() -> None:
        try:
            actions.ask_search(PersonActor.of(searchers.ada), key, searchers.request())
        except actions.AlreadyAsked as sent:
            again.append(sent.search.key)

    assert at_once(send, send) == []
    assert again == [key]
    assert Search.objects.count() == 1


@pytest.mark.both_databases
@pytest.mark.clause("6.a.ii.2/brake")
@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_search_a_plate_at_once_none_gets_by(
    searchers: Searchers, dispatch: CadSimulator
) -> None:
    searchers.asks()
    tabs = [searchers.asks, lambda: searchers.asks(searchers.ben, reason=f"{REASON} Tow log agrees.")]
    assert at_once(*tabs) == []
    assert sorted(len(search.brakes) for search in Search.objects.all()) == [0, 0, 1]


@pytest.mark.both_databases
@pytest.mark.clause("6.a.ii.2/brake")
@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_that_search_a_plate_a_third_time_none_gets_by(
    searchers: Searchers, dispatch: CadSimulator
) -> None:
    searchers.asks()
    tabs = [searchers.asks, searchers.asks]
    assert at_once(*tabs) == []
    assert sorted(len(search.brakes) for search in Search.objects.all()) == [0, 0, 1]


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_cad_is_asked(
    searchers: Searchers, dispatch: CadSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up, in_transaction = Cad.look_up, []

    def watched(cad_client: Cad, number: str) -> CadAnswer:
        in_transaction.append(connection.in_atomic_block)
        return look_up(cad_client, number)

    monkeypatch.setattr(Cad, "look_up", watched)
    searchers.asks()
    assert in_transaction == [False]


@pytest.mark.clause("6.a.iii/outage")
def test_a_cad_that_is_slow_keeps_nobody_waiting_for_longer_than_its_limit(
    searchers: Searchers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cad(CASE, mode=CadMode.SILENT):
        monkeypatch.setattr(client(), "timeout", 0.2)
        with pytest.raises(Refused, match=r"did not answer within 0\.2 seconds.*6\.a\.iii"):
            searchers.asks()
