import pytest

from plateward.oversight.detectors.detector import fold
from plateward.oversight.detectors.records import Account, Suspicion
from plateward.oversight.detectors.routing import route
from plateward.oversight.detectors.testing import BEGIN, PEOPLE, history_of

pytestmark = pytest.mark.clause("6.f.i.3/investigate", "6.a.i.2/lending")
OUTSIDE = ("inspector general", "CJIS officer")


@pytest.mark.parametrize("subject", ["hector", "gloria", "rita"])
def test_a_chief_an_administrator_and_a_reviewer_are_judged_outside_their_chain(subject: str) -> None:
    assert route(subject, PEOPLE) == OUTSIDE


def test_an_officers_chain_hears_of_an_officer() -> None:
    assert route("ada", PEOPLE) == ("supervisor", "administrator")


@pytest.mark.parametrize("other", ["carla", "hector", "gloria"])
def test_whoever_may_have_done_it_does_not_hear_of_it(other: str) -> None:
    assert route("ada", PEOPLE, {other}) == OUTSIDE


def test_the_cjis_officer_does_not_hear_of_themselves() -> None:
    people = {"cora": Account("cora", role="CJIS officer")}
    assert route("cora", people) == ("inspector general",)


def test_a_transportation_inspector_is_no_inspector_general() -> None:
    people = {"dario": Account("dario", role="transportation inspector", supervisor="carla")}
    assert route("dario", people) == ("supervisor", "administrator")


@pytest.mark.parametrize("role", ["sheriff", "superintendent", "director", "colonel", "commander", ""])
def test_whoever_heads_a_chain_of_command_is_judged_outside_it(role: str) -> None:
    people = {"sam": Account("sam", role=role), "ada": Account("ada", role="officer", supervisor="sam")}
    assert route("sam", people) == OUTSIDE
    assert route("ada", people) == ("supervisor", "administrator")
    alone = {"sam": Account("sam", role=role)}
    assert route("sam", alone) == ("administrator", "CJIS officer")


def test_who_may_be_part_of_a_pattern_only_grows_and_its_route_with_them() -> None:
    said = [Suspicion(BEGIN, "ada", "", implicated=frozenset(each)) for each in ({"ben"}, {"carla"}, set())]
    findings = fold("shared account", said, history_of([]))
    assert [(finding.implicated, finding.to, finding.count) for finding in findings] == [
        (frozenset({"ben", "carla"}), OUTSIDE, 3)
    ]
