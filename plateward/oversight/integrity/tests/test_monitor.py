"""The monitor runs every check in small steps, shares them among nodes, and goes on where it stopped."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings

from plateward.core.audit.leaf import Leaf
from plateward.core.jobs.check import Check, Fault, Group, RoundStep, whole
from plateward.core.jobs.lease import LeaseLost, take
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.oversight.integrity import actions, overview, rules, turns
from plateward.oversight.integrity.evidence import facts
from plateward.oversight.integrity.models import CheckDay, CheckState, FoundFault
from plateward.oversight.integrity.overview import check_rows
from plateward.oversight.integrity.rules import Standing
from plateward.oversight.integrity.tests.conftest import HOUR, Stock, row
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.people.testing import person
from plateward.serve import handshakes
from plateward.serve.certificate import ensure_certificate

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.3/integrity", "6.j.i/proven")]


def test_a_whole_round_is_green_and_the_next_one_begins_in_time(stock: Stock) -> None:
    assert row().standing is Standing.NOT_YET
    actions.run_due()
    found = row()
    assert (found.standing, found.faults) == (Standing.GREEN, 0)
    assert found.state
    assert (found.state.checked_before, found.state.at) == (10, "")
    assert (CheckDay.objects.get().checked, CheckDay.objects.get().faults) == (10, 0)
    actions.run_due()
    assert len(stock.checked) == 10
    with clock.set_to(clock.now() + HOUR):
        actions.run_due()
    assert len(stock.checked) == 20


def test_a_round_is_whole_for_the_report_once_every_check_ended(
    stock: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    often = replace(next(iter(actions.checks().values())), key="test.often", rolls=False)
    every = {**actions.checks(), often.key: often}
    for module in (actions, overview):
        monkeypatch.setattr(module, "checks", lambda: every)
    now = clock.now()
    CheckState.objects.create(key="test.often", ended_at=now)
    [monitor, _] = facts()
    assert monitor.figures["oldest_round"] == "not all have ended yet"
    CheckState.objects.create(key="test.stock", ended_at=now - timedelta(days=3))
    [monitor, _] = facts()
    assert monitor.figures["oldest_round"] == days.format_time(now - timedelta(days=3))


@pytest.mark.both_databases
@pytest.mark.usefixtures("one_step")
def test_it_goes_on_where_it_was_killed(stock: Stock) -> None:
    actions.run_due()
    actions.run_due()
    stock.dies_at = 4
    with pytest.raises(KeyboardInterrupt):
        actions.run_due()
    stock.dies_at = None
    actions.run_due()  # the dead node's lease still counts
    assert stock.checked == [0, 1, 2, 3]
    assert row().coverage is None
    with clock.set_to(clock.now() + actions.LEASE):
        for _ in range(4):
            actions.run_due()
        assert row().standing is Standing.GREEN
    assert stock.checked == list(range(10))


@pytest.mark.both_databases
@pytest.mark.usefixtures("one_step")
def test_two_nodes_share_and_never_double(stock: Stock) -> None:
    actions.run_due()
    due = CheckState.objects.filter(next_at__lte=clock.now())
    for _ in take(due, actions.LEASE):  # another node is at work
        actions.run_due()
        assert stock.checked == [0, 1]
        CheckState.objects.update(leased_by="")  # and is presumed dead
        break
    CheckState.objects.update(leased_until=None)
    actions.run_due()
    assert stock.checked == [0, 1, 2, 3]


@pytest.mark.both_databases
def test_a_node_whose_lease_was_taken_over_stores_nothing(stock: Stock) -> None:
    stock.wrong = {1}
    steps = stock.steps

    def slow(at: str) -> Iterator[RoundStep]:
        CheckState.objects.update(leased_by="another")
        yield from steps(at)

    check = next(iter(actions.checks().values()))
    object.__setattr__(check, "steps", slow)
    with pytest.raises(LeaseLost):
        actions.run_due()
    assert not FoundFault.objects.exists()
    assert not CheckState.objects.get().at


@pytest.mark.clause("AU-5/told")
def test_a_check_that_cannot_look_is_red_and_then_right_again(stock: Stock) -> None:
    stock.error = RuntimeError("plate ABC123")
    actions.run_due()
    fault = FoundFault.objects.get()
    assert (fault.object, fault.problem) == (
        "the check itself",
        "It could not look. RuntimeError: see the hub's log.",
    )
    stock.error = None
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        actions.run_due()
        assert row().standing is Standing.GREEN


@pytest.mark.clause("AU-5/told")
def test_a_monitor_that_does_not_run_is_red_by_the_time_alone(
    stock: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gloria = person("gloria")
    actions.run_due()
    with clock.set_to(clock.now() + timedelta(days=8)):
        assert row().standing is Standing.OVERDUE
        assert [line.standing in overview.FAILING for line in overview.check_rows()].count(True) == 1
        monitor, log = facts()
        assert monitor.attention.startswith("Checks of the integrity monitor that are red or overdue: 1.")
        ended = CheckState.objects.get().ended_at
        assert ended
        assert monitor.figures["oldest_round"] == log.figures["log_round"] == days.format_time(ended)
        with monkeypatch.context() as started:
            started.setattr(actions, "_started", 1e12)
            actions.report_overdue()  # the hub has just started, and catches up
            assert not Notice.objects.exists()
        actions.report_overdue()
        actions.report_overdue()
        [notice] = Notice.objects.filter(to=gloria)
        assert "not finished within 7 days" in notice.text
        actions.run_due()
        assert row().standing is Standing.GREEN
        assert not Notice.objects.filter(settled_at=None).exists()


def test_someone_may_have_it_look_now_once_a_minute(stock: Stock, recorded: Callable[[str], Leaf]) -> None:
    frank = PersonActor.of(person("frank"))
    check = next(iter(actions.checks().values()))
    stock.wrong = {3}
    actions.run_due()
    stock.wrong, stock.checked = set(), []
    actions.check_now(frank, check)
    assert recorded("integrity.ask").actor_id == "frank"
    actions.run_due()
    assert stock.checked == [3, 4, *range(10)]
    assert row().standing is Standing.GREEN
    with pytest.raises(Refused, match="less than a minute ago"):
        actions.check_now(frank, check)


@pytest.mark.clause("AU-9/found")
def test_its_own_record_does_not_switch_it_off(stock: Stock) -> None:
    gloria = person("gloria")
    actions.run_due()
    far = clock.now() + timedelta(days=30_000)
    CheckState.objects.update(ended_at=far, next_at=far, next_round_at=far)
    assert row().standing is Standing.OVERDUE
    actions.report_overdue()
    assert Notice.objects.filter(to=gloria).exists()
    stock.wrong, stock.checked = {3}, []
    actions.run_due()
    assert stock.checked == list(range(10))
    assert row().standing is Standing.RED


@pytest.mark.both_databases
def test_a_step_may_take_hours_and_then_the_node_rests(
    stock: Stock, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database of terabytes is gone over in one step."""
    looks = []

    def slow(at: str) -> Iterator[RoundStep]:
        looks.append(at)
        with clock.set_to(clock.now() + timedelta(hours=3)):
            actions.run_due()  # another node, meanwhile
        yield RoundStep(1)

    check = next(iter(actions.checks().values()))
    object.__setattr__(check, "steps", slow)
    object.__setattr__(check, "every", rules.DAILY)
    actions.run_due()
    assert (looks, row().standing) == ([""], Standing.GREEN)
    assert rules.rest_after(600, 10) == 5400
    settings.INTEGRITY_SHARE = 10
    monkeypatch.setattr(actions, "EVERY", 0.0)
    monkeypatch.setattr(rules, "rest_after", lambda *_: 60.0)
    for _ in range(2):
        CheckState.objects.update(next_at=clock.now(), next_round_at=clock.now())
        actions.run_due()
    assert looks == ["", ""]
    frank = PersonActor.of(person("frank"))
    actions.check_now(frank, check)
    with clock.set_to(clock.now() + timedelta(minutes=59)), pytest.raises(Refused, match="an hour ago"):
        actions.check_now(frank, check)


