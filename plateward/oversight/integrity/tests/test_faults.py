"""What the monitor keeps of what is wrong, and who is notified of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from plateward.core.audit.leaf import Leaf
from plateward.core.jobs.check import Fault, RoundStep
from plateward.field.hotlists.delivery.altered import LinesAltered
from plateward.field.hotlists.delivery.building import build_full
from plateward.field.hotlists.delivery.lists import current_lists
from plateward.field.hotlists.models import Entry
from plateward.ground import clock
from plateward.oversight.integrity import actions, overview, rules
from plateward.oversight.integrity.models import CheckState, FoundFault
from plateward.oversight.integrity.rules import Standing
from plateward.oversight.integrity.tests.conftest import Stock, row
from plateward.oversight.integrity.turns import Turn
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.people.testing import person
from plateward.testing.hotlist import load_hotlist

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.3/integrity", "6.j.i/proven")]


def test_the_first_fault_is_on_the_log_and_notified_and_settled_when_it_is_right_again(
    stock: Stock, recorded: Callable[[str], Leaf]
) -> None:
    gloria, frank, carla, ada = person("gloria"), person("frank"), person("carla"), person("ada")
    stock.wrong = {3, 8}
    actions.run_due()
    assert (row().standing, row().faults) == (Standing.RED, 2)
    assert recorded("integrity.fail").details["wrong"] == ["thing 3", "thing 8"]
    notices = Notice.objects.filter(kind="integrity.fail", settled_at=None)
    assert {notice.to for notice in notices} == {gloria, frank, carla}  # carla: the log is concerned
    assert ada not in {notice.to for notice in notices}
    assert notices[0].text.startswith("Integrity check red: Things (6.j.i). thing 3: It was altered.")
    stock.wrong, stock.checked = {8}, []
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        actions.run_due()  # only what was wrong is looked at again
        assert stock.checked[:4] == [3, 4, 8, 9]
        assert (row().standing, row().faults, len(notices.all())) == (Standing.RED, 1, 3)
    stock.wrong = set()
    with clock.set_to(clock.now() + timedelta(minutes=22)):
        actions.run_due()
        assert (row().standing, len(notices.all())) == (Standing.GREEN, 0)
    assert recorded("integrity.pass").details["right_again"] == ["thing 8"]


@pytest.mark.usefixtures("one_step")
def test_a_thousand_faults_are_kept_as_two_hundred(stock: Stock) -> None:
    def many(_: str) -> Iterator[RoundStep]:
        yield RoundStep(1000, [Fault(f"thing {number}", "It was altered.") for number in range(1000)], "1")

    check = next(iter(actions.checks().values()))
    object.__setattr__(check, "steps", many)
    CheckState.objects.create(key=check.key)
    actions.run_due()
    actions.run_due()
    assert row().fault_text == "200 or more"


@pytest.mark.both_databases
def test_what_was_dropped_is_found_when_the_kept_ones_are_solved(
    stock: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_FAULTS", 2)
    stock.wrong = {1, 3, 8}
    actions.run_due()
    assert (row().fault_text, CheckState.objects.get().ended_at) == ("2 or more", None)
    stock.wrong = {8}
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        actions.run_due()  # what was kept is solved: the round begins again at once
        assert (row().standing, row().faults) == (Standing.RED, 0)
        assert Notice.objects.filter(settled_at=None).exists() is False
        actions.run_due()
        assert [fault.object for fault in FoundFault.objects.filter(ended_at=None)] == ["thing 8"]
    stock.wrong = set()
    with clock.set_to(clock.now() + timedelta(minutes=22)):
        actions.run_due()
        assert row().standing is Standing.GREEN


@pytest.mark.clause("AU-5/told")
def test_a_red_check_notifies_of_what_is_new_at_most_once_an_hour(
    stock: Stock, recorded: Callable[[str], Leaf]
) -> None:
    gloria, frank, start = person("gloria"), PersonActor.of(person("frank")), clock.now()
    check = next(iter(actions.checks().values()))
    stock.wrong = {1}
    actions.run_due()
    stock.wrong = {1, 3}
    for minutes, notices in ((30, 1), (61, 2), (122, 2)):
        with clock.set_to(start + timedelta(minutes=minutes)):
            actions.check_now(frank, check)
            actions.run_due()
            assert Notice.objects.filter(to=gloria).count() == notices
    assert recorded("integrity.fail").details["problems"] == ["It was altered."]


@pytest.mark.clause("AU-9/found")
def test_a_changed_problem_is_a_new_one_but_not_one_that_only_lasts(stock: Stock) -> None:
    problems = ["It was altered.", "It was removed."]
    check = next(iter(actions.checks().values()))
    object.__setattr__(check, "steps", lambda _: iter([RoundStep(1, [Fault("thing", problems[0])])]))
    actions.run_due()
    problems.pop(0)
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        actions.run_due()
    assert [(fault.problem, fault.ended_at is None) for fault in FoundFault.objects.all()] == [
        ("It was removed.", True),
        ("It was altered.", False),
    ]
    late, later = "It was due 59 minutes ago.", "It was due 1 hour ago."
    assert not rules.is_same_problem(check, late, later)
    object.__setattr__(check, "rolls", False)
    assert rules.is_same_problem(check, late, later)
    assert not rules.is_same_problem(check, late, "Its feed failed.")


@pytest.mark.both_databases
def test_what_was_found_is_never_removed_and_once_it_is_right_never_changed(stock: Stock) -> None:
    stock.wrong = {3}
    actions.run_due()
    for act in (FoundFault.objects.all().delete, lambda: FoundFault.objects.update(object="thing 4")):
        with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
            act()
    FoundFault.objects.update(ended_at=clock.now())
    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        FoundFault.objects.update(ended_at=None)


def test_what_was_found_earlier_in_a_round_of_several_turns_stays_wrong_at_its_end(
    stock: Stock, one_step: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (actions, overview):
        (check,) = module.checks().values()
        monkeypatch.setattr(module, "checks", lambda check=check: {check.key: replace(check, rolls=False)})
    stock.wrong = {1}
    for _ in range(6):
        actions.run_due()
    state = CheckState.objects.get()
    assert (state.at, state.checked_before) == ("", 10)
    assert [fault.object for fault in FoundFault.objects.filter(ended_at=None)] == ["thing 1"]
    stock.wrong = set()
    actions.check_soon(state)
    for _ in range(6):
        actions.run_due()
    assert not FoundFault.objects.filter(ended_at=None).exists()


@pytest.mark.clause("6.b.i.9/records", "AU-9/found")
def test_a_list_that_was_altered_past_the_hub_is_red_as_soon_as_it_is_read() -> None:
    load_hotlist("ABC111", "ABC222")
    actions.run_due()
    Entry.objects.filter(plate="ABC111").delete()
    state = CheckState.objects.filter(pk="hotlists.lines")
    state.update(next_at=clock.now() + timedelta(hours=1), next_round_at=clock.now() + timedelta(hours=1))
    with pytest.raises(LinesAltered):
        build_full(current_lists())
    assert state.get().next_at <= clock.now()
    turn = Turn(actions.checks()["hotlists.lines"], state.get(), [])
    turn.run(float("inf"))
    assert list(turn.faults) == ["hot list State hot file"]