@pytest.mark.usefixtures("one_step")
def test_a_check_of_one_step_ends_though_the_time_is_over(stock: Stock) -> None:
    check = next(iter(actions.checks().values()))
    object.__setattr__(check, "steps", whole(lambda: (3, [])))
    actions.run_due()
    assert row().standing is Standing.GREEN


def test_each_node_looks_at_its_own_and_none_says_another_s_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = {"west": [Fault("key ring", "It was altered.")], "east": []}
    steps = whole(lambda: (1, problems[actions._here()]))
    ring = Check("test.ring", Group.KEYS, "Key ring", "files", "6.i.i", "Do this.", steps, local=True)
    monkeypatch.setattr(actions, "declared", lambda *_: [ring])
    monkeypatch.setattr(actions, "_rests_until", 0.0)
    monkeypatch.setattr(rules, "rest_after", lambda *_: 0.0)
    for node in ("west", "east", "east"):
        monkeypatch.setattr(actions, "NODE", node)
        actions.run_due()
        CheckState.objects.update(next_at=clock.now())
    standings = {row.check.label: row.standing for row in check_rows()}
    assert standings == {"Key ring (east)": Standing.GREEN, "Key ring (west)": Standing.RED}
    with clock.set_to(clock.now() + timedelta(hours=5)):  # east is down
        monkeypatch.setattr(actions, "NODE", "west")
        actions.run_due()
        assert [row.standing for row in check_rows()] == [Standing.OVERDUE, Standing.RED]
    with clock.set_to(clock.now() + timedelta(days=8)):  # and was taken away
        actions.run_due()
        assert [row.check.label for row in check_rows()] == ["Key ring (west)"]


@pytest.mark.both_databases
def test_every_rooms_check_runs_and_says_what_to_do(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handshakes, "STARTS_WITHIN_S", 0.0)
    ensure_certificate(settings.RING, settings.ALLOWED_HOSTS)
    known = actions.checks()
    assert len(known) >= 18
    assert [check.group for check in known.values()] == sorted(
        (check.group for check in known.values()), key=list(Group).index
    )
    for check in known.values():
        assert check.remedy.endswith(".")
        assert len(check.key) <= 40
        next(check.steps(""), None)


class Stopwatch:
    """The clocks of a process that waits and computes nothing."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now

    perf_counter = monotonic

    def thread_time(self) -> float:
        return 0.0


@pytest.mark.both_databases
@pytest.mark.parametrize(("rolls", "rest"), [(True, 0.3), (False, 0.0)])
def test_it_rests_after_what_the_database_did_for_it_but_not_after_what_nobody_did(
    stock: Stock, monkeypatch: pytest.MonkeyPatch, rolls: bool, rest: float
) -> None:
    """A database works outside of this process; a listener that is down lets it wait."""
    rests, watch = list[float](), Stopwatch()
    for module in (actions, turns):
        monkeypatch.setattr(module, "time", watch)

    def rest_after(took: float, _: int) -> float:
        rests.append(took)
        return 0.0

    def slow(_: str) -> Iterator[RoundStep]:
        watch.now += 0.3
        yield RoundStep(1)

    check = next(iter(actions.checks().values()))
    object.__setattr__(check, "steps", slow)
    object.__setattr__(check, "rolls", rolls)
    monkeypatch.setattr(rules, "rest_after", rest_after)
    actions.run_due()
    assert rests == [rest]
